import { describe, expect, it } from 'vitest';
import { fieldsOf, nameOf, type PolicyName, termsOf, textsOf, type Terms } from './terms';

const again = (name: PolicyName, terms: Terms, changed: Readonly<Record<string, string>> = {}): Terms => {
  const fields = fieldsOf(name, terms);
  return termsOf(fields, { ...textsOf(fields, terms), ...changed });
};

describe('the terms of a policy', () => {
  it('are the same when nothing was changed: figures as texts, counts as numbers, nothing where nothing was', () => {
    const all: readonly [PolicyName, Terms][] = [
      ['tax', { registered: false, vatNumber: null, rounding: 'half-up' }],
      ['residual', { warnAbovePercent: '3', blockAbovePercent: '10.50' }],
      ['retention', { keepMonths: null }],
      ['help', { complaints: '', disputeDays: 30 }],
      [
        'validation',
        { spike: { mode: 'warn', percent: '300' }, 'physical-limit': { mode: 'block', maxPerHour: null } },
      ],
      ['reduced-rate', { utilities: [{ utility: 'gas', smallUsePerDay: null }], qualifyingFromPercent: '60' }],
    ];
    for (const [name, terms] of all) expect(again(name, terms)).toEqual(terms);
  });

  it('are changed one by one, at whatever depth', () => {
    expect(again('validation', { spike: { mode: 'warn', percent: '300' } }, { 'spike.mode': 'block' })).toEqual({
      spike: { mode: 'block', percent: '300' },
    });
    expect(again('retention', { keepMonths: null }, { keepMonths: '36' })).toEqual({ keepMonths: 36 });
    expect(again('retention', { keepMonths: 36 }, { keepMonths: '' })).toEqual({ keepMonths: null });
  });

  it('have a field for what may be left out, which stays out while it is empty', () => {
    const terms = { accountName: 'Hall', referencePrefix: 'OMH' };
    expect(fieldsOf('payment-details', terms).map(nameOf)).toContain('iban');
    expect(again('payment-details', terms)).toEqual(terms);
    expect(again('payment-details', terms, { iban: 'GB00TEST' })).toEqual({ ...terms, iban: 'GB00TEST' });
  });

  it('leave what is no count for the service to refuse', () => {
    expect(again('payment-terms', { dueDays: 14 }, { dueDays: '1.5' })).toEqual({ dueDays: '1.5' });
  });
});
