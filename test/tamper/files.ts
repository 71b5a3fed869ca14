import { auditRun, readOpenings, writeOpenings } from '../../src/domain/proof/audit-run.js';
import { type Bundle, readBundle, writeBundle } from '../../src/domain/proof/bundle.js';
import { type CertificateFile, readCertificate, writeCertificate } from '../../src/domain/proof/certificate.js';
import type { Check } from '../../src/domain/proof/check.js';
import { keyChangeText } from '../../src/domain/proof/key-change.js';
import { type NoteKey, readNote, writeKey, writeNote } from '../../src/domain/proof/note.js';
import type { Given } from '../../src/domain/proof/proved.js';
import { publicKeyOf, signText } from '../../src/domain/proof/sign.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { verifyCertificate } from '../../src/domain/proof/verify-certificate.js';
import { verifyTogether } from '../../src/domain/proof/verify-together.js';
import { bundles, certificateFile, cosignerKey, key, names } from '../support/bundle.js';
import { openingsOfHall } from '../support/openings.js';

/** A file that is changed: what it says unchanged, where it is changed, and how whoever holds it checks it. */
export interface Tampered {
  readonly name: string;
  readonly text: string;
  /** What its reader may know from elsewhere; one of these each time. */
  readonly givens: readonly Given[];
  /** Which places of it are changed; all where it is absent. */
  readonly places?: RegExp;
  readonly check: (text: string, given: Given) => readonly Check[];
}

const knowsKey: Given = { key: writeKey(key) };

export const bundleFile = (name: string, bundle: Bundle, givens: readonly Given[], places?: RegExp): Tampered => ({
  ...{ name, text: writeBundle(bundle), givens },
  ...(places === undefined ? {} : { places }),
  check: (text, given) => verifyBundle(readBundle(text), given),
});

const certificate = (name: string, file: CertificateFile, givens: readonly Given[], places?: RegExp): Tampered => ({
  ...{ name, text: writeCertificate(file), givens },
  ...(places === undefined ? {} : { places }),
  check: (text, given) => verifyCertificate(readCertificate(text), given),
});

/** Two who cosigned: their lines under the head, their keys as facts. */
export function cosignedFiles(): Tampered[] {
  const cosigners = [
    { who: 'amy', at: 1793786400 },
    { who: 'jonas', at: 1793790000 },
  ] as const;
  const both = { ...knowsKey, cosigners: cosigners.map(({ who }) => writeKey(cosignerKey(who))) };
  const places = /^record\/(head|cosigners)/;
  return [
    bundleFile('cosigned', bundles({ cosigners }).ANNA, [knowsKey, both, {}], places),
    certificate('cosigned certificate', certificateFile({ cosigners }), [knowsKey, both, {}], places),
  ];
}

/** What a gateway and a meter signed, with their keys. */
export const signedFiles = (): Tampered[] =>
  names
    .filter((name) => name !== 'CLEO')
    .map((name) => bundleFile(`signed for ${name}`, bundles()[name], [knowsKey, {}], /^(devices|record\/deviceKeys)/));

export const certificateFiles = (): Tampered[] => [
  certificate('certificate', certificateFile(), [knowsKey, {}]),
  certificate('fields of a certificate', certificateFile(), [knowsKey, {}], /^content\//),
];

/** The auditor holds the certificate that everybody has beside the openings. */
export function openingsFiles(): Tampered[] {
  const file = certificateFile();
  const check = (text: string): readonly Check[] => {
    const openings = readOpenings(text);
    const together = verifyTogether([
      { kind: 'openings', name: 'openings', file: openings },
      { kind: 'certificate', name: 'certificate', file },
    ]);
    return [...auditRun(openings), ...(together[0] ?? [])];
  };
  return [{ name: 'openings', text: writeOpenings(openingsOfHall()), givens: [{}], check }];
}

/** Keys that handed over twice before the one that signs now; the head that the reader kept is of the first. */
export function handedOverFiles(): Tampered[] {
  const seeds = ['51'.repeat(32), '52'.repeat(32)];
  const [first, second] = seeds.map((seed): NoteKey => ({ ...key, publicKey: publicKeyOf(seed) })) as [
    NoteKey,
    NoteKey,
  ];
  const change = (from: NoteKey, to: NoteKey, at: string, ...signing: string[]): string => {
    const text = keyChangeText({ from, to, at });
    const signatures = [from, to].map((one, i) => signText(text, one, signing[i] ?? ''));
    return writeNote({ text, signatures });
  };
  const changes = [
    change(first, second, '2026-03-01T09:30:00Z', seeds[0] ?? '', seeds[1] ?? ''),
    change(second, key, '2026-09-01T09:30:00Z', seeds[1] ?? '', '42'.repeat(32)),
  ];
  const { ANNA: anna } = bundles();
  const before = readNote(anna.record?.earlier?.head ?? '').text;
  const head = writeNote({ text: before, signatures: [signText(before, first, seeds[0] ?? '')] });
  const record = { ...anna.record!, changes, earlier: { ...anna.record!.earlier!, head } };
  const own = certificateFile();
  const places = /^record\/(changes|key|head|earlier\/head)/;
  const knowsFirst = { key: writeKey(first), earlierHead: head };
  return [
    bundleFile('handed over', { ...anna, record }, [knowsFirst, knowsKey, {}], places),
    certificate(
      'certificate after a hand-over',
      { ...own, record: { ...own.record!, changes } },
      [{ key: writeKey(first) }],
      places,
    ),
  ];
}
