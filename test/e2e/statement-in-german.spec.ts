import { sealHolds } from '../../src/domain/proof/code.js';
import type { Statement } from '../../src/domain/statement/model.js';
import { drawStatement } from '../../src/modules/invoices/pdf/document.js';
import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, issued, type Market } from './billing-market.js';

/*
 * The language of a community is that of its statements, whatever the texts are that people entered: the market's costs, keys and
 * members have English names, and all that the service itself says of them is German.
 */
let service: InProcess;
let market: Market;

beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service);
  await market.ask('PATCH', 'community', { locale: 'de-CH' });
  await issued(market, await calculated(market));
}, 60_000);
afterAll(() => service.close());

const flat = (text: string): string => text.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ');

/** What people entered, in English, and so stands in English on the paper. */
const entered = new RegExp(
  [
    ...[
      'Old Market Hall Co-operative',
      '1 Market Street',
      'Tess Treasurer',
      'Amir Approver',
      'General meeting',
      'minute 4',
    ],
    ...[
      'Day units',
      'Night units',
      'Standing charge',
      'Climate Change Levy',
      'Service charge',
      'Metering and billing: Metering',
    ],
    ...['Metered use by day', 'Metered use by night', 'Metered use', 'Equal shares', 'Floor area', 'Rent of stall \\d'],
    ...['davon day', 'davon night', 'Standard rate', 'Metering and billing', 'statement\\.json'],
  ].join('|'),
  'g',
);
const english =
  /\b(the|of|and|your|you|is|are|we|our|this|with|from|for|by|to|days?|bill|charges?|price|total|shared?|members?|VAT|tax|readings?|used?|losses|areas?|while|empty|half-hours|measured)\b/gi;

it('says every sentence of its own in German, in text and page', async () => {
  const text = flat((await market.ask('GET', 'invoices/MH-2026-00005/document.txt')).text);
  for (const sentence of ['STROMABRECHNUNG UND RECHNUNG', 'Sie schulden £ 663.00 bis', 'Gemeinflächen und Verluste']) {
    expect(text).toContain(sentence);
  }
  const page = (await market.ask('GET', 'invoices/MH-2026-00005/document.html')).text;
  expect(page).toContain('<html lang="de-CH">');
  const body = flat(page.slice(page.indexOf('<body>')).replace(/<[^>]*>/g, ' '));
  expect(body.replace(entered, '').match(english)).toBeNull();
});

it('draws and seals it as it is, and lines say their reasons in German', async () => {
  const statement = JSON.parse((await market.ask('GET', 'invoices/MH-2026-00005/document.json')).text) as Statement;
  expect([statement.locale, sealHolds(statement)]).toEqual(['de-CH', true]);
  expect(drawStatement(statement).toString('latin1')).toContain('/Lang (de-CH)');
  const sentences = statement.charges.lines.map(({ why }) => flat(why.sentence));
  expect(sentences.join('\n').match(english)).toBeNull();
});
