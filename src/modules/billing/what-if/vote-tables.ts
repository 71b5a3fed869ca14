import { addedUp, type Difference, differenceOf } from '../../../domain/apportionment/compare.js';
import { dayOf } from '../../../domain/calendar/zone.js';
import { assert } from '../../../domain/errors.js';
import { decimal, zero } from '../../../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../../../domain/quantity/money.js';
import { currencyName, number, shortDate, signed, spanName, visible } from '../../../domain/statement/format.js';
import type { Row, Table } from '../../../domain/statement/tables.js';
import { bearerWords } from './answer.js';
import type { Answer } from './answer.schema.js';
import { grouped } from '../grouped.js';

/** What a meeting reads of an answer, laid out as data and drawn by whoever draws. */

type Figures = Answer['total']['total'];
type PeriodAnswer = Answer['periods'][number];

/** What stands where a figure cannot be computed. */
const unknown = 'not known';

const figure = (title: string) => ({ title, kind: 'figure' }) as const;
const text = (title: string) => ({ title, kind: 'text' }) as const;
const shown = (amount: string | null): string => (amount === null ? unknown : number(amount));
const moved = (amount: string | null): string => (amount === null ? unknown : signed(amount));
const cellsOf = ({ now, then, difference }: Figures): string[] => [shown(now), shown(then), moved(difference)];
const heads = ({ currency }: Answer) => {
  assert(isCurrency(currency), 'An answer is in the currency of its community.');
  const name = currencyName(currency);
  return [figure(`Now, ${name}`), figure(`Would be, ${name}`), figure(`Difference, ${name}`)];
};

/** The days of a period as people say them. */
export const spoken = ({ period }: Pick<PeriodAnswer, 'period'>): string => spanName(period.from, period.to);

const isCompared = ({ total }: PeriodAnswer): boolean => total.difference !== null;

/** Everybody, what nobody is billed for, and the sum. Tax has a column of its own where there is any. */
export function membersTable(answer: Answer): Table {
  const { total, periods } = answer;
  const isTaxed = total.members.some(({ net, gross }) => net.now !== gross.now || net.then !== gross.then);
  const row = (name: string, figures: Figures, gross: Figures | null, more: Partial<Row> = {}): Row => ({
    kind: 'line',
    cells: [visible(name), ...cellsOf(figures), ...(isTaxed ? [gross === null ? '' : moved(gross.difference)] : [])],
    ...more,
  });
  const others = (['common', 'vacant', 'held'] as const).map((bearer) => row(bearerWords[bearer], total[bearer], null));
  return {
    title: 'Who would have paid what',
    columns: [text('Member'), ...heads(answer), ...(isTaxed ? [figure('Difference with tax')] : [])],
    rows: [
      ...total.members.map(({ member, net, gross }) =>
        row(member.name, net, gross, { below: remarkOf(periods, member) }),
      ),
      ...others,
      row('All costs before tax', total.total, null, { kind: 'total' }),
    ],
    notes: [
      `Members, common parts, empty spaces and what is held come to all costs, now and as it would be: the check is ${shown(total.check.now)} and ${shown(total.check.then)}.`,
      ...(total.compared < total.of
        ? [
            `Of ${total.of} periods ${total.compared} could be computed on both sides and count here; the others are named below.`,
          ]
        : []),
    ],
  };
}

/** The code of a member, and how the member stands where it is not plainly billed on both sides. */
function remarkOf(periods: readonly PeriodAnswer[], { code }: { readonly code: string }): string {
  const standings = periods
    .filter(isCompared)
    .flatMap(({ members }) => members.flatMap(({ member, standing }) => (member.code === code ? [standing] : [])));
  const never = (side: 'now' | 'then'): boolean =>
    standings.length > 0 && standings.every((standing) => standing[side] === 'nothing-due');
  const words = [never('now') ? 'nothing due now' : '', never('then') ? 'nothing would be due' : ''];
  return [code, ...words].filter((word) => word !== '').join(' · ');
}

/** The costs that somebody would bear otherwise, all compared periods together, with the rule on both sides. */
export function costsTable(answer: Answer): Table {
  const costs = answer.periods.filter(isCompared).flatMap((one) => one.costs);
  const byName = [...grouped(costs, ({ description }) => description)];
  const isMoved = ([, some]: (typeof byName)[number]): boolean =>
    some.some(({ shares }) => shares.some(({ difference }) => difference !== null && !decimal(difference).isZero()));
  const changed = byName.filter(isMoved);
  const left = byName.length - changed.length;
  return {
    title: 'Which costs would be shared otherwise',
    columns: [text('Cost'), ...heads(answer)],
    rows: changed.map(([description, some]) => ({
      kind: 'line',
      cells: [visible(description), ...cellsOf(written(answer, addedUp(some.map(read))))],
      below: visible(rulesOf(some)),
    })),
    notes: [
      changed.length === 0 ? 'No cost would be shared otherwise.' : '',
      left === 0 ? '' : `${left} other ${left === 1 ? 'cost is' : 'costs are'} the same for everybody.`,
    ].filter((note) => note !== ''),
  };
}

function rulesOf(costs: readonly PeriodAnswer['costs'][number][]): string {
  const of = (side: 'now' | 'then'): string => [...new Set(costs.flatMap(({ rules }) => rules[side]))].join(' ');
  const [now, then] = [of('now'), of('then')];
  return now === then ? now : `Now: ${now} Would be: ${then}`;
}

const read = ({ now, then }: Figures): Difference =>
  differenceOf({ now: now === null ? zero : decimal(now), then: then === null ? zero : decimal(then) });

function written({ currency }: Answer, { now, then, difference }: Difference): Figures {
  assert(isCurrency(currency), 'An answer is in the currency of its community.');
  return {
    now: writeMoney(now, currency),
    then: writeMoney(then, currency),
    difference: writeMoney(difference, currency),
  };
}

/** Each period, what its costs come to, and whether the side "now" is what was issued. */
export const periodsTable = (answer: Answer): Table => ({
  title: 'The periods',
  columns: [text('Period'), ...heads(answer)],
  rows: answer.periods.map((one) => ({
    kind: 'line',
    cells: [spoken(one), ...cellsOf(one.total)],
    below: issuedWords(one, answer.site.zone),
  })),
  notes: [],
});

function issuedWords({ issued }: PeriodAnswer, zone: string): string {
  if (issued === null) return 'not issued';
  const on = `issued on ${shortDate(dayOf(issued.at, zone))}`;
  if (issued.sameAsNow === null) return on;
  return issued.sameAsNow ? `${on}; now is what was issued` : `${on}; now is no longer what was issued`;
}

/** The most that is said about what stands in the way; the answer as data has it all. */
const mostObstacles = 15;

/** What stands in the way of a side, period by period. */
export function obstacles({ periods }: Answer): string[] {
  const all = periods.flatMap((one) =>
    one.findings
      .filter(({ severity, takenOn }) => severity === 'blocking' && !takenOn)
      .map(({ detail, sides }) => {
        const side = sides.length === 2 ? 'now and as it would be' : sides[0] === 'now' ? 'now' : 'as it would be';
        return visible(`${spoken(one)}, ${side}: ${detail}`);
      }),
  );
  const more = all.length - mostObstacles;
  return more > 0 ? [...all.slice(0, mostObstacles), `And ${more} more.`] : all;
}
