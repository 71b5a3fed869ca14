import type { CostShare } from '../../../domain/apportionment/apportion.js';
import { type Draw, drawFund, type FundCase } from '../../../domain/apportionment/fund.js';
import { within } from '../../../domain/calendar/period.js';
import type { Issue } from '../../../domain/errors.js';
import type { LineWhy } from '../../../domain/invoice/invoice.js';
import type { DraftLine } from '../../../domain/invoice/lines.js';
import { type Decimal, sum, zero } from '../../../domain/quantity/decimal.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import type { RunFund } from '../../costs/funds.service.js';
import type { MemberLines } from './compose-lines.js';
import type { RunInputs } from '../run/inputs.js';
import { daysPresent, useAtPremises } from '../collect/premises.js';
import type { RunCost } from '../run/run-costs.js';

/*
 * What funds give in a run: negative costs, each shared among those it helps, so that the promise covers them as it covers every cost.
 * Funds give one after the other in the order of their codes, and none gives what another gave already. What a run shows is a proposal
 * until it is issued: only then is it drawn, and the database refuses what another run drew in between.
 */

/** A cost that a fund bears; its amount is below zero, and it is shared already. */
export interface FundCost extends Omit<RunCost, 'key' | 'calendar' | 'days'> {
  readonly fundId: string;
}

export interface FundDraws {
  readonly costs: readonly FundCost[];
  readonly shares: readonly CostShare[];
  /** The lines of all members, with those of the funds. */
  readonly lines: MemberLines;
  readonly issues: readonly Issue[];
}

/** @param firstNo the number of the first cost */
export function drawFunds(inputs: RunInputs, lines: MemberLines, firstNo: number): FundDraws {
  const helped = new Map([...lines].map(([id, own]) => [id, [...own]]));
  const costs: FundCost[] = [];
  const shares: CostShare[] = [];
  const issues: Issue[] = [];
  for (const fund of inputs.funds) {
    const draws = drawsOf(inputs, fund, helped);
    const given = draws.filter(({ amount }) => amount.greaterThan(0));
    const asked = sum(draws.map(({ claim }) => claim));
    const total = sum(given.map(({ amount }) => amount));
    if (total.lessThan(asked)) issues.push(runsDry(inputs, fund, asked, total));
    if (given.length === 0) continue;
    const no = firstNo + costs.length;
    costs.push(costOf(fund, no, total));
    for (const draw of given) {
      shares.push(shareOf(no, draw, total, asked));
      helped.get(draw.id)?.push(lineOf(inputs, fund, no, draw, total, asked));
    }
  }
  return { costs, shares, lines: helped, issues };
}

function drawsOf(inputs: RunInputs, fund: RunFund, lines: ReadonlyMap<string, readonly DraftLine[]>): Draw[] {
  const { codes, period, currency } = inputs;
  const cases = [...lines]
    .filter(([memberId]) => isHelped(inputs, fund, memberId))
    .map(([memberId, own]) => caseOf(inputs, fund, memberId, own));
  const called = (id: string): string => `member:${codes[id] ?? id}`;
  const byName = new Map(cases.map((one) => [called(one.id), one.id]));
  const named = cases.map((one) => ({ ...one, id: called(one.id) }));
  return drawFund(fund.rate, fund.left, named, currency, `${period.from}/${period.to}:fund:${fund.code}`).map(
    (draw) => ({
      ...draw,
      id: byName.get(draw.id) ?? draw.id,
    }),
  );
}

function isHelped({ pieces }: RunInputs, { beneficiaries }: RunFund, memberId: string): boolean {
  if (beneficiaries.kind === 'all') return true;
  if (beneficiaries.kind === 'members') return beneficiaries.ids.includes(memberId);
  return pieces.some((piece) => piece.memberId === memberId && beneficiaries.ids.includes(piece.space.id));
}

/** What a member is charged in the sections of the fund, less what other funds have given already. */
function caseOf(inputs: RunInputs, fund: RunFund, memberId: string, own: readonly DraftLine[]): FundCase {
  const charged = sum(own.filter(({ section }) => fund.sections.includes(section)).map(({ net }) => net));
  const relieved = sum(own.filter(({ section }) => section === 'credit').map(({ net }) => net));
  const helping = within(inputs.period, fund.days);
  return {
    id: memberId,
    charged: charged.plus(relieved),
    days: helping === null ? 0 : daysPresent({ ...inputs, period: helping }, memberId),
    quantity: fund.utility === null ? zero : (useAtPremises(inputs, memberId, fund.utility)?.quantity ?? zero),
    left: fund.memberCap?.minus(fund.had[memberId] ?? zero) ?? null,
  };
}

const costOf = ({ id, code, name, taxCode }: RunFund, no: number, total: Decimal): FundCost => ({
  no,
  bill: null,
  chargeId: null,
  fundId: id,
  keyVersionId: null,
  section: 'credit',
  component: `fund:${code}`,
  description: name,
  quantity: null,
  unit: null,
  price: null,
  taxCode,
  ofAmount: total.negated(),
  supplierTax: zero,
  heldBecause: null,
  amount: total.negated(),
});

const shareOf = (costNo: number, { id, claim, amount }: Draw, total: Decimal, asked: Decimal): CostShare => ({
  costNo,
  beneficiary: { kind: 'member', memberId: id },
  part: 'own',
  pool: total.negated(),
  weight: claim,
  whole: asked,
  amount: amount.negated(),
  reasons: [],
});

function lineOf(inputs: RunInputs, fund: RunFund, no: number, draw: Draw, total: Decimal, asked: Decimal): DraftLine {
  const net = draw.amount.negated();
  const agreed: LineWhy = { kind: 'agreed', amount: net, by: `${fund.funder}, ${fund.name}` };
  const isDry = total.lessThan(asked);
  return {
    costNo: no,
    section: 'credit',
    description: `${fund.name}, paid by ${fund.funder}`,
    quantity: null,
    unit: null,
    price: null,
    net,
    taxCode: inputs.tax.kind === 'registered' ? fund.taxCode : null,
    why: isDry
      ? { kind: 'part', of: total.negated(), weight: draw.claim, whole: asked, unit: inputs.currency, cut: agreed }
      : agreed,
  };
}

function runsDry({ period, currency }: RunInputs, fund: RunFund, asked: Decimal, total: Decimal): Issue {
  const money = (amount: Decimal): string => writeMoney(amount, currency);
  return {
    code: 'fund-runs-dry',
    severity: 'warning',
    subject: { kind: 'cost', id: `fund:${fund.code}`, label: fund.name },
    ...period,
    detail: `Members would have ${money(asked)} of "${fund.name}"; it has ${money(total)} left, and that is shared by what each would have.`,
    remedy: 'Ask the funder for more and enter it as another fund, or let members know that this was the last of it.',
    facts: { fund: fund.code, currency, asked: money(asked), given: money(total) },
  };
}
