import fc from 'fast-check';
import { compose } from './compose.js';
import type { StatementFacts } from './facts.js';
import type { Statement } from './model.js';
import { renderText, wrap } from './render-text.js';
import { sampleFacts } from './sample.js';

/** The same value without some of its keys. */
const without = <T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;

const verification = {
  sha256: '0'.repeat(64),
  code: '1234-5678-9ABC',
  address: 'a.example/verify',
  link: 'https://a.example/verify',
};
const made = (facts: StatementFacts): Statement => ({ ...compose(facts), verification });
const credit: StatementFacts = {
  ...sampleFacts,
  kind: 'credit-note',
  number: 'CN-2026-040',
  corrects: { number: 'MH-2026-10-0711', issuedOn: '2026-11-03', reason: 'wrong meter' },
  use: [],
  sharing: [],
  charges: {
    lines: [
      {
        section: 'Electricity',
        description: 'Grid electricity, day',
        net: '-106.03',
        taxRate: '20',
        reason: { rule: 'reverses', amount: '106.03', document: 'MH-2026-10-0711' },
      },
    ],
    net: '-106.03',
    tax: '-21.21',
    gross: '-127.24',
    taxes: [{ label: 'Standard rate', rate: '20', net: '-106.03', tax: '-21.21' }],
  },
  balance: {
    opening: { amount: '159.49' },
    entries: [{ kind: 'credit', document: 'CN-2026-040', amount: '-127.24' }],
    closing: '32.25',
  },
};

describe('renderText', () => {
  it('says the whole statement in eighty columns', () => {
    const text = renderText(made(sampleFacts));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const figure of [
      '£159.49',
      'Monday 30 November 2026',
      '48,733.9',
      '24.600 p/kWh',
      '1,919.19',
      'Total and check: difference',
    ]) {
      expect(text.replace(/\s+/g, ' ')).toContain(figure);
    }
    expect(text).not.toMatch(/undefined|null|n\/a| $/m);
  });

  it('keeps to eighty columns whatever people are called', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (name, description) => {
        const lines = sampleFacts.charges.lines.map((line) => ({ ...line, description }));
        const facts = {
          ...sampleFacts,
          member: { ...sampleFacts.member, name },
          charges: { ...sampleFacts.charges, lines },
        };
        for (const line of renderText(made(facts)).split('\n')) expect(Array.from(line).length).toBeLessThanOrEqual(80);
      }),
      { numRuns: 25 },
    );
  });

  it('turns round for a credit note, a credit balance and nothing owed', () => {
    expect(renderText(made(credit))).toContain('We credit you £127.24 Your balance is now £32.25 to pay.');
    const { balance } = sampleFacts;
    const opened = (amount: string, closing: string) => ({
      ...sampleFacts,
      balance: { ...balance, opening: { amount }, closing },
    });
    expect(renderText(made(opened('0.00', '-4.63')))).toContain('You are in credit £4.63 Nothing to pay');
    expect(renderText(made(opened('4.63', '0.00')))).toContain('Nothing to pay £0.00 Your account is settled');
  });

  it('speaks of no VAT where none is charged', () => {
    const charges = without(sampleFacts.charges, 'tax', 'taxes');
    const lines = charges.lines.map((line) => without(line, 'taxRate'));
    const entries = [{ kind: 'charges' as const, amount: '136.91' }];
    const community = without(sampleFacts.community, 'vatNumber');
    const facts: StatementFacts = {
      ...sampleFacts,
      kind: 'statement',
      community,
      sharing: [],
      charges: { ...charges, lines, gross: '136.91' },
      balance: { opening: { amount: '0.00' }, entries, closing: '136.91' },
    };
    const text = renderText(made(facts));
    expect(text).toContain('ELECTRICITY STATEMENT\n');
    expect(text).not.toMatch(/VAT/);
  });
});

describe('wrap', () => {
  it('loses no character and keeps to its room', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, room) => {
        const lines = wrap(text, room);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        expect(lines.every((line) => line.length <= room)).toBe(true);
      }),
    );
  });
});
