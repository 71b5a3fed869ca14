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
import { meterFormatOf, readMeterFile } from '../modules/intake/inspect.js';
import { linesOf } from '../modules/intake/meter-file.js';
import { bandTerms } from '../modules/tariffs/calendars.schema.js';
import { tariffTerms } from '../modules/tariffs/own-tariffs.schema.js';
import { domainTariff } from '../modules/tariffs/tariff-terms.js';
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
export function rateCommand(out: Output, tariffPath: string, usagePath: string): void {
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
  const { pieces, issues } = consumptionOver(register, [device], readUsage(usagePath), windows, {
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

/** A NEM file with one interval channel of consumption, or CSV lines `from,to,kWh` with instants that carry an offset. */
function readUsage(path: string): readonly IntervalReading[] {
  const content = readNamedFile(path);
  if (meterFormatOf(content) !== null) return readChannel(path, content);
  return [...linesOf(content)].flatMap((line, i): IntervalReading[] => {
    if (line.trim() === '' || (i === 0 && line.startsWith('from'))) return [];
    const [from = '', to = '', kWh = ''] = line.split(',').map((cell) => cell.trim());
    try {
      return [{ from: instant(from), to: instant(to), quantity: decimal(kWh), quality: 'actual' }];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new CommandFailed(
        `${path}, line ${i + 1}: ${error.message} Write from,to,kWh, like 2026-10-01T00:00:00+01:00,2026-10-01T00:30:00+01:00,0.412.`,
      );
    }
  });
}

function readChannel(path: string, content: Buffer): readonly IntervalReading[] {
  const { channels, refusal } = readMeterFile(content);
  if (refusal !== null) throw new CommandFailed(`${path} cannot be used. ${refusal}`);
  const consumed = channels.flatMap((channel) =>
    channel.kind === 'interval' && channel.register.startsWith('E') && channel.baseUnit === 'kWh'
      ? [channel.readings]
      : [],
  );
  const [readings] = consumed;
  if (readings !== undefined && consumed.length === 1) return readings;
  throw new CommandFailed(
    `${path} has ${consumed.length} channels of consumption in kWh; exactly one can be rated at a time.`,
  );
}
