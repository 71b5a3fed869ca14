import fc from 'fast-check';
import { Decimal, decimal } from '../quantity/decimal.js';
import { deduct } from './deduction.js';

const subject = { kind: 'meter' as const, id: 'w1', label: 'W-1' };
const october = { from: '2026-10-01', to: '2026-11-01' };
const counted = (...quantities: readonly string[]) =>
  quantities.map((quantity, index) => ({ label: `D-${index + 1}`, quantity: decimal(quantity) }));

describe('deduct', () => {
  it('takes what does not reach the sewer off, and leaves the intake as it is', () => {
    const { intake, net, issues } = deduct(decimal('30'), counted('8', '2'), 'm3', subject, october);
    expect([intake.toFixed(), net?.toFixed(), issues]).toEqual(['30', '20', []]);
  });

  it('may leave nothing', () => {
    expect(deduct(decimal('10'), counted('8', '2'), 'm3', subject, october).net?.toFixed()).toBe('0');
  });

  it('refuses more than was taken in, and names every meter', () => {
    const { net, issues } = deduct(decimal('9.999'), counted('8', '2'), 'm3', subject, october);
    expect(net).toBeNull();
    expect(issues).toMatchObject([{ code: 'deduction-exceeds-intake', severity: 'blocking', subject }]);
    expect(issues[0]?.detail).toBe('W-1 counted 9.999 m3, the meters that are deducted from it 10 m3: D-1 8, D-2 2.');
  });

  it('is intake less deductions, never below zero and never above the intake', () => {
    const steps = fc.integer({ min: 0, max: 1e9 }).map((value) => new Decimal(value).times('1e-6'));
    fc.assert(
      fc.property(steps, fc.array(steps, { maxLength: 4 }), (intake, list) => {
        const deductions = list.map((quantity, index) => ({ label: String(index), quantity }));
        const { net, deducted, issues } = deduct(intake, deductions, 'm3', subject, october);
        expect(net === null).toBe(issues.length === 1);
        if (net !== null) {
          expect(net.plus(deducted).equals(intake)).toBe(true);
          expect(net.lessThan(0) || net.greaterThan(intake)).toBe(false);
        }
      }),
    );
  });
});
