import { decimal } from '../quantity/decimal.js';
import type { SharedCost, Statement, Written } from '../statement/model.js';
import type { Certificate, CertifiedBill, CertifiedCost, Pool } from './certificate.js';
import { type Check, differs, holds, looking, notTold } from './check.js';
import { divisionCheck, same, written } from './recompute.js';

/**
 * A certificate computed again from the figures that stand in it.
 *
 * Example: day units 495.38 are members 437.68 + common 57.70; all components of NE-1 are its net of 681.65; what was shared of NE-1 is
 * what its components say belongs to these days; all costs come to the total; each blocking finding was taken on by somebody; two people
 * answer for the run, the second before it was issued.
 */

const columns = ['amount', 'members', 'common', 'vacant', 'held'] as const satisfies readonly (keyof Pool)[];
const columnOf = (pools: readonly Pool[], column: keyof Pool) => written(pools.map((pool) => pool[column]));
const wrongColumn = (total: Pool, pools: readonly Pool[]) =>
  columns.find((column) => !decimal(total[column]).equals(columnOf(pools, column)));

/**
 * Computes a certificate again.
 *
 * @param certificate of a shape that was checked; its figures are nobody's word yet
 * @returns a sentence for each cost and bill, and for who answers
 * @law all hold for every certificate that the service made; changing any figure makes one differ, and it names the place
 */
export function checkCertificate(certificate: Certificate): Check[] {
  return [
    ...looking('sharing', 'The costs', () => costChecks(certificate)),
    ...looking('bills', 'The bills', () => certificate.bills.flatMap((bill) => billChecks(bill, certificate))),
    ...strayBills(certificate),
    ...looking('total', 'The correction', () => correctionChecks(certificate)),
    ...findingChecks(certificate),
    peopleCheck(certificate),
    ...documentsCheck(certificate),
  ];
}

function costChecks({ costs, total, difference, currency }: Certificate): Check[] {
  const wrong = wrongColumn(
    total,
    costs.map((cost) => cost.total),
  );
  const isWhole = wrong === undefined && decimal(difference).isZero();
  return [
    ...costs.flatMap((cost) => [
      ...cost.components.map((component) => divisionCheck(component, `${cost.title}, ${component.label}`)),
      divisionCheck(cost.total, cost.title),
      ...addedUp(cost),
    ]),
    divisionCheck(total, 'All costs'),
    isWhole
      ? holds('total', `All costs come to ${total.amount} ${currency}, and the difference is ${difference}.`)
      : differs('total', `All costs: the column "${wrong ?? 'difference'}" does not add up.`),
  ];
}

function addedUp({ title, components, total, difference }: CertifiedCost): Check[] {
  const wrong = wrongColumn(total, components);
  if (wrong === undefined && decimal(difference).isZero()) return [];
  return [differs('sharing', `${title}: the column "${wrong ?? 'difference'}" does not add up.`, title)];
}

const isOf = ({ supplier, number }: CertifiedBill, { title, document }: CertifiedCost): boolean =>
  title === supplier && document === number;

/** The components are the bill; what is shared of each is what it is, with the tax that is not reclaimed; and that is what stands among the costs. */
function billChecks(bill: CertifiedBill, { costs, period }: Certificate): Check[] {
  const { supplier, number, net, tax, gross, components, from, to } = bill;
  const place = `${supplier}, ${number}`;
  const sumOf = (of: (component: CertifiedBill['components'][number]) => Written) => written(components.map(of));
  const cost = costs.find((one) => isOf(bill, one));
  if (cost === undefined) return [differs('bills', `${place}: nothing of it stands among the costs.`, place)];
  const isInside = from >= period.from && to <= period.to;
  const odd = components.find(({ amount, tax: own, whole, here }) => {
    const shared = cost.basis === 'before tax' ? decimal(amount) : decimal(amount).plus(decimal(own));
    const isPart = decimal(here).times(decimal(whole)).gte(0) && decimal(here).abs().lte(decimal(whole).abs());
    return !decimal(whole).equals(shared) || (isInside ? !decimal(here).equals(decimal(whole)) : !isPart);
  });
  return [
    same(
      'bills',
      place,
      decimal(net),
      sumOf(({ amount }) => amount),
      `${place}: its components come to ${net}.`,
    ),
    same(
      'bills',
      `${place}, tax`,
      decimal(tax),
      sumOf((one) => one.tax),
      `${place}: the tax on them is ${tax}.`,
    ),
    same('bills', `${place}, gross`, decimal(gross), decimal(net).plus(decimal(tax)), `${place}: together ${gross}.`),
    odd === undefined
      ? same(
          'bills',
          place,
          decimal(cost.total.amount),
          sumOf(({ here }) => here),
          sayShared(bill, cost, isInside),
        )
      : differs('bills', `${place}, ${odd.label}: ${odd.here} of ${odd.whole} was shared of ${odd.amount}.`, place),
    bill.document === undefined
      ? notTold('bills', `${place}: the supplier’s document was not handed in.`)
      : holds('bills', `${place}: the supplier’s document has the SHA-256 ${bill.document.slice(0, 16)}….`, place),
  ];
}

const sayShared = (
  { supplier, number, net, gross }: CertifiedBill,
  { total, basis }: CertifiedCost,
  isInside: boolean,
) =>
  `${supplier}, ${number}: ${total.amount} of ${basis === 'before tax' ? `${net} before tax` : `${gross} with tax`} ${isInside ? 'was shared: all of it' : 'belongs to these days and was shared'}.`;

/** Costs that say they are of a bill which does not stand there. */
const strayBills = ({ bills, costs }: Certificate): Check[] =>
  costs
    .filter((cost) => cost.document !== undefined && !bills.some((bill) => isOf(bill, cost)))
    .map(({ title, document = '' }) =>
      differs('bills', `${title}, ${document}: the bill does not stand there.`, title),
    );

function correctionChecks({ corrects, total }: Certificate): Check[] {
  if (corrects === undefined) return [];
  const { before, change } = corrects;
  return [
    divisionCheck(change, 'What the correction changes'),
    same(
      'total',
      'The correction',
      decimal(total.amount),
      decimal(before).plus(decimal(change.amount)),
      `The costs were ${before} and are ${total.amount}: ${change.amount} more.`,
    ),
  ];
}

function findingChecks({ findings, overrides }: Certificate): Check[] {
  const open = findings.find(
    ({ severity, found, overridden }) => (severity === 'blocking' && overridden < found) || overridden > found,
  );
  if (open !== undefined)
    return [differs('findings', `${open.code}: ${open.overridden} of ${open.found} that block were taken on.`)];
  const odd = [...findings, ...overrides].find(
    ({ code }) =>
      findings.filter((one) => one.code === code).reduce((all, { overridden }) => all + overridden, 0) !==
      overrides.filter((one) => one.code === code).length,
  );
  if (odd !== undefined) return [differs('findings', `${odd.code}: not each that was taken on says by whom and why.`)];
  const found = findings.reduce((all, one) => all + one.found, 0);
  const says = overrides.map(({ code, reason, by }) => `${by.name} took on ${code} (${reason})`).join('; ');
  return [
    holds(
      'findings',
      `${found} things were found, ${overrides.length} of them taken on${says === '' ? '' : `: ${says}`}.`,
    ),
  ];
}

function peopleCheck({ proposed, approved, issued }: Certificate): Check {
  const isTwo = proposed.id !== approved.id && proposed.at <= approved.at && approved.at <= issued.at;
  const who = `${proposed.name} proposed it, ${approved.name} approved it, ${issued.name} issued it on ${issued.at.slice(0, 10)}`;
  return isTwo
    ? holds('four-eyes', `${who}: two people answer for it.`)
    : differs('four-eyes', `${who}: it was not approved by a second person before it was issued.`);
}

function documentsCheck({ documents: { invoices, creditNotes } }: Certificate): Check[] {
  const notes = creditNotes === 0 ? '' : ` and ${creditNotes} credit notes`;
  return [holds('document', `${invoices} invoices${notes} were issued with it.`)];
}

/**
 * Whether a statement says of each cost what the certificate of its run says.
 *
 * Costs are told apart by the supplier's number, their days and their places; what single spaces bear alone stands on the statement cost
 * by cost, and in the certificate as one.
 */
export function agreementChecks(certificate: Certificate, statement: Statement): Check[] {
  const { costs, period, currency, run } = certificate;
  if (statement.kind === 'credit-note' || statement.kind === 'advance') return [];
  if (statement.currency !== currency || statement.period.from !== period.from || statement.period.to !== period.to)
    return [differs('agreement', `The certificate of the run ${run} is of other days or of another currency.`)];
  return looking('agreement', 'The costs of the statement', () => {
    const odd = oddCost(statement.sharing, certificate);
    const { total } = certificate;
    return odd === undefined
      ? [
          holds(
            'agreement',
            `The certificate of the run says of all ${costs.length} costs what the statement says: ${total.amount} = members ${total.members} + common ${total.common} + vacant ${total.vacant} + held ${total.held}.`,
          ),
        ]
      : [
          differs(
            'agreement',
            `${odd.title}: the certificate says something else of it than the statement.`,
            odd.title,
          ),
        ];
  }) as Check[];
}

/** The first cost of which the two do not say the same. Only who left is shown what settles its final statement. */
function oddCost(
  printed: readonly SharedCost[],
  { costs, settled }: Certificate,
): { readonly title: string } | undefined {
  let [at, own] = [0, 0];
  for (const cost of printed) {
    if (isSameCost(cost, costs[at])) at += 1;
    else if (isSettlement(cost) && own < settled) own += 1;
    else return cost;
  }
  return costs[at];
}

const isSettlement = ({ document, components }: SharedCost): boolean =>
  document === undefined &&
  components.every(
    ({ amount, members, you }) => decimal(amount).equals(decimal(you)) && decimal(members).equals(decimal(you)),
  );

const isSamePool = (a: Pool, b: Pool): boolean =>
  columns.every((column) => decimal(a[column]).equals(decimal(b[column])));

function isSameCost(printed: SharedCost, cost: CertifiedCost | undefined): boolean {
  if (cost === undefined || printed.document !== cost.document || printed.basis !== cost.basis) return false;
  if (printed.from !== cost.from || printed.to !== cost.to || !isSamePool(printed.total, cost.total)) return false;
  const named = cost.components.filter(({ spaces }) => spaces === undefined);
  const single = cost.components.reduce((all, { spaces = 0 }) => all + spaces, 0);
  const left = [...printed.components];
  for (const { label, ...pool } of named) {
    const at = left.findIndex((one) => one.label === label && isSamePool(one, pool));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  // The totals are the same, so what is left adds up to what stands there as one.
  return left.length === single;
}
