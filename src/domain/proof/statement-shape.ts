import { coinScale } from '../quantity/money.js';
import { locales, statementFormat } from '../statement/model.js';
import { count, day, figure, hash, like, listOf, oneOf, optional, type Shape, text, truth, withKeys } from './shape.js';

/** What a statement must look like to be computed again. Keys that nothing is computed from are covered by its seal. */

const end = withKeys({ value: figure, at: text(40), quality: text(20) });
const reading = withKeys({
  meter: text(),
  register: text(),
  partOf: optional(text()),
  previous: optional(end),
  latest: optional(end),
  multiplier: optional(figure),
  rolledOverAt: optional(figure),
  intervals: optional(withKeys({ present: count, expected: count })),
  used: figure,
});
const use = withKeys({
  utility: text(100),
  unit: text(20),
  glance: withKeys({ total: figure, perDay: figure }),
  share: optional(
    withKeys({
      place: text(),
      total: figure,
      parts: listOf(withKeys({ kind: text(20), label: text(), quantity: figure, percent: figure }), 10),
    }),
  ),
  readings: listOf(reading),
});

const reasons: Readonly<Record<string, Shape>> = {
  'per-unit': withKeys({ quantity: figure, unit: text(100), price: figure }),
  'equal-share': withKeys({ of: figure, shares: count }),
  share: withKeys({
    of: figure,
    weight: figure,
    total: figure,
    unit: text(100),
    made: optional(listOf(listOf(withKeys({ quantity: figure, unit: optional(text(100)) }), 10), 10)),
  }),
  'fixed-share': withKeys({ of: figure, percent: figure }),
  'set-amount': withKeys({ amount: figure, by: text() }),
  reverses: withKeys({ amount: figure, document: text(100) }),
};
const reason: Shape = (value, place) => {
  withKeys({ rule: oneOf(...Object.keys(reasons)) })(value, place);
  reasons[(value as { rule: string }).rule]?.(value, place);
};

const line = withKeys({
  section: text(),
  description: text(),
  quantity: optional(figure),
  unit: optional(text(100)),
  price: optional(figure),
  net: figure,
  taxRate: optional(figure),
  why: withKeys({ sentence: text(), reason }),
});
const tax = withKeys({ label: text(), rate: figure, net: figure, tax: figure, gross: figure });

const amounts = { amount: figure, members: figure, common: figure, vacant: figure, held: figure, you: figure };
const cost = withKeys({
  title: text(),
  document: optional(text()),
  from: day,
  to: day,
  components: listOf(withKeys({ label: text(), sharedBy: text(), ...amounts })),
  total: withKeys(amounts),
  difference: figure,
});

export const statementShape: Shape = withKeys({
  format: oneOf(statementFormat),
  kind: oneOf('invoice', 'statement', 'credit-note', 'advance'),
  number: text(100),
  locale: oneOf(...locales),
  currency: oneOf(...Object.keys(coinScale)),
  demo: truth,
  issuedAt: text(40),
  issuedOn: day,
  period: withKeys({ from: day, to: day, days: count }),
  community: withKeys({ name: text() }),
  member: withKeys({ number: text(100), name: text() }),
  balance: withKeys({
    opening: withKeys({ amount: figure }),
    entries: listOf(
      withKeys({
        kind: oneOf('payment', 'charges', 'credit', 'adjustment', 'advance', 'set-off'),
        document: optional(text(100)),
        amount: figure,
      }),
    ),
    closing: figure,
  }),
  use: listOf(use, 20),
  charges: withKeys({
    lines: listOf(line),
    net: figure,
    tax: optional(figure),
    gross: figure,
    taxes: optional(listOf(tax, 100)),
  }),
  sharing: listOf(cost, 200),
  approvals: listOf(withKeys({ step: oneOf('prepared', 'approved'), name: text(), on: day }), 10),
  verification: withKeys({
    sha256: hash,
    code: like(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/, 'a code'),
    address: text(),
    link: text(),
  }),
});
