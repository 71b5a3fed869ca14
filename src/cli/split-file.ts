import { beneficiaryId } from '../domain/apportionment/beneficiary.js';
import type { CostShare } from '../domain/apportionment/apportion.js';
import { checkKey, type Key, type SimpleKey } from '../domain/apportionment/key.js';
import { occupancyPieces, type Space } from '../domain/apportionment/pieces.js';
import type { Reason, Step } from '../domain/apportionment/reason.js';
import { suggestedThresholds } from '../domain/apportionment/residual.js';
import { type Basis, shareOut } from '../domain/apportionment/share-out.js';
import { tally } from '../domain/apportionment/tally.js';
import { Decimal, decimal, one, plain, zero } from '../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../domain/quantity/money.js';
import { domainKey, isPool, poolKey, type References } from '../modules/tariffs/key-references.js';
import { CommandFailed, exitCodes, type Output, table } from './output.js';
import { type ByWeight, type SplitFile, splitFile, type SplitKey } from './split-file.schema.js';
import { currencyOf, readNamedFile } from './stateless.js';
import { isWorkedFile, workedFileCommand } from './worked-file.js';

/** `split FILE.json`: shares a cost as the file says, and prints every share with its reason; or works out what else it holds. */
export function splitFileCommand(out: Output, path: string): void {
  const content = readJson(path);
  if (isWorkedFile(content)) return workedFileCommand(out, path, content);
  const file = checked(path, content);
  const currency = currencyOf(file.currency);
  const key = keyOf(file, file.key);
  checkKey(key);
  const cost = { no: 1, label: file.name, amount: decimal(file.total), currency, component: file.name };
  const { shares, issues } = shareOut(cost, key, basisOf(file));
  if (shares.length === 0 && !cost.amount.isZero()) {
    throw new CommandFailed(issues.map((issue) => `${issue.code}: ${issue.detail} ${issue.remedy}`).join('\n'));
  }
  const where = tally(cost.amount, shares);
  const rows = shares.map((share) => [
    beneficiaryId(share.beneficiary),
    writeMoney(share.amount, currency),
    `${plain(share.pool)} × ${plain(share.weight)} / ${plain(share.whole)}`,
    whyOf(share),
  ]);
  const found = issues.map((issue) => `${issue.severity}: ${issue.detail}`);
  const bearers = (['members', 'common', 'vacant', 'held'] as const).map(
    (name) => [name, writeMoney(where[name], currency)] as const,
  );
  const parts = bearers.map(([name, amount]) => `${name} ${amount}`);
  out.answer(
    [
      table(['who', currency, 'by', 'why'], rows, [1]),
      '',
      ...found,
      `${writeMoney(cost.amount, currency)} = ${parts.join(' + ')}.`,
    ].join('\n'),
    {
      total: file.total,
      currency,
      period: file.period,
      shares: shares.map((share) => dataOf(share, currency)),
      tally: Object.fromEntries(bearers),
      issues,
    },
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readNamedFile(path).toString('utf8'));
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${path} is not JSON: ${(error as Error).message}`, exitCodes.usage);
  }
}

function checked(path: string, content: unknown): SplitFile {
  const { data, error } = splitFile.safeParse(content);
  if (data) return data;
  const problems = error.issues.map((issue) => `${issue.path.join('/') || 'the file'} ${issue.message}`);
  throw new CommandFailed(`${path}:\n${problems.join('\n')}`, exitCodes.usage);
}

/** What a file names is called by its own names, so codes and ids are the same. */
const asNamed = (ids: readonly string[]) => new Map(ids.map((id) => [id, { id, code: id }]));

const referencesOf = ({ spaces, occupancies, members, bookings }: SplitFile): References => ({
  spaces: asNamed(spaces.map(({ id }) => id)),
  members: asNamed([...Object.keys(members), ...occupancies.map(({ member }) => member)]),
  resources: asNamed(bookings.map(({ resource }) => resource)),
});

function keyOf(file: SplitFile, key: SplitKey): Key {
  if ('parts' in key && !('kind' in key)) {
    return {
      kind: 'composite',
      parts: key.parts.map(({ part, key: of }) => ({ part: decimal(part), key: keyOf(file, of) })),
    };
  }
  if ('by' in key && !('kind' in key)) return weightKey(key);
  if (!('kind' in key)) throw new CommandFailed('The key says neither by what nor in which parts.', exitCodes.usage);
  const references = referencesOf(file);
  return domainKey(key, references, (code) => {
    const pool = file.keys[code];
    if (pool === undefined || !isPool(pool)) {
      throw new CommandFailed(`keys/${code} must be a key without a meter, to which a residual goes.`, exitCodes.usage);
    }
    return poolKey(pool, references);
  });
}

/** Weights of members are uses of spaces of their own, in a band of the name of the weight. */
function weightKey({ by, cap, floor, rest }: ByWeight): Key {
  const key: SimpleKey = { kind: 'metered', band: bandOf(by), residual: { policy: 'pro-rata' } };
  if (!cap && !floor) return key;
  const limit = (of: typeof cap) => (of ? { per: of.per, amount: decimal(of.amount) } : null);
  return { kind: 'limited', key, limits: { cap: limit(cap), floor: limit(floor), rest } };
}

const bandOf = (by: string): string => `weight:${by}`;
const spaceOf = (member: string): string => `of:${member}`;

function basisOf(file: SplitFile): Basis {
  const { period, zone, members } = file;
  const weights = Object.entries(members).flatMap(([member, given]) =>
    Object.entries(typeof given === 'string' ? { weight: given } : given).map(([by, weight]) => ({
      spaceId: spaceOf(member),
      memberId: member,
      band: bandOf(by),
      quantity: decimal(weight),
      unit: by,
    })),
  );
  const totals = new Map<string, Decimal>();
  for (const { unit, quantity } of weights) totals.set(unit, quantity.plus(totals.get(unit) ?? zero));
  const always = { from: period.from, to: null };
  return {
    period,
    zone,
    pieces: occupancyPieces(
      [...file.spaces.map(spaceFrom), ...Object.keys(members).map(ownSpace)],
      [
        ...file.occupancies.map(({ space, member, days }) => ({ spaceId: space, memberId: member, ...days })),
        ...Object.keys(members).map((member) => ({ spaceId: spaceOf(member), memberId: member, ...always })),
      ],
      period,
    ),
    uses: [
      ...weights,
      ...file.uses.map(({ space, member, quantity, ...use }) => ({
        ...use,
        spaceId: space,
        memberId: member,
        quantity: decimal(quantity),
      })),
    ],
    sources: [
      ...[...totals].map(([unit, quantity]) => ({ band: bandOf(unit), quantity, unit })),
      ...file.sources.map((source) => ({ ...source, quantity: decimal(source.quantity) })),
    ],
    thresholds: suggestedThresholds,
    bookings: file.bookings.map(({ resource, space, member, perHour, minimum, ...time }, index) => ({
      ...time,
      id: String(index + 1),
      resourceId: resource,
      resourceLabel: resource,
      spaceId: space,
      memberId: member,
      price: perHour === undefined ? null : { perHour: decimal(perHour), minimum: decimal(minimum) },
    })),
    peaks: file.peaks.map(({ space, member, quantity, ...peak }) => ({
      ...peak,
      spaceId: space,
      memberId: member,
      quantity: decimal(quantity),
    })),
  };
}

const spaceFrom = ({ id, kind, vacantPayer, weights, heads, ...figures }: SplitFile['spaces'][number]): Space => ({
  id,
  label: id,
  kind,
  area: decimal(figures.area),
  weight: decimal(figures.weight),
  vacantPayerMemberId: vacantPayer,
  weights: weights.map((run) => ({ ...run, weight: decimal(run.weight) })),
  heads: heads.map(({ member, ...run }) => ({ ...run, memberId: member, heads: decimal(run.heads) })),
});

/** The space that stands for a member whose weights are given. */
const ownSpace = (member: string): Space => ({
  id: spaceOf(member),
  label: member,
  kind: 'let',
  area: zero,
  weight: one,
  vacantPayerMemberId: null,
});

const writtenOut = (fact: Reason | Step): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fact).map(([name, value]) => [name, value instanceof Decimal ? plain(value) : value]),
  );

const dataOf = (share: CostShare, currency: Currency) => ({
  who: beneficiaryId(share.beneficiary),
  amount: writeMoney(share.amount, currency),
  part: share.part,
  pool: plain(share.pool),
  weight: plain(share.weight),
  whole: plain(share.whole),
  reasons: share.reasons.map(writtenOut),
  steps: (share.steps ?? []).map(writtenOut),
});

const whyOf = ({ part, steps = [], reasons }: CostShare): string =>
  [
    ...(part === 'residual' ? ['what no meter explains'] : []),
    ...steps.map(stepWords),
    ...reasons.map(reasonWords),
  ].join('; ');

function stepWords(step: Step): string {
  switch (step.step) {
    case 'part':
      return `part ${step.no}, ${plain(step.part)} of ${plain(step.of)}`;
    case 'cap':
    case 'floor':
      return `round ${step.round}: stands at its ${step.step} instead of ${plain(step.without)}`;
    case 'shared-again':
      return `round ${step.round}: ${plain(step.pool)} shared again`;
    case 'rest':
      return 'what all caps leave over';
  }
}

/** What of a reason says nothing beside its name and value. */
const untold = ['what', 'value', 'spaceId', 'resourceId', 'band'];

/** A reason with its factors. @example 'area-days 620: space stall-4, area 20, weight 1, days 31' */
function reasonWords(reason: Reason): string {
  const said = Object.entries(writtenOut(reason)).flatMap(([name, figure]) =>
    untold.includes(name) ? [] : [`${name.replace('Label', '')} ${String(figure)}`],
  );
  return `${reason.what} ${plain(reason.value)}: ${said.join(', ')}`;
}
