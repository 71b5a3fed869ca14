import { Paper, Table } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { useFigures, useWords } from '../messages/words';
import type { Bar } from '../parts/bar-chart';
import { ListHead } from '../parts/list-head';
import { Waiting } from '../parts/waiting';
import type { Use } from './statement-model';

const BarChart = lazy(() => import('../parts/bar-chart'));

/** Thirteen months of use, as the statement has them; the table says the same to the last digit. */
export function UseChart({ use }: { use: Use }) {
  const say = useWords();
  const figures = useFigures();
  const unit = use.unit ?? 'kWh';
  const bars = useMemo(
    () =>
      use.history.map(({ from, quantity, estimated }, i, all): Bar => ({
        name: figures.month({ from }),
        value: quantity ?? undefined,
        text:
          quantity === null
            ? say('chart.unknown')
            : `${figures.number(quantity, 0)} ${unit}${estimated ? `, ${say('chart.estimated')}` : ''}`,
        isEstimated: estimated,
        look: i === all.length - 1 ? 'now' : i === 0 && all.length === 13 ? 'then' : 'plain',
      })),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the words change with the figures
    [use, figures, unit],
  );
  const known = use.history.filter(({ quantity }) => quantity !== null);
  return (
    <Paper>
      <ListHead
        title={say('chart.title')}
        csv={[
          'use',
          ['from', 'to', 'quantity', 'unit', 'estimated'],
          ...use.history.map((one) => [
            ...[one.from, one.to, one.quantity ?? '', unit],
            one.quantity === null ? '' : one.estimated ? 'yes' : 'no',
          ]),
        ]}
      />
      <Suspense fallback={<Waiting lines={3} />}>
        <BarChart bars={bars} label={say('chart.label', { count: known.length })} />
      </Suspense>
      <details>
        <summary>{say('chart.table')}</summary>
        <Table verticalSpacing={4}>
          <Table.Caption>{say('chart.caption')}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('chart.month')}</Table.Th>
              <Table.Th ta="right">{unit}</Table.Th>
              <Table.Th>{say('chart.quality')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {use.history.map(({ from, to, quantity, estimated }) => (
              <Table.Tr key={from}>
                <Table.Td>{figures.period({ from, to })}</Table.Td>
                <Table.Td className="right figure">{quantity === null ? '–' : figures.number(quantity)}</Table.Td>
                <Table.Td>
                  {quantity === null ? say('chart.unknown') : say(estimated ? 'chart.estimated' : 'chart.actual')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Paper>
  );
}
