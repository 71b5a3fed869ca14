import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { meterHealthListOptions } from '../api/generated/@tanstack/react-query.gen';
import { useFigures, useWords } from '../messages/words';
import { Tag, type Tone } from '../parts/tag';

const tones: Readonly<Record<string, Tone>> = { ok: 'good', late: 'warn', skewed: 'warn' };
const urgency = ['silent', 'stuck', 'never-seen', 'expired', 'skewed', 'late', 'ok'];

/** How the meters are, the most urgent first, each with what to do. */
export function MetersPage() {
  const say = useWords();
  const figures = useFigures();
  const { site } = useSearch({ strict: false });
  const query = { limit: '1000', ...(site === undefined ? {} : { site }) };
  const { data } = useSuspenseQuery(meterHealthListOptions({ query }));
  const rows = data.items.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state));
  const well = rows.filter(({ state }) => state === 'ok').length;
  return (
    <Stack gap="lg">
      <Title order={1}>{say('meters.title')}</Title>
      <Text>{say('meters.summary', { well, all: rows.length })}</Text>
      {rows.length === 0 ? (
        <Paper>
          <Text>{say('meters.none')}</Text>
        </Paper>
      ) : (
        <Paper>
          <div className="scroll" tabIndex={0} role="region" aria-label={say('meters.title')}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say('meters.meter')}</Table.Th>
                  <Table.Th>{say('payments.state')}</Table.Th>
                  <Table.Th>{say('meters.last')}</Table.Th>
                  <Table.Th>{say('meters.advice')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={`${row.meter} ${row.register}`}>
                    <Table.Td>
                      <b>{row.meter}</b>
                      <Text size="xs" c="dimmed">
                        {row.name}, {row.register}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Tag tone={tones[row.state] ?? 'bad'}>{say(`meter.state.${row.state}`)}</Tag>
                    </Table.Td>
                    <Table.Td>{row.lastReading === null ? '–' : figures.moment(row.lastReading)}</Table.Td>
                    <Table.Td miw={220}>{row.advice}</Table.Td>
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
