import { expect, it } from 'vitest';
import { makeFigures } from '../../figures/figures';
import { balanceOf, billOf, type Draft, emptyLine, productOf } from './bill-draft';

const { read } = makeFigures('en-GB', 'Europe/London');
const line = {
  ...emptyLine,
  description: 'Day units',
  quantity: '1,000',
  price: '0.2345',
  taxCode: 'VAT20',
  key: 'USE',
};
const draft: Draft = {
  ...{ site: 'OMH', supplier: ' Northgrid ', number: 'N-1', kind: 'actual', replaces: '', utility: 'electricity' },
  ...{ from: '2026-10-01', last: '2026-10-31', net: '234.50', tax: '46.90' },
  lines: [{ ...line, amount: '234.50', tax: '46.90' }],
};

it('is exact where the lines come to what the paper says, to the last digit', () => {
  expect(balanceOf(draft, read)).toEqual({
    net: '234.50',
    tax: '46.90',
    netOff: '0.00',
    taxOff: '0.00',
    isExact: true,
  });
  expect(balanceOf({ ...draft, net: '234.51' }, read)).toMatchObject({ netOff: '0.01', isExact: false });
  expect(balanceOf({ ...draft, tax: '' }, read)).toMatchObject({ taxOff: undefined, isExact: false });
});

it('is not exact while a line cannot be read, though the rest comes to it', () => {
  const lines = [...draft.lines, { ...line, amount: '1,5', tax: '0' }];
  expect(balanceOf({ ...draft, lines }, read)).toMatchObject({ netOff: '0.00', isExact: false });
});

it('multiplies without rounding', () => {
  expect(productOf(line, read)).toBe('234.5000');
  expect(productOf({ ...line, price: '' }, read)).toBeUndefined();
});

it('becomes what the service takes: an exclusive end, no unit without a quantity, no band but of energy', () => {
  const standing = { ...line, kind: 'standing' as const, band: 'day', quantity: '', amount: '10', tax: '2' };
  const bill = billOf({ ...draft, lines: [...draft.lines, standing] }, 'GBP', undefined, read);
  expect(bill).toMatchObject({
    supplier: 'Northgrid',
    gross: '281.40',
    period: { from: '2026-10-01', to: '2026-11-01' },
  });
  expect(bill.components[0]).toMatchObject({ quantity: '1000', unit: 'kWh', price: '0.2345' });
  expect(bill.components[1]).toMatchObject({ quantity: null, unit: null, price: null, band: null });
  expect('document' in bill).toBe(false);
});
