import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { statementsListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useFigures, useWords } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { CsvButton } from '../parts/csv-button';

/** All of a member's documents, newest first. */
export function StatementsPage() {
  const say = useWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(whole(statementsListOptions()));
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('statements.title')}</Title>
        {data.items.length > 0 && (
          <CsvButton
            name="statements"
            rows={[
              ['number', 'kind', 'member', 'from', 'to', 'issued', 'due', 'gross', 'currency'],
              ...data.items.map((one) => [
                ...[one.number, one.kind, one.memberCode, one.period.from, one.period.to],
                ...[one.issuedOn, one.dueOn, one.gross, one.currency],
              ]),
            ]}
          />
        )}
      </Group>
      {data.items.length === 0 ? (
        <Paper>
          <Text>{say('my.no-statement')}</Text>
        </Paper>
      ) : (
        <Paper>
          <CardTable
            name={say('statements.title')}
            heads={[say('runs.period'), say('send.number'), say('send.due'), say('preview.gross')]}
            figures={[3]}
            rows={data.items.map((one) => ({
              key: one.invoiceId,
              cells: [
                <Link key="period" to="/my/statements/$number" params={{ number: one.number }}>
                  {figures.period(one.period)}
                </Link>,
                one.number,
                figures.day(one.dueOn),
                figures.money(one.gross, one.currency),
              ],
            }))}
          />
        </Paper>
      )}
    </Stack>
  );
}
