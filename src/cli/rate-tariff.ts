import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { BandCalendar } from '../domain/calendar/bands.js';
import { type Period, period } from '../domain/calendar/period.js';
import { type Zone, zone } from '../domain/calendar/zone.js';
import { isCurrency } from '../domain/quantity/money.js';
import type { Coins } from '../domain/rating/rated-line.js';
import { checkCoverage } from '../domain/tariff/coverage.js';
import type { Tariff } from '../domain/tariff/tariff.js';
import { bandTerms } from '../modules/tariffs/calendars.schema.js';
import { tariffTerms } from '../modules/tariffs/own-tariffs.schema.js';
import { domainTariff } from '../modules/tariffs/tariff-terms.js';
import { CommandFailed } from './output.js';
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

/** A tariff that was read and checked, and where and when it is rated. */
export interface NamedTariff {
  readonly tariff: Tariff;
  readonly calendar: BandCalendar | null;
  readonly period: Period;
  readonly zone: Zone;
  readonly coins: Coins;
}

/** Reads a tariff from a file. @throws CommandFailed with what is wrong and where, DomainError as `checkCoverage` */
export function readTariff(path: string): NamedTariff {
  let content: unknown;
  try {
    content = JSON.parse(readNamedFile(path).toString('utf8'));
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${path} is not JSON.`);
  }
  const read = tariffFile.safeParse(withPrices(content, path));
  if (!read.success) {
    throw new CommandFailed(
      `${path} is not a tariff:\n${read.error.issues.map((i) => `  ${i.path.join('/')}: ${i.message}`).join('\n')}`,
    );
  }
  const { currency, rounding, calendar, components, from, to } = read.data;
  const tariff = domainTariff({ components });
  checkCoverage(tariff, calendar);
  return { tariff, calendar, period: period(from, to), zone: zone(read.data.zone), coins: { currency, rounding } };
}

/** The prices of a series may stand in a file of lines `from,to,price`, named from where the tariff lies. */
function withPrices(content: unknown, path: string): unknown {
  const { components } = (content ?? {}) as { components?: unknown };
  if (!Array.isArray(components)) return content;
  return {
    ...(content as object),
    components: (components as unknown[]).map((component) => {
      const { kind, file, ...rest } = (component ?? {}) as { kind?: unknown; file?: unknown };
      return kind === 'series' && typeof file === 'string'
        ? { kind, ...rest, points: pricesOf(resolve(dirname(path), file)) }
        : component;
    }),
  };
}

function pricesOf(path: string): object[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailed(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}.`);
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return lines.flatMap((line, i) => {
    const [from = '', to = '', price = ''] = line.split(/[,;]/).map((cell) => cell.trim());
    return i === 0 && /^from$/i.test(from) ? [] : [{ from, to, price }];
  });
}
