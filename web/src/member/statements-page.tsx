import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { statementsListOptions } from '../api/generated/@tanstack/react-query.gen';
import { useFigures, useWords } from '../messages/words';

/** All of a member's documents, newest first. */
export function StatementsPage() {
  const say = useWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(statementsListOptions({ query: { limit: '500' } }));
  return (
    <Stack gap="lg">
      <Title order={1}>{say('statements.title')}</Title>
      {data.items.length === 0 ? (
        <Paper>
          <Text>{say('my.no-statement')}</Text>
        </Paper>
      ) : (
        <Paper>
          <div className="scroll" tabIndex={0} role="region" aria-label={say('statements.title')}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say('runs.period')}</Table.Th>
                  <Table.Th>{say('send.number')}</Table.Th>
                  <Table.Th>{say('send.due')}</Table.Th>
                  <Table.Th ta="right">{say('preview.gross')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.items.map((one) => (
                  <Table.Tr key={one.invoiceId}>
                    <Table.Td>
                      <Link to="/my/statements/$number" params={{ number: one.number }}>
                        {figures.period(one.period)}
                      </Link>
                    </Table.Td>
                    <Table.Td className="figure">{one.number}</Table.Td>
                    <Table.Td>{figures.day(one.dueOn)}</Table.Td>
                    <Table.Td className="right figure">{figures.money(one.gross, one.currency)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </Paper>
      )}
    </Stack>
  );
}
