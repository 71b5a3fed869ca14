import { FixedClock } from '../../src/platform/clock.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { calculated, foundMarket, type Market } from './billing-market.js';

let service: InProcess;
let market: Market;
beforeAll(async () => {
  service = await inProcess(new FixedClock('2026-11-03T09:30:00Z'));
  market = await foundMarket(service);
}, 60_000);
afterAll(() => service.close());

describe('a month of the market', () => {
  it('is shared by hand', async () => {
    const run = await calculated(market);
    const issues = await market.ask('GET', `billing-runs/${run.id}/issues`);
    console.log(JSON.stringify(run, null, 1), JSON.stringify(issues.body, null, 1));
    const preview = await market.ask('GET', `billing-runs/${run.id}/preview`);
    console.log(preview.text.slice(0, 6000));
  });
});
