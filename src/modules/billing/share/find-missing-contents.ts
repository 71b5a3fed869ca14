import type { Issue } from '../../../domain/errors.js';
import { type Content, formOf } from '../../../domain/invoice/contents.js';
import type { Draft } from '../../../domain/invoice/invoice.js';
import { writeMoney } from '../../../domain/quantity/money.js';
import type { RunInputs } from '../run/inputs.js';

const called: Readonly<Record<Content, string>> = {
  'issuer-name': 'the name of the community',
  'issuer-address': 'the address of the community',
  'issuer-tax-number': "the community's tax number",
  'receiver-name': "the member's name",
  'receiver-address': "the member's address",
};

/**
 * What the law asks for on the invoices of a run and nobody entered, member by member; nothing where the community has no limit up to
 * which a simplified invoice is enough, and so did not ask for it to be looked at.
 */
export function findMissingContents(
  { taxRules: { invoicing }, tax, period, currency, codes }: RunInputs,
  drafts: ReadonlyMap<string, Draft>,
): Issue[] {
  if (invoicing === undefined || tax.kind === 'unregistered') return [];
  const { issuer, simplifiedUpTo, unaddressed } = invoicing;
  return [...drafts].flatMap(([memberId, { gross }]): Issue[] => {
    const member = codes[memberId] ?? memberId;
    const receiver = { name: member, address: unaddressed.includes(memberId) ? '' : member };
    const { missing } = formOf(gross, { issuer, receiver }, simplifiedUpTo);
    if (missing.length === 0) return [];
    const [amount, limit] = [writeMoney(gross, currency), writeMoney(simplifiedUpTo, currency)];
    return [
      {
        code: 'invoice-contents-missing',
        severity: 'blocking',
        subject: { kind: 'member', id: `${memberId}/contents`, label: member },
        ...period,
        detail: `The invoice of ${member} over ${amount} lacks ${missing.map((one) => called[one]).join(', ')}.`,
        remedy: `Enter it. Up to ${limit} a simplified invoice is enough, which does not name where the member is.`,
        facts: { member, gross: amount, simplifiedUpTo: limit, missing: missing.join(' ') },
      },
    ];
  });
}
