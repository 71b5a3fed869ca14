import { accrueByBasis } from '../../../domain/apportionment/accrual-basis.js';
import { daysIn, within } from '../../../domain/calendar/period.js';
import { spanOf } from '../../../domain/calendar/zone.js';
import type { Issue } from '../../../domain/errors.js';
import { plain, sum } from '../../../domain/quantity/decimal.js';
import { roundToCoin } from '../../../domain/quantity/money.js';
import { billedUse, hasSource } from '../collect/basis.js';
import { uncovered } from '../collect/bill-days.js';
import type { RunInputs, SupplierBill } from '../run/inputs.js';

/** Everything odd about bills and empty spaces, all at once: a treasurer mends it in one round and not in ten. */
export const findIssues = (inputs: RunInputs): Issue[] => [
  ...missingBills(inputs),
  ...billsOffTheMeter(inputs),
  ...accrualsEstimated(inputs),
  ...billsMiscalculated(inputs),
  ...billsEstimated(inputs),
  ...spacesWithoutPayer(inputs),
  ...codesWithoutRate(inputs),
];

/** Whatever is billed is taxed by a rate of the tax point; none is ever assumed. */
function codesWithoutRate({ tax, taxRules, funds, bills, charges, period, taxPoint }: RunInputs): Issue[] {
  if (tax.kind === 'unregistered') return [];
  const rated = new Set(tax.rates.map((rate) => rate.code));
  const entered = [...bills.flatMap((bill) => bill.components), ...charges, ...funds].map((one) => one.taxCode);
  const ruled = [...Object.values(taxRules.treatment), ...taxRules.reduced.map(({ reduced }) => reduced)];
  const used = [...entered, ...ruled.filter((code) => code !== null)];
  return [...new Set(used)]
    .filter((code) => !rated.has(code))
    .sort()
    .map((code) => ({
      code: 'tariff-gap',
      severity: 'blocking',
      subject: { kind: 'tariff', id: `tax:${code}`, label: code },
      ...period,
      detail: `The tax code ${code} has no rate on ${taxPoint}, the tax point of the run.`,
      remedy: `Enter the rate of ${code} that holds on this day.`,
    }));
}

/** A utility whose use is measured is billed by somebody, for every day of the period. */
function missingBills({ bills, meters, site, period }: RunInputs): Issue[] {
  const measured = meters.filter((meter) => meter.role !== 'virtual' && meter.direction === 'import');
  const utilities = [...new Set([...measured, ...bills].map((one) => one.utility))].sort();
  return utilities.flatMap((utility): Issue[] => {
    const ofUtility = bills.filter((bill) => bill.utility === utility);
    const subject = { kind: 'site', id: `${site.id}/${utility}`, label: site.name } as const;
    if (ofUtility.length === 0) {
      return [
        {
          code: 'no-supplier-bill',
          severity: 'blocking',
          subject,
          ...period,
          detail: `${site.name} measured ${utility} from ${period.from} to ${period.to} (${metersOf(measured, utility)}), and no supplier's bill covers these days.`,
          remedy: `Enter the supplier's ${utility} bill for these days.`,
        },
      ];
    }
    return uncovered(
      period,
      ofUtility.map((bill) => bill.days),
    ).map((gap) => ({
      code: 'bill-not-covering-period',
      severity: 'blocking',
      subject,
      ...gap,
      detail: `No ${utility} bill of ${site.name} covers ${daysIn(gap)} days from ${gap.from} to ${gap.to}.`,
      remedy: `Enter the ${utility} bill for these days, or end the period of the run where the bills end.`,
    }));
  });
}

const fewEnough = 5;

/** The meters of a utility by name; of many the first, and how many more there are. */
function metersOf(measured: RunInputs['meters'], utility: string): string {
  const codes = [
    ...new Set(measured.filter((meter) => meter.utility === utility).map(({ meterCode }) => meterCode)),
  ].sort();
  const more = codes.length - fewEnough;
  return [...codes.slice(0, fewEnough), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** A bill that lies wholly in the period is compared with the community's own source meter. */
function billsOffTheMeter(inputs: RunInputs): Issue[] {
  return inputs.bills.flatMap((bill): Issue[] => {
    const days = within(inputs.period, bill.days);
    if (days === null || daysIn(days) !== daysIn(bill.days) || !hasSource(inputs, bill.utility)) return [];
    const billed = sum(billedUse(bill, bill.days).map((use) => use.quantity));
    const counted = countedAtSource(inputs, bill);
    const limit = counted.times(inputs.thresholds.notable);
    const isFar = billed.minus(counted).abs().times(100).greaterThan(counted.times(inputs.thresholds.high));
    if (billed.isZero() || !billed.minus(counted).abs().times(100).greaterThan(limit)) return [];
    return [
      {
        code: 'bill-differs-from-meter',
        severity: isFar && !isDecided(bill) ? 'blocking' : 'warning',
        subject: { kind: 'bill', id: bill.id, label: `${bill.supplier} ${bill.number}` },
        ...bill.days,
        detail: `${bill.supplier} ${bill.number} bills ${plain(billed)}, the source meter counted ${plain(counted)}.`,
        remedy:
          'Compare the readings on the bill with your own, and ask the supplier to correct the bill if it is wrong. To go on before, decide about its components.',
      },
    ];
  });
}

/** A part of a bill for which nothing was measured is an estimate, and that is said. */
function accrualsEstimated({ bills, accruals, period, currency }: RunInputs): Issue[] {
  return accruals.flatMap(({ billId, component, amount, basis }): Issue[] => {
    const bill = bills.find((one) => one.id === billId);
    const named = bill?.components.find((one) => one.no === component);
    if (bill === undefined || named === undefined) return [];
    const part = accrueByBasis(amount, currency, bill.days, basis, period);
    if (part?.isEstimated !== true) return [];
    const [says, how] = [
      `${named.description} of ${bill.supplier} ${bill.number}`,
      `${plain(part.amount)} of ${plain(amount)}`,
    ];
    return [
      {
        code: 'accrual-estimated',
        severity: 'info',
        subject: { kind: 'bill', id: `${bill.id}/${component}`, label: says },
        ...(within(period, bill.days) ?? period),
        detail: `${how} of ${says} are put into this period, ${basis.by === 'use' ? 'in part by days' : 'by days'}, because the source meter cannot tell what was used on which of the days.`,
        remedy: 'Read the source meter on the first and last days of periods, or let it send intervals.',
      },
    ];
  });
}

/** True where a person has decided about all energy of a bill. */
const isDecided = ({ components }: SupplierBill): boolean =>
  components.every(({ kind, quantity, decision }) => kind !== 'energy' || quantity === null || decision !== null);

/** An amount that is not its quantity times its price; by more than the policy lets pass, somebody decides before it is shared. */
function billsMiscalculated({ bills, currency, thresholds }: RunInputs): Issue[] {
  return bills.flatMap((bill) =>
    bill.components.flatMap(({ no, description, quantity, price, amount, decision }): Issue[] => {
      if (quantity === null || price === null) return [];
      const product = roundToCoin(quantity.times(price), currency);
      const difference = amount.minus(product);
      if (difference.isZero()) return [];
      const isFar = difference.abs().times(100).greaterThan(product.abs().times(thresholds.notable));
      return [
        {
          code: 'bill-miscalculated',
          severity: isFar && decision === null ? 'blocking' : 'warning',
          subject: { kind: 'bill', id: `${bill.id}/${no}`, label: `${bill.supplier} ${bill.number}` },
          ...bill.days,
          detail: `${bill.supplier} ${bill.number} asks ${plain(amount)} for ${description}; ${plain(quantity)} × ${plain(price)} is ${plain(product)}, a difference of ${plain(difference)}.`,
          remedy: 'Ask the supplier. To go on before, decide about the component: pass it on, or hold it.',
        },
      ];
    }),
  );
}

/** What a supplier guessed is passed on as that. */
const billsEstimated = ({ bills }: RunInputs): Issue[] =>
  bills.flatMap((bill): Issue[] =>
    bill.kind !== 'estimated'
      ? []
      : [
          {
            code: 'bill-estimated',
            severity: 'info',
            subject: { kind: 'bill', id: bill.id, label: `${bill.supplier} ${bill.number}` },
            ...bill.days,
            detail: `${bill.supplier} ${bill.number} goes by readings that the supplier estimated.`,
            remedy: 'Send the supplier your own readings; enter the actual bill in its place when it comes.',
          },
        ],
  );

function countedAtSource({ uses, meters, site }: RunInputs, bill: SupplierBill) {
  const { from, to } = spanOf(bill.days, site.zone);
  const ofUtility = meters.filter(
    ({ role, utility, direction }) => role === 'source' && utility === bill.utility && direction === 'import',
  );
  const sources = new Set(ofUtility.map((meter) => meter.registerId));
  const whole = uses.filter(
    (use) => sources.has(use.registerId) && use.calendar === null && use.from >= from && use.to <= to,
  );
  return sum(whole.map((use) => use.quantity));
}

/** An empty space whose cost nobody was named for falls on the community; that is said. */
function spacesWithoutPayer({ pieces }: RunInputs): Issue[] {
  return pieces.flatMap(({ space, memberId, days }): Issue[] => {
    if (memberId !== null || space.kind === 'common' || space.vacantPayerMemberId !== null) return [];
    return [
      {
        code: 'uncovered-space',
        severity: 'info',
        subject: { kind: 'space', id: space.id, label: space.label },
        ...days,
        detail: `${space.label} is empty from ${days.from} to ${days.to} and names no payer, so the community bears its shares.`,
        remedy: 'Name a payer for the empty space if somebody else is to bear them.',
      },
    ];
  });
}
