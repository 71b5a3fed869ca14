import { Paper, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { consumptionViewOptions, statementsGetOptions } from '../api/generated/@tanstack/react-query.gen';
import type { StatementsListResponse } from '../api/generated/types.gen';
import { compare, magnitude, minus, percentOf } from '../figures/exact';
import { addDays, monthOf, yearBefore } from '../figures/figures';
import { useFigures, useWords } from '../messages/words';
import type { Bar } from '../parts/bar-chart';
import { Waiting } from '../parts/waiting';
import { modelOf } from './statement-model';
import { UseTable } from './use-table';
import { usedIn } from './use-slots';

interface Period {
  readonly from: string;
  readonly to: string;
  readonly quantity: string | null;
  readonly estimated: boolean;
  readonly isBilled: boolean;
}

interface UseByPeriodProps {
  readonly member: string;
  readonly own: object;
  readonly latest: StatementsListResponse['items'][number] | undefined;
  readonly today: string;
}

/** Thirteen billing periods as the last statement has them, and the months since. */
export function UseByPeriod({ member, own, latest, today }: UseByPeriodProps) {
  const say = useWords();
  const statement = useQuery({
    ...statementsGetOptions({ path: { id: latest?.number ?? '' } }),
    enabled: latest !== undefined,
  });
  const since = latest?.period.to ?? monthOf(today, -12).from;
  const months = monthsBetween(since, today);
  const { data: consumed } = useSuspenseQuery(
    consumptionViewOptions({
      // The days that are over; where there is none yet, the day before stands for them and is left out again.
      query: { member, from: since < today ? since : addDays(today, -1), to: today, grain: 'month' },
    }),
  );
  if (latest !== undefined && statement.isPending) return <Waiting />;
  const use = (statement.data && modelOf(statement.data)?.use) ?? [];
  const recent = since < today ? usedIn(consumed) : [];
  const units = [...new Set([...use.map((one) => one.unit ?? 'kWh'), ...recent.map(({ unit }) => unit)])];
  if (units.length === 0)
    return (
      <Paper>
        <Text>{say('use.nothing')}</Text>
      </Paper>
    );
  return units.map((unit) => {
    const billed = use.find((one) => (one.unit ?? 'kWh') === unit)?.history ?? [];
    const slots = recent.find((one) => one.unit === unit)?.slots ?? [];
    const periods: Period[] = [
      ...billed.map(({ from, to, quantity, estimated }) => ({ from, to, quantity, estimated, isBilled: true })),
      ...months.flatMap((month, i) => {
        const slot = slots[i];
        return slot ? [{ ...month, quantity: slot.quantity, estimated: slot.estimated, isBilled: false }] : [];
      }),
    ];
    return <Periods key={unit} unit={unit} periods={periods} own={own} />;
  });
}

/** The months from a day on, cut to what is over. */
function monthsBetween(from: string, today: string): readonly { from: string; to: string }[] {
  const months: { from: string; to: string }[] = [];
  for (let start = from; start < today;) {
    const { to } = monthOf(start);
    months.push({ from: start, to: to < today ? to : today });
    start = to;
  }
  return months;
}

function Periods({ unit, periods, own }: { unit: string; periods: readonly Period[]; own: object }) {
  const say = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const last = periods.findLast(({ isBilled, quantity }) => isBilled && quantity !== null);
  const before = last && periods.find(({ from }) => from === yearBefore(last).from);
  const bars = useMemo(
    () =>
      periods.map((one): Bar => ({
        name: figures.month(one),
        value: one.quantity ?? undefined,
        text: one.quantity === null ? say('chart.unknown') : `${figures.number(one.quantity, 0)} ${unit}`,
        look: one === last ? 'now' : one === before ? 'then' : 'plain',
        isEstimated: one.estimated,
      })),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the words change with the figures
    [periods, figures, unit],
  );
  const known = (one: Period): string =>
    one.quantity === null ? say('chart.unknown') : say(one.estimated ? 'chart.estimated' : 'chart.actual');
  const searchOf = (one: Period): object => ({ ...own, by: 'day', on: one.from });
  return (
    <UseTable
      title={say('use.by-period', { unit })}
      bars={bars}
      heads={[say('runs.period'), unit, say('chart.quality'), say('use.billed')]}
      rows={periods.map((one) => ({
        key: one.from,
        cells: [
          figures.period(one),
          one.quantity === null ? '–' : figures.number(one.quantity),
          known(one),
          say(one.isBilled ? 'use.as-billed' : 'use.not-billed'),
        ],
        to: { search: searchOf(one) },
      }))}
      csv={{
        name: `use-${unit}`,
        rows: [
          ['from', 'to', unit, 'how known', 'billed'],
          ...periods.map((one) => [one.from, one.to, one.quantity ?? '', known(one), one.isBilled ? 'yes' : 'no']),
        ],
      }}
      pick={(i) => {
        const one = periods[i];
        if (one) void navigate({ to: '.', search: searchOf(one) } as never);
      }}
    >
      {last !== undefined && last.quantity !== null && (
        <Text size="sm">
          <Against
            name={figures.period(last)}
            quantity={last.quantity}
            unit={unit}
            before={before?.quantity ?? null}
            nameBefore={figures.period(yearBefore(last))}
          />
        </Text>
      )}
    </UseTable>
  );
}

interface AgainstProps {
  readonly name: string;
  readonly quantity: string;
  readonly unit: string;
  readonly before: string | null;
  readonly nameBefore: string;
}

/** More or less than a year before, in a sentence. */
export function Against({ name, quantity, unit, before, nameBefore }: AgainstProps) {
  const say = useWords();
  const figures = useFigures();
  const now = { name, quantity: `${figures.number(quantity)} ${unit}` };
  if (before === null) return say('use.no-year-before', { ...now, nameBefore });
  const percent = percentOf(magnitude(minus(quantity, before)), before);
  const way = compare(quantity, before);
  if (percent === undefined || way === 0) return say('use.as-before', { ...now, nameBefore });
  return say(way > 0 ? 'use.more' : 'use.less', {
    ...now,
    nameBefore,
    percent,
    before: `${figures.number(before)} ${unit}`,
  });
}
