import { createHash } from 'node:crypto';
import { type Bundle, bundleFormat } from '../../src/domain/proof/bundle.js';
import { canonicalSha256 } from '../../src/domain/proof/canonical.js';
import { writeCheckpoint } from '../../src/domain/proof/checkpoint.js';
import {
  type Certificate,
  type CertificateFile,
  certificateFormat,
  certificateHash,
  certificateText,
  type SignedCertificate,
} from '../../src/domain/proof/certificate.js';
import { seal } from '../../src/domain/proof/code.js';
import { commitment, entryLeaf, type RecordEntry } from '../../src/domain/proof/entry.js';
import {
  consistencyRanges,
  type Entries,
  fullTreesOf,
  type Hash,
  inclusionRanges,
  nodeHash,
} from '../../src/domain/proof/merkle.js';
import { type NoteKey, writeKey, writeNote } from '../../src/domain/proof/note.js';
import type { ProvedFact } from '../../src/domain/proof/proved.js';
import { type Chance, commitToRun, sumsHash } from '../../src/domain/proof/run-sums.js';
import { cosign, publicKeyOf, signText } from '../../src/domain/proof/sign.js';
import type { DeviceTexts } from '../../src/domain/proof/signed-figures.js';
import { compose } from '../../src/domain/statement/compose.js';
import type { StatementFacts } from '../../src/domain/statement/facts.js';
import type { Statement } from '../../src/domain/statement/model.js';
import { deviceKeyFacts, signedOf } from './signed-hall.js';

/**
 * A small hall, billed and recorded, with a bundle for each of its members; everything random elsewhere follows from a seed here.
 *
 * Units: 166 kWh at 0.60 are 99.60. ANNA 40, BEN 30, CLEO 20, DORA 10 kWh; the hall 50, losses 16, which are held. A standing
 * charge of 10.01 in four parts: one coin is odd, and ANNA has it. A relief of −5.00 in four parts of −1.25.
 */
const seed = '42'.repeat(32);
export const key: NoteKey = { name: 'hall.example/record', kind: 'ed25519', publicKey: publicKeyOf(seed) };
export const runId = '01976f1e-0000-7000-8000-000000000007';
const issuedAt = '2026-11-03T09:30:00Z';

const used = { ANNA: 40, BEN: 30, CLEO: 20, DORA: 10 } as const;
export type Name = keyof typeof used;
const figures: Record<Name, { units: string; standing: string; net: string; tax: string; gross: string }> = {
  ANNA: { units: '24.00', standing: '2.51', net: '25.26', tax: '5.05', gross: '30.31' },
  BEN: { units: '18.00', standing: '2.50', net: '19.25', tax: '3.85', gross: '23.10' },
  CLEO: { units: '12.00', standing: '2.50', net: '13.25', tax: '2.65', gross: '15.90' },
  DORA: { units: '6.00', standing: '2.50', net: '7.25', tax: '1.45', gross: '8.70' },
};
export const names = Object.keys(used) as Name[];

function factsOf(name: Name, number: string): StatementFacts {
  const { units, standing, net, tax, gross } = figures[name];
  const kwh = String(used[name]);
  const part = (label: string, sharedBy: string, [amount, members, common, held, you]: string[]) => ({
    ...{ label, sharedBy, vacant: '0.00' },
    ...{ amount: amount ?? '', members: members ?? '', common: common ?? '', held: held ?? '', you: you ?? '' },
  });
  const days = { from: '2026-10-01', to: '2026-11-01' };
  return {
    kind: 'invoice',
    number,
    locale: 'en-GB',
    currency: 'GBP',
    demo: false,
    issuedAt,
    issuedOn: '2026-11-03',
    period: days,
    community: { name: 'Hall', address: [] },
    member: { number: name, name, address: [], units: [], meters: [] },
    balance: {
      opening: { amount: '1.00' },
      entries: [
        { kind: 'payment', amount: '-1.00' },
        { kind: 'charges', document: number, amount: gross },
      ],
      closing: gross,
    },
    use: [
      {
        utility: 'electricity',
        unit: 'kWh',
        total: kwh,
        history: [],
        site: {
          ...{ place: 'the hall', total: '166', otherMembers: 3, others: String(100 - used[name]) },
          ...{ shared: '50', vacant: '0', unmeasured: '16' },
        },
        readings: [
          {
            ...{ meter: `M-${name}`, register: 'import', used: kwh },
            previous: { value: '1000', at: '2026-10-01T00:00', quality: 'actual' },
            latest: { value: String(1000 + used[name]), at: '2026-11-01T00:00', quality: 'actual' },
          },
        ],
      },
    ],
    charges: {
      lines: [
        {
          ...{ section: 'Energy', description: 'Units', quantity: kwh, unit: 'kWh', net: units, taxRate: '20' },
          reason: { rule: 'share', of: '99.60', weight: kwh, total: '166', unit: 'kWh' },
        },
        {
          ...{ section: 'Energy', description: 'Standing charge', net: standing, taxRate: '20' },
          reason: { rule: 'equal-share', of: '10.01', shares: 4 },
        },
        {
          ...{ section: 'Relief', description: 'Relief', net: '-1.25', taxRate: '20' },
          reason: {
            ...{ rule: 'share', of: '-5.00', weight: '15', total: '60', unit: 'm²' },
            made: [[{ quantity: '5', unit: 'm²' }, { quantity: '3' }]],
          },
        },
      ],
      ...{ net, tax, gross },
      taxes: [{ label: 'Standard rate', rate: '20', net, tax }],
    },
    sharing: [
      {
        ...{ title: 'Northgrid', document: 'NE-1', ...days, basis: 'before tax', amount: '109.61' },
        components: [
          part('Units', 'metered use', ['99.60', '60.00', '30.00', '9.60', units]),
          part('Standing charge', 'equal shares', ['10.01', '10.01', '0.00', '0.00', standing]),
        ],
      },
      {
        ...{ title: 'Relief', ...days, basis: 'before tax', amount: '-5.00' },
        components: [part('Relief', 'floor area', ['-5.00', '-5.00', '0.00', '0.00', '-1.25'])],
      },
    ],
    decisions: [],
    approvals: [
      { step: 'prepared', name: 'A. Okafor', on: '2026-11-02' },
      { step: 'approved', name: 'J. Lund', on: '2026-11-02' },
    ],
    notes: [],
  };
}

export const statementOf = (name: Name): Statement =>
  seal(compose(factsOf(name, `H-2026-0000${names.indexOf(name) + 1}`)), 'hall.example/verify');

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is random elsewhere. The last digit of a number is its highest byte, which stays below the order of the group. */
export function chanceOf(from: string): Chance {
  let drawn = 0;
  const next = () => hashOf(`${from}/${(drawn += 1)}`);
  return { blinding: () => `${next().slice(0, 62)}00`, salt: () => next().slice(0, 32) };
}

interface Recorded {
  readonly entry: RecordEntry;
  readonly fact: ProvedFact['fact'];
  readonly salt: string;
}
function recorded(id: string, type: string, fact: ProvedFact['fact']): Recorded {
  const salt = hashOf(`salt ${id}`);
  return { entry: { id, type, at: '2026-11-03T09:30:00.000000Z', commitment: commitment(fact, salt) }, fact, salt };
}

const rootOf = (leaves: readonly Hash[]): Hash => {
  if (leaves.length === 1) return leaves[0] ?? '';
  const [first] = fullTreesOf({ from: 0, to: leaves.length });
  const whole = 2 ** (first?.level ?? 0);
  const fork = whole === leaves.length ? whole / 2 : whole;
  return nodeHash(rootOf(leaves.slice(0, fork)), rootOf(leaves.slice(fork)));
};

const people = { proposed: 'p-1', approved: 'p-2', issued: 'p-1' } as const;
const personOf = (step: keyof typeof people, name: string, at: string) => ({ id: people[step], name, at });

/** What the hall certifies of its run, before it has its place in the record. */
export function certified(): Omit<Certificate, 'log'> {
  const pool = ([amount, members, common, held]: readonly string[]) => ({
    ...{ amount: amount ?? '', members: members ?? '', common: common ?? '', vacant: '0.00', held: held ?? '' },
  });
  const days = { from: '2026-10-01', to: '2026-11-01' };
  const basis = 'before tax' as const;
  const relief = pool(['-5.00', '-5.00', '0.00', '0.00']);
  const finding = { code: 'residual-high', severity: 'blocking', found: 1, overridden: 1 } as const;
  return {
    ...{ run: runId, community: 'Hall', site: 'The hall', locale: 'en-GB', currency: 'GBP', demo: false, period: days },
    bills: [
      {
        ...{ supplier: 'Northgrid', number: 'NE-1', ...days, net: '109.61', tax: '21.92', gross: '131.53' },
        document: hashOf('the bill'),
        components: [
          { label: 'Units', amount: '99.60', tax: '19.92', whole: '99.60', here: '99.60' },
          { label: 'Standing charge', amount: '10.01', tax: '2.00', whole: '10.01', here: '10.01' },
        ],
      },
    ],
    costs: [
      {
        ...{ title: 'Northgrid', document: 'NE-1', ...days, basis },
        components: [
          { label: 'Units', sharedBy: 'metered use', ...pool(['99.60', '60.00', '30.00', '9.60']) },
          { label: 'Standing charge', sharedBy: 'equal shares', ...pool(['10.01', '10.01', '0.00', '0.00']) },
        ],
        ...{ total: pool(['109.61', '70.01', '30.00', '9.60']), difference: '0.00' },
      },
      {
        ...{ title: 'Relief', ...days, basis },
        components: [{ label: 'Relief', sharedBy: 'floor area', ...relief }],
        ...{ total: relief, difference: '0.00' },
      },
    ],
    ...{ total: pool(['104.61', '65.01', '30.00', '9.60']), difference: '0.00' },
    rules: [
      {
        ...{ kind: 'key', name: 'Metered use', version: '01976f1e-0000-7000-8000-000000000001', from: '2026-01-01' },
        ...{ adoptedBy: 'General meeting', adoptedOn: '2026-01-14', decision: 'minute 4' },
      },
    ],
    findings: [finding, { code: 'reading-estimated', severity: 'info', found: 2, overridden: 0 }],
    overrides: [
      {
        ...{ code: 'residual-high', reason: 'the meter of the hall was out for a week' },
        by: personOf('proposed', 'A. Okafor', '2026-11-02T09:00:00.000000Z'),
      },
    ],
    proposed: personOf('proposed', 'A. Okafor', '2026-11-02T09:10:00.000000Z'),
    approved: personOf('approved', 'J. Lund', '2026-11-02T10:00:00.000000Z'),
    issued: personOf('issued', 'A. Okafor', '2026-11-03T09:30:00.000000Z'),
    documents: { invoices: 4, creditNotes: 0 },
    settled: 0,
    madeAt: '2026-11-03T09:30:20.000000Z',
  };
}

/** A certificate with its signature. */
export function signedAs(content: Certificate, signing = seed): SignedCertificate {
  const words = certificateText(content);
  return { content, signature: writeNote({ text: words, signatures: [signText(words, key, signing)] }) };
}

/** What another hall, or a dishonest one, does differently. */
export interface Hall {
  readonly statements?: readonly Statement[];
  readonly run?: ProvedFact['fact'];
  readonly sums?: ReturnType<typeof commitToRun>;
  readonly seed?: string;
  /** Null where none was made yet. */
  readonly certificate?: Omit<Certificate, 'log'> | null;
  /** Who cosigned the head, and when. */
  readonly cosigners?: readonly { readonly who: keyof typeof cosignerSeeds; readonly at: number }[];
  /** Where no device signs. */
  readonly devices?: 'none';
}

const deviceKeysOf = (deviceKeys: ProvedFact[] | undefined) => (deviceKeys === undefined ? {} : { deviceKeys });
const devicesOf = (devices: DeviceTexts | undefined) => (devices === undefined ? {} : { devices });

/** Secrets of those who cosign; one person has two, and one is that of the record. */
export const cosignerSeeds = { amy: '11'.repeat(32), 'amy-too': '12'.repeat(32), jonas: '13'.repeat(32), record: seed };
const cosignerNames = { amy: 'amy.auditor', 'amy-too': 'amy.again', jonas: 'jonas.approver', record: 'somebody' };
export const cosignerKey = (who: keyof typeof cosignerSeeds): NoteKey => ({
  ...{ name: cosignerNames[who], kind: 'cosignature', publicKey: publicKeyOf(cosignerSeeds[who]) },
});

/** The bundles of all members, by name. */
export const bundles = (hall: Hall = {}): Record<Name, Bundle> => proofsOf(hall).bundles;

/** The certificate of the run as a file. */
export const certificateFile = (hall: Hall = {}): CertificateFile => proofsOf(hall).certificate;

function proofsOf({
  statements = names.map(statementOf),
  run,
  sums,
  seed: signing = seed,
  certificate = certified(),
  cosigners = [],
  devices,
}: Hall): { bundles: Record<Name, Bundle>; certificate: CertificateFile } {
  const made = sums === undefined ? commitToRun(key.name, runId, statements, chanceOf('a')) : sums;
  const runFact = run ?? {
    ...{ site: 's', days: '[2026-10-01,2026-11-01)', inputs: hashOf('inputs'), proposedBy: 'p-1', approvedBy: 'p-2' },
    ...{ approvedAt: '2026-11-02T10:00:00.000000Z', issuedBy: 'p-1', costs: hashOf('costs'), shares: hashOf('shares') },
  };
  const keysOf = cosigners.map(({ who }) =>
    recorded(`cosigner-${who}`, 'cosigner-key', {
      ...{ person: who.slice(0, 3), role: who === 'jonas' ? 'approver' : 'auditor', key: writeKey(cosignerKey(who)) },
    }),
  );
  const deviceKeys = deviceKeyFacts.map(({ keyId, fact }) => recorded(keyId, 'signing-key.registered', fact));
  const others = [
    ...[0, 1, 2].map((i) => recorded(`other-${i}`, 'occupancy.created', { no: String(i) })),
    ...deviceKeys,
  ];
  const documents = statements.map((statement) =>
    recorded(`document-${statement.member.number}`, 'invoice', {
      ...{ number: statement.number, run: runId, code: statement.verification.code },
      statement: canonicalSha256(statement),
    }),
  );
  const facts = [
    ...others,
    recorded(runId, 'billing-run', runFact),
    ...documents,
    ...(made === null
      ? []
      : [
          recorded('sums', 'run-sums', { run: runId, members: String(statements.length), lists: sumsHash(made.lists) }),
        ]),
  ];
  const size = facts.length;
  const before = facts.map(({ entry }) => entryLeaf(entry));
  const signed =
    certificate === null
      ? null
      : signedAs(
          {
            ...certificate,
            ...(made === null ? {} : { sums: sumsHash(made.lists) }),
            log: { origin: key.name, size, root: rootOf(before) },
          },
          signing,
        );
  if (signed !== null) {
    const { content, signature } = signed;
    const fact = { run: content.run, sha256: certificateHash(content), signature: hashOf(signature) };
    facts.push(recorded('certificate', 'certificate', fact));
  }
  facts.push(...keysOf);
  const leaves = facts.map(({ entry }) => entryLeaf(entry));
  const hashesOf = (ranges: readonly Entries[]) => ranges.map(({ from, to }) => rootOf(leaves.slice(from, to)));
  const headOf = (size: number): string => {
    const text = writeCheckpoint({ origin: key.name, size, root: rootOf(leaves.slice(0, size)) });
    const others = size < leaves.length ? [] : cosigners;
    const lines = others.map(({ who, at }) => cosign(text, cosignerKey(who), cosignerSeeds[who], at));
    return writeNote({ text, signatures: [signText(text, key, signing), ...lines] });
  };
  const provedAt = (index: number): ProvedFact => ({
    ...(facts[index] as Recorded),
    index,
    proof: hashesOf(inclusionRanges(index, leaves.length)),
  });
  const certificateProof = signed && {
    certificate: provedAt(size),
    position: hashesOf(consistencyRanges(size, leaves.length)),
  };
  const keys =
    keysOf.length === 0 ? {} : { cosigners: keysOf.map((_, i) => provedAt(leaves.length - keysOf.length + i)) };
  const placeOf = (keyId: string): number => others.findIndex(({ entry }) => entry.id === keyId);
  const signedBy = (name: string) => signedOf(devices === 'none' ? '' : name);
  const given = statements.map((statement, i): [string, Bundle] => [
    statement.member.number,
    {
      format: bundleFormat,
      statement,
      record: {
        key: writeKey(key),
        head: headOf(leaves.length),
        document: provedAt(others.length + 1 + i),
        run: provedAt(others.length),
        ...(made === null ? {} : { sums: provedAt(size - 1) }),
        ...(signed === null ? {} : certificateProof),
        ...keys,
        ...deviceKeysOf(signedBy(statement.member.number)?.keys.map((id) => provedAt(placeOf(id)))),
        earlier: { document: 'H-2026-00000', head: headOf(3), proof: hashesOf(consistencyRanges(3, leaves.length)) },
      },
      ...(made === null
        ? {}
        : { sums: { run: runId, lists: made.lists, own: made.own.get(statement.member.number) ?? [] } }),
      ...(signed === null ? {} : { certificate: signed }),
      ...devicesOf(signedBy(statement.member.number)?.devices),
    },
  ]);
  const proof = { key: writeKey(key), head: headOf(leaves.length), run: provedAt(others.length) };
  return {
    bundles: Object.fromEntries(given) as Record<Name, Bundle>,
    certificate: {
      format: certificateFormat,
      ...(signed ?? signedAs({ ...certified(), log: { origin: key.name, size, root: rootOf(before) } })),
      ...(certificateProof === null ? {} : { record: { ...proof, ...certificateProof, ...keys } }),
    },
  };
}
