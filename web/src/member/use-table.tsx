import { Group, Paper, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useWords } from '../messages/words';
import type { Bar } from '../parts/bar-chart';
import { CardTable } from '../parts/card-table';
import { CsvButton } from '../parts/csv-button';
import { Waiting } from '../parts/waiting';

const BarChart = lazy(() => import('../parts/bar-chart'));

export interface UseRow {
  readonly key: string;
  readonly cells: readonly string[];
  /** Where a press on the bar, or on the first cell, leads to. */
  readonly to?: { readonly search: object } | { readonly statement: string };
}

interface UseTableProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly heads: readonly string[];
  readonly rows: readonly UseRow[];
  readonly csv: { readonly name: string; readonly rows: readonly (readonly string[])[] };
  readonly pick?: ((index: number) => void) | undefined;
  readonly children?: ReactNode;
}

/** A chart, the table that says the same to the last digit, and the file with it. Its first cells are words, the others figures. */
export function UseTable({ title, bars, heads, rows, csv, pick, children }: UseTableProps) {
  const say = useWords();
  // Its rows are made when they are asked for: a year of half-hours has many.
  const [isAsked, setAsked] = useState(false);
  const isAnyEstimated = bars.some(({ isEstimated }) => isEstimated);
  return (
    <Paper>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
      <Suspense fallback={<Waiting lines={3} />}>
        <BarChart bars={bars} pick={pick} label={say('use.chart-label', { title, count: bars.length })} />
      </Suspense>
      {isAnyEstimated && (
        <Text size="sm" c="dimmed">
          {say('use.dashed')}
        </Text>
      )}
      <details>
        <summary onClick={() => setAsked(true)}>{say('chart.table')}</summary>
        {isAsked && (
          <CardTable
            name={title}
            heads={heads}
            figures={heads.map((_, at) => at).slice(1)}
            rows={rows.map(({ key, cells: [first = '', ...others], to }) => ({
              key,
              cells: [to === undefined ? first : <Deeper to={to}>{first}</Deeper>, ...others],
            }))}
          />
        )}
        <Group mt="sm">
          <CsvButton {...csv} />
        </Group>
      </details>
    </Paper>
  );
}

function Deeper({ to, children }: { to: NonNullable<UseRow['to']>; children: string }) {
  return 'search' in to ? (
    <Link to="." search={to.search as never}>
      {children}
    </Link>
  ) : (
    <Link to="/my/statements/$number" params={{ number: to.statement }}>
      {children}
    </Link>
  );
}
