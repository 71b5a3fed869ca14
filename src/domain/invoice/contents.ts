import type { Decimal } from '../quantity/decimal.js';

/*
 * The problem: a tax invoice that lacks what the law asks for is none, and whoever receives it cannot deduct. Up to a limit a shorter
 * one is enough, which names its issuer alone.
 *
 *   United Kingdom, limit 250.00, a member without an address:   250.00 → simplified, nothing is missing
 *                                                                250.01 → full, the member's address is missing
 *
 * Method: ask for everything; where only the receiver's is missing and the limit allows it, the shorter one lacks nothing. Number, dates,
 * description, quantity, price, rate and totals are on everything that is composed here and cannot be missing.
 */

/** What a document says of who issues it and who receives it. */
export interface Parties {
  readonly issuer: { readonly name: string; readonly address: string; readonly taxNumber: string | null };
  readonly receiver: { readonly name: string; readonly address: string };
}

export type Content = 'issuer-name' | 'issuer-address' | 'issuer-tax-number' | 'receiver-name' | 'receiver-address';

/** Which form of invoice a document is, and what is missing on it. */
export interface Form {
  readonly form: 'full' | 'simplified';
  readonly missing: readonly Content[];
}

/**
 * The form in which an amount may be invoiced to a member, by what is known of both.
 *
 * @param gross          of the document, either sign
 * @param simplifiedUpTo the highest gross amount for which the shorter form is enough; null: none
 * @returns `simplified` only where a full one would lack something of the receiver
 * @law what is missing on a simplified invoice is missing on a full one; a higher gross never needs less
 * @source VAT Regulations 1995 r. 14 and r. 16A (250 GBP); Directive 2006/112/EC art. 226, 226b and 238
 */
export function formOf(gross: Decimal, { issuer, receiver }: Parties, simplifiedUpTo: Decimal | null): Form {
  const said: readonly (readonly [Content, string | null])[] = [
    ['issuer-name', issuer.name],
    ['issuer-address', issuer.address],
    ['issuer-tax-number', issuer.taxNumber],
    ['receiver-name', receiver.name],
    ['receiver-address', receiver.address],
  ];
  const missing = said.flatMap(([content, text]) => ((text ?? '').trim() === '' ? [content] : []));
  const ofIssuer = missing.filter((content) => content.startsWith('issuer-'));
  const isShort =
    simplifiedUpTo !== null && gross.abs().lessThanOrEqualTo(simplifiedUpTo) && ofIssuer.length < missing.length;
  return isShort ? { form: 'simplified', missing: ofIssuer } : { form: 'full', missing };
}
