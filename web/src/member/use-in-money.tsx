import { Paper, Text } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { invoicesGetOptions } from '../api/generated/@tanstack/react-query.gen';
import type { StatementsListResponse } from '../api/generated/types.gen';
import { sum } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import type { Bar } from '../parts/bar-chart';
import { sections } from './sections';
import { UseTable } from './use-table';

/** What each billing period cost: the very totals of the statements, and what of each was energy. */
export function UseInMoney({ statements }: { statements: StatementsListResponse['items'] }) {
  const say = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const invoices = useSuspenseQueries({
    queries: statements.map(({ number }) => invoicesGetOptions({ path: { id: number } })),
    combine: (found) => found.map(({ data }) => data).toReversed(),
  });
  if (invoices.length === 0)
    return (
      <Paper>
        <Text>{say('my.no-statement')}</Text>
      </Paper>
    );
  const rows = invoices.map((invoice) => {
    const isEnergy = ({ section }: { section: string }): boolean => sections[section] === 'section.energy';
    const net = (lines: typeof invoice.lines): string => sum(['0.00', ...lines.map((line) => line.net)]);
    return {
      invoice,
      energy: net(invoice.lines.filter(isEnergy)),
      rest: net(invoice.lines.filter((line) => !isEnergy(line))),
    };
  });
  const bars = rows.map(({ invoice }, i): Bar => ({
    name: figures.month(invoice.period),
    value: invoice.gross,
    text: figures.money(invoice.gross, invoice.currency),
    look: i === rows.length - 1 ? 'now' : 'plain',
  }));
  return (
    <UseTable
      title={say('use.in-money')}
      bars={bars}
      heads={[say('runs.period'), say('use.energy'), say('use.rest'), say('use.tax'), say('statement.total')]}
      rows={rows.map(({ invoice, energy, rest }) => {
        const money = (amount: string): string => figures.money(amount, invoice.currency);
        return {
          key: invoice.id,
          cells: [figures.period(invoice.period), money(energy), money(rest), money(invoice.tax), money(invoice.gross)],
          to: { statement: invoice.number },
        };
      })}
      csv={{
        name: 'cost',
        rows: [
          ['from', 'to', 'statement', 'energy', 'everything else', 'tax', 'total', 'currency'],
          ...rows.map(({ invoice, energy, rest }) => [
            ...[invoice.period.from, invoice.period.to, invoice.number, energy, rest],
            ...[invoice.tax, invoice.gross, invoice.currency],
          ]),
        ],
      }}
      pick={(i) => {
        const number = rows[i]?.invoice.number;
        if (number !== undefined) void navigate({ to: '/my/statements/$number', params: { number } });
      }}
    >
      <Text size="sm">{say('use.to-the-coin')}</Text>
    </UseTable>
  );
}
