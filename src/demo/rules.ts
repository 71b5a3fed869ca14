import type { Period } from '../domain/calendar/period.js';
import { type Decimal, decimal, sum } from '../domain/quantity/decimal.js';
import { roundToCoin, writeMoney } from '../domain/quantity/money.js';
import type { ApiClient } from '../cli/client.js';
import { site } from './found.js';
import { supplier } from './hall.js';
import { asKWh, bands, suppliedIn } from './readings.js';

/** What the members' meeting adopted, and what the supplier asks for. */

const calendar = 'DAY-NIGHT';

/** Bands, keys, taxes, the co-op's own small tariff, and the costs that come back each month. */
export async function adoptRules(api: ApiClient, from: string): Promise<void> {
  const adopted = {
    days: { from, to: null },
    adoptedBy: "Members' meeting",
    adoptedOn: '2025-01-14',
    decision: 'Minute 4 of 14 January 2025',
  };
  const key = (code: string, name: string, terms: object): Promise<unknown> =>
    api.post('/keys', { code, name, version: { ...adopted, terms } });
  const metered = (band: string | null): object => ({
    kind: 'metered',
    calendar: band === null ? null : calendar,
    band,
    residual: { policy: 'to-common', key: 'AREA' },
  });

  await api.post('/band-calendars', { code: calendar, name: 'Day and night', ...bands });
  await key('AREA', 'Floor area', { kind: 'area' });
  await key('EQUAL', 'Equal shares', { kind: 'equal' });
  await key('KWH', 'Metered use', metered(null));
  await key('KWH-DAY', 'Metered use by day', metered('day'));
  await key('KWH-NIGHT', 'Metered use by night', metered('night'));

  await api.post('/tax-rates', { code: 'S', label: 'Standard rate', rate: '0.2', days: { from, to: null } });
  await api.post('/tax-rates', {
    code: 'E',
    label: 'Rent',
    rate: '0',
    category: 'E',
    reason: 'VATA 1994 Schedule 9 Group 1',
    days: { from, to: null },
  });

  await api.post('/tariffs', {
    code: 'METERING',
    name: 'Metering and billing',
    version: {
      ...adopted,
      terms: { calendar: null, components: [{ kind: 'standing', name: 'Metering and billing', perDay: '0.10' }] },
    },
  });

  const charge = (code: string, description: string, rest: object): Promise<unknown> =>
    api.post('/charges', { site, code, description, days: { from, to: null }, ...rest });
  await charge('RENT', 'Rent of the hall', {
    section: 'rent',
    kind: 'recurring',
    amount: '4120.00',
    per: 'month',
    taxCode: 'E',
    key: 'AREA',
  });
  await charge('SERVICE', 'Cleaning, insurance, repairs', {
    section: 'service',
    kind: 'recurring',
    amount: '647.50',
    per: 'month',
    taxCode: 'S',
    key: 'AREA',
  });
  await charge('INTERNET', 'Internet line', {
    section: 'internet',
    kind: 'recurring',
    amount: '58.00',
    per: 'month',
    taxCode: 'S',
    key: 'EQUAL',
  });
  await charge('METERING', 'Metering and billing', {
    section: 'fee',
    kind: 'tariff',
    taxCode: 'S',
    tariff: 'METERING',
  });
}

/** The supplier's bill of a month, component by component as it would be typed, with its text as the document. */
export async function enterBill(api: ApiClient, month: Period, isModel: boolean): Promise<void> {
  const supplied = suppliedIn(month, isModel);
  const [day, night] = [asKWh(supplied.day), asKWh(supplied.night)];
  const all = asKWh(supplied.day + supplied.night);
  const components = [
    {
      description: 'Day units',
      kind: 'energy',
      band: 'day',
      quantity: day,
      unit: 'kWh',
      price: supplier.day,
      key: 'KWH-DAY',
    },
    {
      description: 'Night units',
      kind: 'energy',
      band: 'night',
      quantity: night,
      unit: 'kWh',
      price: supplier.night,
      key: 'KWH-NIGHT',
    },
    {
      description: 'Standing charge',
      kind: 'standing',
      quantity: '1',
      unit: 'month',
      price: supplier.standingPerMonth,
      key: 'EQUAL',
    },
    { description: 'Climate Change Levy', kind: 'levy', quantity: all, unit: 'kWh', price: supplier.levy, key: 'KWH' },
  ].map((component) => {
    const amount = coins(decimal(component.quantity).times(decimal(component.price)));
    return { ...component, amount, tax: coins(decimal(amount).times(decimal(supplier.taxRate))), taxCode: 'S' };
  });
  const total = (of: 'amount' | 'tax'): Decimal => sum(components.map((component) => decimal(component[of])));
  const [net, tax] = [total('amount'), total('tax')];
  const number = `NE-${month.from.slice(0, 7).replace('-', '')}`;
  const lines = components.map((c) => [c.description, c.quantity, c.unit, c.price, c.amount, c.tax].join(','));
  const text = ['description,quantity,unit,price,amount,tax', ...lines, `Total,,,,${coins(net)},${coins(tax)}`].join(
    '\n',
  );
  await api.post('/supplier-bills', {
    site,
    supplier: supplier.name,
    number,
    period: month,
    currency: 'GBP',
    net: coins(net),
    tax: coins(tax),
    gross: coins(net.plus(tax)),
    components,
    document: { name: `${number}.csv`, mediaType: 'text/csv', content: Buffer.from(`${text}\n`).toString('base64') },
  });
}

const coins = (amount: Decimal): string => writeMoney(roundToCoin(amount, 'GBP'), 'GBP');
