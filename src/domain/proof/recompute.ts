import { type Decimal, decimal, plain, sum, zero } from '../quantity/decimal.js';
import type { ChargeLine, Division, ReadingRow, Statement, UtilityUse, Written } from '../statement/model.js';
import { type Check, differs, holds, looking, notTold } from './check.js';
import { sealHolds } from './code.js';
import { coin, recomputeLine } from './recompute-line.js';

/**
 * A statement computed again from the inputs that stand in it, by whoever holds it.
 *
 * Example: Rosa's displays stood at 48,210.4 and 48,733.9, so she used 523.5 kWh. Her share of the levy of 58.63 is
 * 58.63 × 523.5 / 7,320 = 4.193…, and 4.19 is printed: less than a coin away. Her lines come to 136.91, tax at 20 % is 27.38,
 * the total 164.29; with what was open before and what she paid she owes 159.49. Of each cost, what members, common parts,
 * empty spaces and the held account bear is the cost.
 *
 * Method: every printed figure that follows from others is computed from them in exact decimals and compared. A share is
 * compared with its ideal: it is less than one coin away, because the odd coins of a split fall by a published order that only
 * the parts of others decide; that the parts add up to the coin is what the division and the sealed sums say.
 */

export const written = (values: readonly Written[]): Decimal => sum(values.map(decimal));

/** Stated and computed, as one check. */
export function same(name: Check['name'], place: string, stated: Decimal, computed: Decimal, says: string): Check {
  return stated.equals(computed)
    ? holds(name, says, place)
    : differs(name, `${place}: ${plain(stated)} is stated, ${plain(computed)} comes out.`, place);
}

/**
 * Computes a statement again.
 *
 * @param statement of a shape that was checked (`readBundle`); its figures are nobody's word yet
 * @returns a sentence for each figure, those of the lines in their order
 * @law all hold for every statement that `compose` made; changing any figure makes one differ, and it names the line
 */
export function recompute(statement: Statement): Check[] {
  return [
    sealed(statement),
    ...statement.use.flatMap((use) => looking('use', use.utility, () => useChecks(use))),
    ...statement.charges.lines.flatMap((line, i) =>
      looking('line', linePlace(line, i), () => recomputeLine(line, linePlace(line, i), statement)),
    ),
    ...looking('total', 'The total', () => totalChecks(statement)),
    ...looking('balance', 'The balance', () => [balanceCheck(statement)]),
    ...looking('sharing', 'The costs', () => sharingChecks(statement)),
    approvalCheck(statement),
  ];
}

export const linePlace = ({ description }: ChargeLine, index: number): string => `Line ${index + 1}, ${description}`;

const sealed = (statement: Statement): Check =>
  sealHolds(statement)
    ? holds('seal', `The statement is the one that was sealed as ${statement.verification.code}.`)
    : differs('seal', 'The statement is not the one that was sealed: at least one character of it is another.');

function useChecks(use: UtilityUse): Check[] {
  const registers = use.readings.filter(({ partOf }) => partOf === undefined);
  const total = decimal(use.glance.total);
  const made = written(registers.map(({ used }) => used));
  return [
    ...registers.flatMap((row) => readingCheck(row, use.unit)),
    ...(registers.length === 0
      ? []
      : [
          same(
            'use',
            `Use of ${use.utility}`,
            total,
            made,
            `The registers come to ${use.glance.total} ${use.unit} of ${use.utility}.`,
          ),
        ]),
    ...siteChecks(use),
  ];
}

/** used = (latest − previous) × multiplier, with the capacity where the display began again. */
function readingCheck(row: ReadingRow, unit: string): Check[] {
  if (row.previous === undefined || row.latest === undefined) return [];
  const turned = row.rolledOverAt === undefined ? zero : decimal(row.rolledOverAt);
  const advance = decimal(row.latest.value).plus(turned).minus(decimal(row.previous.value));
  const computed = advance.times(decimal(row.multiplier ?? '1'));
  const place = `Meter ${row.meter}, ${row.register}`;
  const says = `${place}: from ${row.previous.value} to ${row.latest.value} are ${row.used} ${unit}.`;
  return [same('readings', place, decimal(row.used), computed, says)];
}

function siteChecks({ share, unit, glance }: UtilityUse): Check[] {
  if (share === undefined) return [];
  const parts = written(share.parts.map(({ quantity }) => quantity));
  const you = share.parts.find(({ kind }) => kind === 'you')?.quantity ?? '0';
  const says = `What was used in ${share.place} is all accounted for: ${share.total} ${unit}.`;
  return [
    same('site', `Use of ${share.place}`, decimal(share.total), parts, says),
    ...(decimal(you).equals(decimal(glance.total))
      ? []
      : [differs('site', `Your part of ${share.place}: ${you} is stated, your meters say ${glance.total}.`)]),
  ];
}

function totalChecks({ charges, currency }: Statement): Check[] {
  const { lines, net, tax, gross, taxes } = charges;
  const rate = (of: string) =>
    lines.filter(({ taxRate }) => taxRate !== undefined && decimal(taxRate).equals(decimal(of)));
  const rates = [...new Set((taxes ?? []).map((row) => row.rate))];
  return [
    same('net', 'Net', decimal(net), written(lines.map((line) => line.net)), `The lines come to ${net}.`),
    ...rates.map((of) => {
      const rows = (taxes ?? []).filter((row) => row.rate === of);
      const place = `Net at ${of} %`;
      const stated = written(rows.map((row) => row.net));
      return same('tax', place, stated, written(rate(of).map((line) => line.net)), `${place} is ${plain(stated)}.`);
    }),
    ...(taxes ?? []).map((row) => {
      const exact = decimal(row.net).times(decimal(row.rate)).dividedBy(100);
      const place = `${row.label}, ${row.rate} %`;
      const isRight = decimal(row.tax).minus(exact).abs().lessThan(coin(currency)) && isGross(row);
      return isRight
        ? holds('tax', `${row.rate} % of ${row.net} are ${row.tax}.`, place)
        : differs('tax', `${place}: ${row.tax} on ${row.net} is stated, ${plain(exact)} comes out.`, place);
    }),
    ...(taxes === undefined
      ? []
      : [same('tax', 'Tax', decimal(tax ?? '0'), written(taxes.map((row) => row.tax)), `The tax is ${tax ?? '0'}.`)]),
    same(
      'total',
      'Total',
      decimal(gross),
      decimal(net).plus(decimal(tax ?? '0')),
      `The total is ${gross} ${currency}.`,
    ),
  ];
}

const isGross = ({ net, tax, gross }: { net: Written; tax: Written; gross: Written }): boolean =>
  decimal(gross).equals(decimal(net).plus(decimal(tax)));

function balanceCheck({ balance, charges, kind, number }: Statement): Check {
  const walked = decimal(balance.opening.amount).plus(written(balance.entries.map(({ amount }) => amount)));
  const own = balance.entries.filter((entry) =>
    kind === 'credit-note' ? entry.kind === 'credit' && entry.document === number : entry.kind === 'charges',
  );
  const stated = written(own.map(({ amount }) => amount));
  if (!stated.equals(decimal(charges.gross))) {
    return differs('balance', `The balance counts ${plain(stated)} for this document, its total is ${charges.gross}.`);
  }
  const says = `With ${balance.opening.amount} from before and what came since, ${balance.closing} is owed.`;
  return same('balance', 'Balance', decimal(balance.closing), walked, says);
}

const columns = ['amount', 'members', 'common', 'vacant', 'held', 'you'] as const;

function sharingChecks({ sharing, charges, kind }: Statement): Check[] {
  const checks = sharing.flatMap((cost): Check[] => {
    const total = (column: keyof Division) => written(cost.components.map((component) => component[column]));
    const wrong = columns.find((column) => !decimal(cost.total[column]).equals(total(column)));
    const shared = [
      ...cost.components.map((component) => divisionCheck(component, `${cost.title}, ${component.label}`)),
      divisionCheck(cost.total, cost.title),
    ];
    return [
      ...shared,
      ...(wrong === undefined && decimal(cost.difference).isZero()
        ? []
        : [differs('sharing', `${cost.title}: the column "${wrong ?? 'difference'}" does not add up.`, cost.title)]),
    ];
  });
  if (sharing.length === 0 || kind === 'credit-note') return checks;
  const own = written(sharing.map(({ total }) => total.you));
  const says = `Your parts of all costs are your lines: ${charges.net}.`;
  return [...checks, same('own-part', 'Your parts of all costs', own, decimal(charges.net), says)];
}

/** That the parts of an amount are the amount. */
export function divisionCheck(division: Omit<Division, 'you'>, place: string): Check {
  const { amount, members, common, vacant, held } = division;
  const says = `${place}: members ${members} + common ${common} + vacant ${vacant} + held ${held} = ${amount}.`;
  return same('sharing', place, decimal(amount), written([members, common, vacant, held]), says);
}

function approvalCheck({ approvals }: Statement): Check {
  const of = (step: 'prepared' | 'approved') => approvals.find((one) => one.step === step);
  const [prepared, approved] = [of('prepared'), of('approved')];
  if (prepared === undefined || approved === undefined) {
    return notTold('approvals', 'The statement does not name who prepared and who approved it.');
  }
  return holds(
    'approvals',
    `${prepared.name} prepared it on ${prepared.on}, ${approved.name} approved it on ${approved.on}.`,
  );
}
