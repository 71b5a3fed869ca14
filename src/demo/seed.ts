import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { addMonths, monthOf, type Period } from '../domain/calendar/period.js';
import { dayOf } from '../domain/calendar/zone.js';
import { decimal } from '../domain/quantity/decimal.js';
import { ApiClient } from '../cli/client.js';
import type { Output } from '../cli/output.js';
import { Clock } from '../platform/clock.js';
import { enterPlaces, foundCommunity, installMeters, invite, type Tokens } from './found.js';
import { billMonth, documentsOf } from './month.js';
import { pushReadings } from './push.js';
import { zone } from './readings.js';
import { adoptRules, enterBill } from './rules.js';

/** The demo co-op, ready: the month before last is billed, the last one waits for its treasurer. */
export interface Hall {
  readonly tokens: Tokens;
  /** The month that is billed, and the one that is ready to run. */
  readonly billed: Period;
  readonly ready: Period;
  readonly welcome: string;
}

const monthsShown = 14;
/** Of these the readings are half-hourly; older ones keep what the proof of a bill needs. */
const monthsInDetail = 2;

/**
 * Seeds Old Market Hall where the database is empty; leaves a database with anybody's data alone.
 *
 * Everything but the founding goes through the API with the tokens of those who would do it, so that the demo is also a
 * test: what it shows is what a community would get.
 */
export async function seedWhereEmpty(app: NestFastifyApplication, url: string, out: Output): Promise<Hall | undefined> {
  const [found] = await app.get(DataSource).query<{ any: boolean }[]>('SELECT count(*) > 0 AS any FROM community');
  if (found?.any ?? false) return undefined;
  return seed(app, url, out);
}

async function seed(app: NestFastifyApplication, url: string, out: Output): Promise<Hall> {
  const today = dayOf(app.get(Clock).now(), zone);
  const months = Array.from({ length: monthsShown }, (_, i) =>
    monthOf(addMonths(monthOf(today).from, i - monthsShown)),
  );
  const [billed, ready] = [months.at(-2), months.at(-1)];
  if (!billed || !ready) throw new RangeError('The demo needs at least two months.');

  out.say('Seeding Old Market Hall: 23 shops, 31 meters, 14 months');
  const token = await foundCommunity(app);
  const treasurer = new ApiClient(url, token);
  await enterPlaces(treasurer, months);
  await installMeters(treasurer, months, out);
  const tokens = await invite(treasurer, token);
  await adoptRules(treasurer, months[0]?.from ?? '');
  await pushReadings(treasurer, new ApiClient(url, tokens.device), months, monthsInDetail, out);
  await enterBill(treasurer, billed, false);
  await enterBill(treasurer, ready, true);

  const run = await billMonth(treasurer, new ApiClient(url, tokens.approver), billed);
  await documentsOf(treasurer, run.id, out);
  await pay(treasurer, run.id, dayOf(app.get(Clock).now(), zone));
  return { tokens, billed, ready, welcome: welcome(url, tokens, ready) };
}

interface InvoiceRow {
  readonly memberCode: string;
  readonly number: string;
  readonly gross: string;
}

/** Most pay what they owe; the café pays half, the brewer too much, and the toy shop not at all. */
async function pay(api: ApiClient, runId: string, on: string): Promise<void> {
  const { items } = await api.get<{ items: InvoiceRow[] }>(`/invoices?run=${runId}`);
  for (const { memberCode, number, gross } of items) {
    const amount =
      { '0705': decimal(gross).div(2).toDecimalPlaces(2), '0710': decimal(gross).plus(10) }[memberCode] ??
      decimal(gross);
    if (memberCode === '0724' || !amount.isPositive() || amount.isZero()) continue;
    await api.post('/payments', {
      member: memberCode,
      receivedOn: on,
      amount: amount.toFixed(2),
      currency: 'GBP',
      method: 'bank transfer',
      reference: number,
    });
  }
}

const welcome = (url: string, tokens: Tokens, ready: Period): string =>
  [
    '',
    `Old Market Hall is open. ${ready.from} to ${ready.to} is ready to run; one reading needs a decision first.`,
    '',
    `  npm run cli -- run new OMH ${ready.from} ${ready.to}`,
    '',
    'Tokens, for Authorization: Bearer …',
    ...Object.entries(tokens).map(([role, token]) => `  ${role.padEnd(10)} ${token}`),
    '',
    `  curl -H "Authorization: Bearer ${tokens.treasurer}" ${url}/api/v1/billing-runs`,
  ].join('\n');
