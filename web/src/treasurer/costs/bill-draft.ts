import type { NewSupplierBill, SupplierBill } from '../../api/generated/types.gen';
import { isZero, minus, product, sum } from '../../figures/exact';
import type { Figures } from '../../figures/figures';

/** A bill as it is being typed: texts, until each of them can be read. */
export interface Draft {
  readonly site: string;
  readonly supplier: string;
  readonly number: string;
  readonly kind: 'actual' | 'estimated' | 'corrected' | 'credit';
  readonly replaces: string;
  readonly utility: 'electricity' | 'gas' | 'water' | 'heat';
  readonly from: string;
  /** The last day of the bill, as the paper prints it. */
  readonly last: string;
  readonly net: string;
  readonly tax: string;
  readonly lines: readonly DraftLine[];
}

export interface DraftLine {
  readonly description: string;
  readonly kind: 'energy' | 'standing' | 'levy' | 'demand' | 'late-fee' | 'other';
  readonly band: string;
  readonly quantity: string;
  readonly unit: string;
  readonly price: string;
  readonly amount: string;
  readonly tax: string;
  readonly taxCode: string;
  readonly key: string;
}

export const emptyLine: DraftLine = {
  ...{ description: '', kind: 'energy', band: '', quantity: '', unit: 'kWh', price: '', amount: '', tax: '' },
  ...{ taxCode: '', key: '' },
};

type Read = Figures['read'];

/** The lines of a bill of before, as far as they come again: what they are, and not how much. */
export const linesAsBefore = (bill: SupplierBill, typed: Figures['typed']): readonly DraftLine[] =>
  bill.components.map(({ description, kind, band, unit, price, taxCode, key }) => ({
    ...{ description, kind, band: band ?? '', unit: unit ?? '', price: typed(price ?? ''), taxCode, key: key.code },
    ...{ quantity: '', amount: '', tax: '' },
  }));

/** What a line comes to by quantity and price, exact; undefined where one of them is missing. */
export function productOf({ quantity, price }: DraftLine, read: Read): string | undefined {
  const [amount, each] = [read(quantity), read(price)];
  return amount === undefined || each === undefined ? undefined : product(amount, each);
}

export interface Balance {
  /** What the lines come to, as far as they can be read. */
  readonly net: string;
  readonly tax: string;
  /** What the paper says less what the lines come to; undefined until the paper's figure can be read. */
  readonly netOff: string | undefined;
  readonly taxOff: string | undefined;
  readonly isExact: boolean;
}

/** Whether the lines come to what the paper says at its foot. */
export function balanceOf({ lines, net, tax }: Pick<Draft, 'lines' | 'net' | 'tax'>, read: Read): Balance {
  const sumOf = (texts: readonly string[]): string => sum(texts.flatMap((text) => read(text) ?? []));
  const total = { net: sumOf(lines.map(({ amount }) => amount)), tax: sumOf(lines.map((line) => line.tax)) };
  const off = (typed: string, from: string): string | undefined => {
    const said = read(typed);
    return said === undefined ? undefined : minus(said, from);
  };
  const [netOff, taxOff] = [off(net, total.net), off(tax, total.tax)];
  const isRead = lines.every((line) => read(line.amount) !== undefined && read(line.tax) !== undefined);
  const isExact = isRead && netOff !== undefined && taxOff !== undefined && isZero(netOff) && isZero(taxOff);
  return { ...total, netOff, taxOff, isExact };
}

export interface Paper {
  readonly name: string;
  readonly mediaType: 'application/pdf' | 'image/png' | 'image/jpeg' | 'text/csv' | 'application/xml';
  readonly content: string;
}

const dayMs = 86_400_000;
const dayAfter = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);

/** The bill as the service takes it. What it does not take it says itself, with the place. */
export function billOf(draft: Draft, currency: string, paper: Paper | undefined, read: Read): NewSupplierBill {
  const exact = (text: string): string => read(text) ?? text.trim();
  const orNone = (text: string): string | null => (text.trim() === '' ? null : exact(text));
  const [net, tax] = [exact(draft.net), exact(draft.tax)];
  return {
    ...{ site: draft.site, supplier: draft.supplier.trim(), number: draft.number.trim(), kind: draft.kind },
    ...{ utility: draft.utility, currency, net, tax, gross: sum([net, tax]) },
    replaces: draft.replaces === '' ? null : draft.replaces,
    period: { from: draft.from, to: dayAfter(draft.last) },
    components: draft.lines.map((line) => ({
      ...{ description: line.description.trim(), kind: line.kind, taxCode: line.taxCode, key: line.key },
      band: line.kind === 'energy' && line.band.trim() !== '' ? line.band.trim() : null,
      quantity: orNone(line.quantity),
      unit: line.quantity.trim() === '' ? null : line.unit.trim(),
      price: line.quantity.trim() === '' ? null : orNone(line.price),
      amount: exact(line.amount),
      tax: exact(line.tax),
    })),
    ...(paper ? { document: paper } : {}),
  };
}
