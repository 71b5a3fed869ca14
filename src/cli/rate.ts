import { z } from 'zod';
import { bandWindows } from '../domain/calendar/bands.js';
import { daysIn, instant, period } from '../domain/calendar/period.js';
import { spanOf, zone } from '../domain/calendar/zone.js';
import { DomainError } from '../domain/errors.js';
import { consumptionOver } from '../domain/metering/consumption.js';
import { energyGrid, type IntervalReading } from '../domain/metering/reading.js';
import { decimal, one, plain, sum } from '../domain/quantity/decimal.js';
import { isCurrency, writeMoney } from '../domain/quantity/money.js';
import { rate } from '../domain/rating/rate.js';
import { allHours, roundLine } from '../domain/rating/rated-line.js';
import { checkCoverage } from '../domain/tariff/tariff.js';
import { collectReadings } from '../modules/intake/files/inspect.js';
import { Lines } from '../modules/intake/files/meter-file.js';
import { TextOfBytes } from '../modules/intake/files/text.js';
import type { Pieces } from '../modules/intake/files/unpack.js';
import { bandTerms } from '../modules/tariffs/calendars.schema.js';
import { tariffTerms } from '../modules/tariffs/own-tariffs.schema.js';
import { domainTariff } from '../modules/tariffs/tariff-terms.js';
import { filePieces } from './file-pieces.js';
import { CommandFailed, type Output, table } from './output.js';
import { readNamedFile } from './stateless.js';

/** A tariff in a file: its terms, the bands they speak of, and the days to rate. */
const tariffFile = z.strictObject({
  currency: z.string().refine(isCurrency, 'must be a currency like GBP'),
  zone: z.string(),
  from: z.string(),
  to: z.string(),
  rounding: z.enum(['half-up', 'half-even', 'down', 'up']),
  calendar: bandTerms.nullable(),
  components: tariffTerms.shape.components,
});

/** `rate TARIFF USAGE`: what a tariff gives for a usage file, line by line. */
export async function rateCommand(out: Output, tariffPath: string, usagePath: string): Promise<void> {
  const file = readTariff(tariffPath);
  const days = period(file.from, file.to);
  const here = zone(file.zone);
  const tariff = domainTariff({ calendar: null, components: file.components });
  const { calendar } = file;
  checkCoverage(tariff, calendar);
  const span = spanOf(days, here);
  const windows = calendar ? bandWindows(calendar, span, here) : [{ band: allHours, ...span }];
  const register = { id: usagePath, label: usagePath, kind: 'interval', unit: 'kWh' } as const;
  const device = {
    from: span.from,
    to: null,
    multiplier: one,
    capacity: null,
    plausibleMaxPerHour: null,
    opening: null,
    closing: null,
  };
  const { pieces, issues } = consumptionOver(register, [device], await readUsage(out, usagePath), windows, {
    maxGapHours: 0,
    grid: energyGrid,
  });
  const blocking = issues.filter((issue) => issue.severity === 'blocking');
  if (blocking.length > 0)
    throw new CommandFailed(blocking.map((i) => `${i.code}: ${i.detail} ${i.remedy}`).join('\n'));

  const bands = [...new Set(windows.map((window) => window.band))];
  const byBand = Object.fromEntries(
    bands.map((band) => [
      band,
      sum(pieces.flatMap((p, i) => (windows[i]?.band === band && p.quantity ? [p.quantity] : []))),
    ]),
  );
  const lines = rate([{ tariff, period: days, usage: { unit: 'kWh', byBand } }]).map((line) =>
    roundLine(line, file.currency, file.rounding),
  );
  const total = writeMoney(sum(lines.map((line) => line.amount)), file.currency);
  const rows = lines.map((line) => [
    line.description,
    plain(line.quantity),
    line.unit,
    plain(line.price),
    writeMoney(line.amount, file.currency),
  ]);
  out.answer(
    `${table(['line', 'quantity', 'unit', 'price', file.currency], rows, [1, 3, 4])}\n\n${daysIn(days)} days, total ${total} ${file.currency}, each line rounded ${file.rounding}.`,
    {
      period: days,
      currency: file.currency,
      total,
      lines: rows.map(([description, quantity, unit, price, amount]) => ({
        description,
        quantity,
        unit,
        price,
        amount,
      })),
    },
  );
}

function readTariff(path: string): z.infer<typeof tariffFile> {
  let content: unknown;
  try {
    content = JSON.parse(readNamedFile(path).toString('utf8'));
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${path} is not JSON.`);
  }
  const read = tariffFile.safeParse(content);
  if (!read.success) {
    throw new CommandFailed(
      `${path} is not a tariff:\n${read.error.issues.map((i) => `  ${i.path.join('/')}: ${i.message}`).join('\n')}`,
    );
  }
  return read.data;
}

/** Readings of five minutes for nine years. */
const mostReadings = 1_000_000;

/** A meter file with one interval channel of consumption, or CSV lines `from,to,kWh` with instants that carry an offset. */
async function readUsage(out: Output, path: string): Promise<readonly IntervalReading[]> {
  const pieces = filePieces(out, path);
  const begun = await pieces.next();
  const first = begun.done === true ? new Uint8Array() : begun.value;
  const whole = (async function* () {
    yield first;
    yield* pieces;
  })();
  const isPlain = /^\uFEFF?\s*(from\s*,|\d{4}-\d\d-\d\dT)/i.test(Buffer.from(first.subarray(0, 100)).toString());
  return isPlain ? readLines(path, whole) : readChannel(path, whole);
}

async function readLines(path: string, pieces: Pieces): Promise<readonly IntervalReading[]> {
  const readings: IntervalReading[] = [];
  const text = new TextOfBytes('UTF-8');
  const fail = (line: number, detail: string): never => {
    throw new CommandFailed(
      `${path}, line ${line}: ${detail} Write from,to,kWh, like 2026-10-01T00:00:00+01:00,2026-10-01T00:30:00+01:00,0.412.`,
    );
  };
  const take = (line: string, number: number): void => {
    if (line.trim() === '' || (number === 1 && /^\uFEFF?from/i.test(line))) return;
    if (readings.length === mostReadings) fail(number, `there are more than ${mostReadings} readings.`);
    const [from = '', to = '', kWh = ''] = line.split(',').map((cell) => cell.trim());
    try {
      readings.push({ from: instant(from), to: instant(to), quantity: decimal(kWh), quality: 'actual' });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      fail(number, error.message);
    }
  };
  const lines = new Lines(take, { problem: ({ line, detail }) => void fail(line, detail) });
  for await (const piece of pieces) lines.write(text.write(piece));
  lines.write(text.end());
  lines.end();
  return readings;
}

async function readChannel(path: string, pieces: Pieces): Promise<readonly IntervalReading[]> {
  const { report, channels } = await collectReadings(pieces, mostReadings);
  if (report.refusal !== null) throw new CommandFailed(`${path} cannot be used. ${report.refusal}`);
  const consumed = channels.filter(
    ({ head }) => head.kind === 'interval' && head.direction !== 'export' && head.baseUnit === 'kWh',
  );
  const [channel] = consumed;
  if (channel && consumed.length === 1)
    return channel.readings.flatMap((reading) => ('from' in reading ? [reading] : []));
  throw new CommandFailed(
    `${path} has ${consumed.length} channels of consumption in kWh; exactly one can be rated at a time.`,
  );
}
