import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CostShare } from '../../src/domain/apportionment/apportion.js';
import type { Invoice } from '../../src/domain/invoice/invoice.js';
import { markOf, sayTax } from '../../src/domain/invoice/tax.js';
import { seal } from '../../src/domain/proof/code.js';
import { plain, sum, zero } from '../../src/domain/quantity/decimal.js';
import { writeMoney } from '../../src/domain/quantity/money.js';
import { wordsOf } from '../../src/domain/statement/catalogue/catalogue.js';
import { compose } from '../../src/domain/statement/compose.js';
import type { StatementFacts } from '../../src/domain/statement/facts.js';
import { renderText } from '../../src/domain/statement/render-text.js';
import { reasonOf } from '../../src/modules/billing/share/statement-reason.js';
import { readGiven, tell, type Told } from './story.js';

/*
 * The hall in Germany as its members read it. story.md works the figures out; statement.txt is read like prose by somebody who speaks
 * the language. UPDATE_GOLDEN=1 writes it anew.
 */
const folder = join(__dirname, 'german-hall');
const given = readGiven(join(folder, 'given.json'));
const told = tell(given);
const { noTax } = wordsOf('de-DE');
const money = (amount: Parameters<typeof writeMoney>[0]): string => writeMoney(amount, 'EUR');
const sections: Readonly<Record<string, string>> = { energy: 'Strom', space: 'Räume und Dienste' };

function lineOf({
  section,
  description,
  quantity,
  unit,
  price,
  net,
  taxRate,
  taxCategory,
  why,
}: Invoice['lines'][number]) {
  const mark = markOf(taxCategory ?? 'S', noTax.marks);
  return {
    section: sections[section] ?? section,
    description,
    ...(quantity === null ? {} : { quantity: plain(quantity) }),
    ...(unit === null ? {} : { unit }),
    ...(price === null ? {} : { price: plain(price) }),
    net: money(net),
    taxRate: plain(taxRate ?? zero),
    ...(mark === null ? {} : { tax: mark }),
    reason: reasonOf(why, 'EUR', 31),
  };
}

function sharingOf({ costs, shares }: Told, memberId: string): StatementFacts['sharing'] {
  const sharedBy = ['Verbrauch', 'Fläche'];
  const titles = ['Stadtwerke Musterstadt', 'Eigene Kosten der Gemeinschaft'];
  return costs.map(({ no, label, amount }, index) => {
    const of = (wanted: (share: CostShare) => boolean): string =>
      money(sum(shares.filter((share) => share.costNo === no && wanted(share)).map((share) => share.amount)));
    const you = of(({ beneficiary }) => beneficiary.kind === 'member' && beneficiary.memberId === memberId);
    const part = { members: of(() => true), common: '0.00', vacant: '0.00', held: '0.00', you };
    return {
      title: titles[index] ?? '',
      ...given.period,
      basis: 'before tax',
      amount: money(amount),
      components: [{ label, sharedBy: sharedBy[index] ?? '', amount: money(amount), ...part }],
    };
  });
}

function factsOf(invoice: Invoice): StatementFacts {
  const { memberId, number, lines, net, tax, gross, taxes } = invoice;
  const use = given.uses.find(({ member }) => member === memberId);
  const others = sum(told.shares.filter(({ costNo }) => costNo === 1).map(({ weight }) => weight)).minus(
    use?.quantity ?? '0',
  );
  return {
    kind: 'invoice',
    number,
    locale: 'de-DE',
    currency: 'EUR',
    demo: false,
    issuedAt: `${invoice.issuedOn}T09:30:00Z`,
    issuedOn: invoice.issuedOn,
    taxPoint: invoice.taxPoint,
    dueOn: invoice.dueOn,
    disputeBy: '2026-12-05',
    period: given.period,
    community: {
      name: 'Markthalle Nord eG',
      address: ['Marktplatz 1', '12345 Musterstadt'],
      vatNumber: 'DE 123456789',
      email: 'strom@markthalle.example',
    },
    payment: { accountName: 'Markthalle Nord eG', iban: 'DE02 1203 0000 0000 2020 51', reference: `HH-${memberId}` },
    member: {
      number: memberId,
      name: memberId === 'rosa' ? 'Rosas Bäckerei' : 'Lund Keramik',
      address: ['Marktplatz 1', '12345 Musterstadt'],
      units: [use?.space === '1' ? 'Stand 1' : 'Stand 2'],
      meters: [{ label: `Z-${use?.space ?? ''}`, verifiedUntil: '2031-12-31' }],
    },
    balance: {
      opening: { amount: '0.00' },
      entries: [{ kind: 'charges', document: number, amount: money(gross) }],
      closing: money(gross),
    },
    use: [
      {
        utility: 'electricity',
        unit: 'kWh',
        total: use?.quantity ?? '0',
        history: [{ ...given.period, quantity: use?.quantity ?? '0', estimated: false }],
        site: { place: 'Markthalle Nord', total: '1000', otherMembers: 1, others: plain(others) },
        readings: [
          {
            meter: `Z-${use?.space ?? ''}`,
            register: '1.8.0',
            previous: { value: '1204', at: '2026-10-01T00:00', quality: 'actual' },
            latest: { value: plain(sum([others.negated()]).plus(2204)), at: '2026-11-01T00:00', quality: 'estimated' },
            used: use?.quantity ?? '0',
          },
        ],
      },
    ],
    charges: {
      lines: lines.map(lineOf),
      net: money(net),
      tax: money(tax),
      gross: money(gross),
      taxes: (taxes ?? []).map((row) => ({
        label: sayTax(row, noTax.sayings),
        rate: plain(row.rate),
        net: money(row.net),
        tax: money(row.tax),
      })),
    },
    sharing: sharingOf(told, memberId),
    decisions: [{ what: 'Schlüssel', by: 'die Mitgliederversammlung', on: '2026-01-14', document: 'Protokoll 4' }],
    approvals: [
      { step: 'prepared', name: 'A. Okafor', on: '2026-11-04' },
      { step: 'approved', name: 'J. Lund', on: '2026-11-05' },
    ],
    notes: [],
  };
}

describe('the hall in Germany on paper', () => {
  const text = told.invoices
    .map((invoice) => renderText(seal(compose(factsOf(invoice)), 'markthalle.example/verify')))
    .join('\n\n');

  it('is in German, word for word', () => {
    const file = join(folder, 'statement.txt');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('says what is owed, why, and how it was shared', () => {
    const read = text.replace(/\s+/g, ' ');
    for (const sentence of [
      'STROMABRECHNUNG UND RECHNUNG',
      'Sie schulden 238,94 € bis Donnerstag, 19. November 2026',
      'Sie haben über Ihren eigenen Zähler 613 kWh verbraucht: 61,3 %.',
      'Miete, steuerfrei: UStG § 4 Nr. 12, 0 %',
      '62,00 € × 20 / 40 m²',
      'Summe und Probe: Differenz 0,00 €',
    ]) {
      expect(read).toContain(sentence);
    }
  });
});
