import { Anchor, Button, Group, Paper, Progress, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { invoicesListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { WideTable } from '../parts/wide-table';
import type { StepProps } from './step';
import { useProgress } from './use-progress';
import { useIssue } from './use-run-step';

/** Issues all statements at once, and shows how far their documents are. */
export default function SendStep({ run, roles }: StepProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  const issue = useIssue();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const word = say('send.word');
  const isOut = run.status === 'issued' || run.status === 'closed';
  const progress = useProgress(run.id, run.status === 'issued', () => void client.invalidateQueries());
  // What the service has written down outlasts what it told meanwhile.
  const { done, total } = (run.status === 'issued' ? progress : undefined) ?? run.documents;
  if (!isOut) {
    const mayIssue = run.status === 'approved' && roles.includes('treasurer');
    return (
      <Paper
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          issue.mutate({ path: { id: run.id } });
        }}
      >
        <Title order={2} size="h4" mb="xs">
          {say(mayIssue ? 'send.ready' : 'send.not-ready')}
        </Title>
        <Text mb="md">{say(mayIssue ? 'send.ready-text' : 'send.not-ready-text')}</Text>
        {issue.isError && <ProblemNote error={issue.error} />}
        {mayIssue && (
          <Group align="flex-end">
            <TextInput
              label={say('send.type', { word })}
              value={typed}
              autoComplete="off"
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Button
              type="submit"
              disabled={typed.trim().toUpperCase() !== word.toUpperCase()}
              loading={issue.isPending}
            >
              {say('send.do')}
            </Button>
          </Group>
        )}
      </Paper>
    );
  }
  return (
    <Stack gap="lg">
      <Paper>
        <div role="status">
          <Title order={2} size="h4" mb="xs">
            {say(done === total ? 'send.made' : 'send.making', { done, total })}
          </Title>
        </div>
        <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label={say('send.progress')} size="lg" />
        {run.issuedAt && (
          <Text size="sm" c="dimmed" mt="xs">
            {say('send.issued-at', { at: figures.moment(run.issuedAt) })}
          </Text>
        )}
      </Paper>
      <Documents run={run.id} />
    </Stack>
  );
}

function Documents({ run }: { run: string }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery({
    ...whole(invoicesListOptions({ query: { run } })),
    // The run may be known to be done before this list is: it is looked at again until no document of it is still being made.
    refetchInterval: ({ state }) => state.data?.items.some(({ document }) => document === 'pending') === true && 1000,
  });
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('send.documents', { count: data.items.length })}
      </Title>
      <WideTable name={say('send.documents', { count: data.items.length })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('send.number')}</Table.Th>
            <Table.Th>{say('preview.member')}</Table.Th>
            <Table.Th ta="right">{say('preview.gross')}</Table.Th>
            <Table.Th>{say('send.due')}</Table.Th>
            <Table.Th>PDF</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Link to="/statements/$number" params={{ number: one.number }} className="figure">
                  {one.number}
                </Link>
              </Table.Td>
              <Table.Td>{one.memberCode}</Table.Td>
              <Table.Td className="right figure">{figures.money(one.gross, one.currency)}</Table.Td>
              <Table.Td>{figures.day(one.dueOn)}</Table.Td>
              <Table.Td>
                {one.document === 'done' ? (
                  <Anchor
                    href={`/api/v1/invoices/${one.id}/document.pdf`}
                    aria-label={say('send.pdf-of', { number: one.number })}
                  >
                    PDF
                  </Anchor>
                ) : (
                  say('send.pending')
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}
