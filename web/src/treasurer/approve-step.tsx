import { Anchor, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { peopleListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import type { StepProps } from './step';
import { StepProblem } from './step-problem';
import { useApprove } from './use-run-step';

/** The second pair of eyes: what is approved is exactly what was calculated, and nobody approves what they prepared. */
export default function ApproveStep({ run, roles, isDemo }: StepProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  const approve = useApprove();
  const { data: people } = useSuspenseQuery(whole(peopleListOptions()));
  const nameOf = (id: string | null): string => people.items.find((one) => one.id === id)?.name ?? '';
  const isApprover = roles.includes('approver');
  return (
    <Stack gap="lg">
      <Paper>
        <Title order={2} size="h4" mb="xs">
          {say(`approve.${run.status === 'previewed' ? 'asked' : run.approvedAt ? 'given' : 'not-yet'}`)}
        </Title>
        <dl className="pairs">
          {run.proposedAt && (
            <>
              <dt>{say('approve.prepared')}</dt>
              <dd>{say('approve.by', { name: nameOf(run.proposedBy), at: figures.moment(run.proposedAt) })}</dd>
            </>
          )}
          {run.approvedAt && (
            <>
              <dt>{say('approve.approved')}</dt>
              <dd>{say('approve.by', { name: nameOf(run.approvedBy), at: figures.moment(run.approvedAt) })}</dd>
            </>
          )}
          {run.inputHash && (
            <>
              <dt>{say('approve.hash')}</dt>
              <dd>
                <Code className="wrap">{run.inputHash}</Code>
              </dd>
            </>
          )}
        </dl>
        <Text size="sm">{say('approve.note')}</Text>
        {approve.isError && <StepProblem run={run.id} error={approve.error} />}
        {run.status === 'previewed' && (
          <Group mt="md">
            {isApprover && run.inputHash !== null && (
              <Button
                loading={approve.isPending}
                onClick={() => approve.mutate({ path: { id: run.id }, body: { inputHash: run.inputHash ?? '' } })}
              >
                {say('approve.do')}
              </Button>
            )}
            {!isApprover && (
              <Text size="sm" className="wrap">
                {say('approve.send-link')} <Code>{`${location.origin}/runs/${run.id}/approve`}</Code>
              </Text>
            )}
            {!isApprover && isDemo && (
              <Button
                component={Link}
                to={`/enter?as=approver&to=${encodeURIComponent(`/runs/${run.id}/approve`)}` as '/enter'}
                variant="default"
              >
                {say('approve.demo')}
              </Button>
            )}
          </Group>
        )}
        {run.status === 'approved' && isDemo && !roles.includes('treasurer') && (
          <Anchor
            href={`/enter?as=treasurer&to=${encodeURIComponent(`/runs/${run.id}/send`)}`}
            mt="md"
            display="inline-block"
          >
            {say('approve.demo-back')}
          </Anchor>
        )}
      </Paper>
    </Stack>
  );
}
