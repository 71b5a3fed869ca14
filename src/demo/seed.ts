import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { addMonths, monthOf, type Period } from '../domain/calendar/period.js';
import { dayOf } from '../domain/calendar/zone.js';
import { ApiClient } from '../cli/client.js';
import type { Output } from '../cli/output.js';
import { followDocuments } from '../cli/service.js';
import { Clock } from '../platform/clock.js';
import { enterPlaces, foundCommunity, installMeters, invite, tokenOf, type Tokens } from './found.js';
import { askQuestion, payMonth } from './money.js';
import { billMonth } from './month.js';
import { pushReadings } from './push.js';
import { answer, look } from './questions.js';
import { zone } from './readings.js';
import { adoptRules, enterBill } from './rules.js';

/** The demo co-op, ready: the month before last is billed, the last one waits for its treasurer. */
export interface Hall {
  readonly tokens: Tokens;
  /** The month that is billed, and the one that is ready to run. */
  readonly billed: Period;
  readonly ready: Period;
}

const monthsShown = 14;
/** Of these the readings are half-hourly; older ones keep what the proof of a bill needs. */
const monthsInDetail = 2;

/**
 * Whether nobody has a community here. Row-level security shows a community to its own people only, so we do not ask for rows:
 * a table into which nothing was ever written has no pages.
 */
export async function isEmpty(app: NestFastifyApplication): Promise<boolean> {
  const [table] = await app
    .get(DataSource)
    .query<{ empty: boolean }[]>("SELECT pg_relation_size('community') = 0 AS empty");
  return table?.empty ?? false;
}

/**
 * Seeds Old Market Hall.
 *
 * Everything but the founding goes through the API with the tokens of those who would do it, so that the demo is also a
 * test: what it shows is what a community would get.
 */
export async function seed(app: NestFastifyApplication, out: Output): Promise<Hall> {
  const url = await app.getUrl();
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

  await answer(treasurer, billed);
  const run = await billMonth(treasurer, new ApiClient(url, tokens.approver), billed);
  await followDocuments(treasurer, run.id, out);
  const barber = await tokenOf(treasurer, 'Yusuf Khan', [{ role: 'member', member: '0716' }]);
  const paused = await askQuestion(new ApiClient(url, barber));
  await payMonth(treasurer, run.id, paused, today);
  await look(treasurer, ready);
  return { tokens, billed, ready };
}

/** What there is to do. */
export const welcome = (url: string, { tokens, ready }: Hall): string =>
  [
    `Old Market Hall is open. ${ready.from} to ${ready.to} is ready to run; two readings need a decision first.`,
    '',
    `  npm run cli -- run new OMH ${ready.from} ${ready.to}`,
    `  curl -H "Authorization: Bearer ${tokens.treasurer}" "${url}/api/v1/exceptions?state=open"`,
  ].join('\n');
