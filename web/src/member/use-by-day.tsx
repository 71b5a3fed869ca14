import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { consumptionViewOptions } from '../api/generated/@tanstack/react-query.gen';
import { addDays, monthOf, yearBefore } from '../figures/figures';
import { dayIn } from '../figures/today';
import { useFigures, useWords } from '../messages/words';
import type { Bar } from '../parts/bar-chart';
import { Against } from './use-by-period';
import { totalOf, type Used, usedIn } from './use-slots';
import { UseTable } from './use-table';

interface UseByDayProps {
  readonly member: string;
  readonly own: object;
  readonly by: 'day' | 'interval';
  readonly on: string;
  readonly today: string;
  readonly zone: string;
}

/** The days of a month, or the half-hours of a day, with the same days a year before. */
export function UseByDay({ member, own, by, on, today, zone }: UseByDayProps) {
  const say = useWords();
  const figures = useFigures();
  const range = by === 'day' ? monthOf(on) : { from: on, to: addDays(on, 1) };
  const later = by === 'day' ? monthOf(on, 1).from : addDays(on, 1);
  const earlier = by === 'day' ? monthOf(on, -1).from : addDays(on, -1);
  const { data } = useSuspenseQuery(consumptionViewOptions({ query: { member, ...range, grain: by } }));
  const past = useQuery(consumptionViewOptions({ query: { member, ...yearBefore(range), grain: 'billing-period' } }));
  const used = usedIn(data);
  const searchOf = (day: string): object => ({ ...own, by, on: day });
  const name = (days: { from: string; to: string }): string =>
    by === 'day' ? figures.period(days) : figures.day(days.from);
  return (
    <Stack gap="lg">
      <Group gap="sm" justify="space-between" wrap="nowrap" className="no-print">
        <Button
          component={Link}
          to="."
          search={searchOf(earlier) as never}
          variant="default"
          aria-label={say('use.earlier')}
        >
          <IconChevronLeft size={20} aria-hidden />
        </Button>
        <Text fw={650}>{name(range)}</Text>
        <Button
          component={Link}
          to="."
          search={searchOf(later) as never}
          variant="default"
          aria-label={say('use.later')}
          disabled={later > today}
        >
          <IconChevronRight size={20} aria-hidden />
        </Button>
      </Group>
      {used.map((one) => (
        <Steps
          key={one.unit}
          used={one}
          by={by}
          own={own}
          zone={zone}
          name={name(range)}
          nameBefore={name(yearBefore(range))}
          before={past.data && totalOf(usedIn(past.data).find(({ unit }) => unit === one.unit)?.slots ?? [])}
        />
      ))}
      {used.length === 0 && (
        <Paper>
          <Text>{say('use.nothing')}</Text>
        </Paper>
      )}
    </Stack>
  );
}

interface StepsProps {
  readonly used: Used;
  readonly by: 'day' | 'interval';
  readonly own: object;
  readonly zone: string;
  readonly name: string;
  readonly nameBefore: string;
  /** Undefined until it is known whether anything is. */
  readonly before: string | null | undefined;
}

function Steps({ used: { unit, slots }, by, own, zone, name, nameBefore, before }: StepsProps) {
  const say = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const total = totalOf(slots);
  const label = ({ from, to }: { from: string; to: string }): string =>
    by === 'day' ? figures.day(dayIn(zone, new Date(from))) : `${figures.time(from)} – ${figures.time(to)}`;
  const bars = slots.map((slot): Bar => ({
    name: by === 'day' ? figures.dayOfMonth(dayIn(zone, new Date(slot.from))) : figures.time(slot.from),
    value: slot.quantity ?? undefined,
    text: slot.quantity === null ? say('chart.unknown') : `${figures.number(slot.quantity)} ${unit}`,
    look: 'plain',
    isEstimated: slot.estimated,
  }));
  const searchOf = (from: string): object => ({ ...own, by: 'interval', on: dayIn(zone, new Date(from)) });
  const known = (slot: (typeof slots)[number]): string =>
    slot.quantity === null ? say('chart.unknown') : say(slot.estimated ? 'chart.estimated' : 'chart.actual');
  return (
    <UseTable
      title={say(by === 'day' ? 'use.by-day' : 'use.by-half-hour', { name, unit })}
      bars={bars}
      heads={[say(by === 'day' ? 'use.day' : 'use.time'), unit, say('chart.quality')]}
      rows={slots.map((slot) => ({
        key: slot.from,
        cells: [label(slot), slot.quantity === null ? '–' : figures.number(slot.quantity), known(slot)],
        ...(by === 'day' ? { to: { search: searchOf(slot.from) } } : {}),
      }))}
      csv={{
        name: `use-${dayIn(zone, new Date(slots[0]?.from ?? 0))}`,
        rows: [
          ['from', 'to', unit, 'how known'],
          ...slots.map((slot) => [slot.from, slot.to, slot.quantity ?? '', known(slot)]),
        ],
      }}
      pick={
        by === 'day'
          ? (i) => {
              const slot = slots[i];
              if (slot) void navigate({ to: '.', search: searchOf(slot.from) } as never);
            }
          : undefined
      }
    >
      <Text size="sm">
        {total === null ? (
          say('use.not-all-known')
        ) : before === undefined ? (
          `${figures.number(total)} ${unit}`
        ) : (
          <Against name={name} quantity={total} unit={unit} before={before} nameBefore={nameBefore} />
        )}
      </Text>
    </UseTable>
  );
}
