import { Column, type ColumnOptions } from 'typeorm';
import { Decimal } from '../../domain/quantity/decimal.js';
import type { Days, Instant } from '../../domain/calendar/period.js';
import { instant } from '../../domain/calendar/period.js';
import { daysToDatabase } from './types.js';

/** Column decorators that make a row be the domain's value: Decimal for exact numbers, texts for instants, days and dates. */

/** An exact number as a Decimal. */
export const DecimalColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({
    ...options,
    type: 'numeric',
    transformer: {
      from: (value: string | null) => (value === null ? null : new Decimal(value)),
      to: (value: Decimal | null | undefined) => value?.toFixed() ?? value,
    },
  });

/** An instant as its canonical text. TypeORM hands over a Date here; to the millisecond it holds all that is stored. */
export const InstantColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({
    ...options,
    type: 'timestamptz',
    transformer: {
      from: (value: Date | null) => (value === null ? null : instant(value.toISOString())),
      to: (value: Instant | null | undefined) => value,
    },
  });

/** A civil date as its text. */
export const DateColumn = (options: ColumnOptions = {}): PropertyDecorator => Column({ ...options, type: 'date' });

/** A half-open run of civil days as `{from, to}`. */
export const DaysColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({
    ...options,
    type: 'daterange',
    transformer: {
      from: (value: Days | null) => value,
      to: (value: Days | null | undefined) => (value ? daysToDatabase(value) : value),
    },
  });
