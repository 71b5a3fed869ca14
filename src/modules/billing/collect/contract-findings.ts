import type { Issue } from '../../../domain/errors.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import type { ComparedElement } from '../../../domain/rating/compare-bill.js';
import { whyInWords } from '../../../domain/rating/why-words.js';
import type { ContractCheck } from '../../costs/bill-contract.service.js';
import type { RunInputs, SupplierBill } from '../run/inputs.js';

/**
 * What a run says of a bill beside its contract. An element that differs by more than the policy lets pass blocks until a named person decides about
 * its components; what the supplier forgot to bill is told and stops nobody.
 */
export function contractFindings(
  bill: SupplierBill,
  { tariff, elements, notes }: ContractCheck,
  currency: RunInputs['currency'],
): Issue[] {
  const label = `${bill.supplier} ${bill.number}`;
  const about = (name: string) => ({
    subject: { kind: 'bill' as const, id: `${bill.id}/contract/${name}`, label },
    ...bill.days,
  });
  const unknown = notes.map((note): Issue => ({
    ...{ code: 'bill-differs-from-contract', severity: 'info', ...about('') },
    detail: `${label} could not be compared with the contract ${tariff}: ${note}`,
    remedy: 'Mend the readings of the source meter, or the contract, to have the bill checked.',
  }));
  return [
    ...unknown,
    ...elements
      .filter(({ isWithin }) => !isWithin)
      .map((element): Issue => ({
        ...{ code: 'bill-differs-from-contract', severity: severityOf(bill, element), ...about(element.name) },
        detail: `${label} ${saying(element, currency)} by the contract ${tariff}.`,
        remedy: 'Ask the supplier. To go on before, decide about the component: pass it on, or hold it.',
        facts: {
          element: element.name,
          billed: element.billed === null ? '' : writeMoney(element.billed, currency),
          expected: element.expected === null ? '' : writeMoney(element.expected, currency),
          difference: writeMoney(element.difference, currency),
        },
      })),
  ];
}

function severityOf({ components }: SupplierBill, { components: nos }: ComparedElement): Issue['severity'] {
  const own = components.filter(({ no }) => nos.includes(no));
  return own.some(({ decision }) => decision === null) ? 'blocking' : 'warning';
}

function saying(
  { name, billed, expected, difference, lines }: ComparedElement,
  currency: RunInputs['currency'],
): string {
  const money = (amount: typeof difference): string => writeMoney(amount, currency);
  if (billed === null) return `does not ask for ${name}, which comes to ${money(difference.negated())}`;
  if (expected === null) return `asks ${money(billed)} for ${name}, which is nothing`;
  const why = lines.map((line) => whyInWords(line)).join('; ');
  return `asks ${money(billed)} for ${name}; ${why} are ${money(expected)}, a difference of ${money(difference)},`;
}
