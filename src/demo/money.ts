import type { ApiClient } from '../cli/client.js';
import { decimal, type Decimal, quotient, zero } from '../domain/quantity/decimal.js';
import { writeMoney } from '../domain/quantity/money.js';
import { leaver } from './hall.js';

/*
 * What came in for the month that is billed, as it comes in real halls:
 *
 *   0705  the café pays half
 *   0710  the brewer pays ten pounds too much
 *   0724  the toy shop does not pay
 *   0716  the barber pays all but the standing charge, which he questions
 *   0715  the florist writes the number of the fishmonger's statement: it is entered for stall 1, taken back, and entered for stall 13
 *   0712  the candle maker has left and paid; her standing order goes out once more
 *
 * All others pay what they owe.
 */

interface InvoiceRow {
  readonly memberCode: string;
  readonly number: string;
  readonly gross: string;
}

/** @param paused what the barber questions, with its tax */
export async function payMonth(api: ApiClient, runId: string, paused: Decimal, receivedOn: string): Promise<void> {
  const { items } = await api.get<{ items: InvoiceRow[] }>(`/invoices?run=${runId}&limit=500`);
  const enter = (member: string, amount: Decimal, reference: string): Promise<{ id: string }> => {
    const money = { amount: writeMoney(amount, 'GBP'), currency: 'GBP' };
    return api.post('/payments', { member, receivedOn, ...money, method: 'bank transfer', reference });
  };
  for (const { memberCode, number, gross } of items) {
    const amount = paymentOf(memberCode, decimal(gross), paused);
    if (amount.greaterThan(0)) await enter(memberCode, amount, number);
  }
  const [florist, fishmonger] = ['0715', '0701'].map((code) => items.find(({ memberCode }) => memberCode === code));
  if (!florist || !fishmonger) return;
  const { id } = await enter(fishmonger.memberCode, decimal(florist.gross), fishmonger.number);
  await api.post(`/payments/${id}/reverse`, {
    reason: 'It came from Green Lane Florist, who wrote the number of stall 1.',
  });
  await enter(florist.memberCode, decimal(florist.gross), fishmonger.number);
  await enter(leaver.member.code, decimal('45'), 'STANDING ORDER STALL 19');
}

function paymentOf(member: string, owed: Decimal, paused: Decimal): Decimal {
  switch (member) {
    case '0705':
      return quotient(owed, decimal('2'), 2, 'half-up');
    case '0710':
      return owed.plus(10);
    case '0716':
      return owed.minus(paused);
    case '0715':
    case '0724':
      return zero;
    default:
      return owed;
  }
}

interface Line {
  readonly no: number;
  readonly description: string;
}

/**
 * The barber questions the standing charge of his statement.
 *
 * @param barber his client, which sees his statements only
 * @returns what is paused, with its tax
 */
export async function askQuestion(barber: ApiClient): Promise<Decimal> {
  const { items } = await barber.get<{ items: InvoiceRow[] }>('/invoices');
  const invoice = items[0]?.number ?? '';
  const { lines } = await barber.get<{ lines: Line[] }>(`/invoices/${invoice}`);
  const line = lines.find(({ description }) => description === 'Standing charge')?.no;
  const { amount } = await barber.post<{ amount: string }>('/disputes', {
    invoice,
    line,
    question:
      'Two chairs and a kettle: we use a fortieth of what the hall uses. Why is our part of the standing charge as large as that of the kiln?',
  });
  return decimal(amount);
}
