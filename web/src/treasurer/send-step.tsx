import { Button, Group, Paper, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { StepProblem } from './step-problem';
import { StatementMails } from './statement-mails';
import type { StepProps } from './step';
import { useProgress } from './use-progress';
import { useIssue } from './use-run-step';

/** Issues all statements at once, and shows how far their documents and mails are. */
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
        {issue.isError && <StepProblem run={run.id} error={issue.error} />}
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
      {/* Somebody else was faster: it went out once, and whoever pressed second is told. */}
      {issue.isError && <ProblemNote error={issue.error} />}
      <Paper>
        <div role="status">
          <Title order={2} size="h4" mb="xs">
            {total === 0
              ? say('send.no-documents')
              : say(done === total ? 'send.made' : 'send.making', { done, total })}
          </Title>
        </div>
        {total === 0 ? (
          <Text>{say('send.no-documents-text')}</Text>
        ) : (
          <Progress value={(100 * done) / total} aria-label={say('send.progress')} size="lg" />
        )}
        {run.issuedAt && (
          <Text size="sm" c="dimmed" mt="xs">
            {say('send.issued-at', { at: figures.moment(run.issuedAt) })}
          </Text>
        )}
      </Paper>
      {total > 0 && <StatementMails run={run.id} mayDecide={roles.includes('treasurer')} />}
    </Stack>
  );
}
