import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { billingOpenMutation } from '../api/generated/@tanstack/react-query.gen';
import { useFigures, useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import type { Next } from './next-step';

/** The one thing to do next, in a sentence, with the one button that does it. */
export function NextThing({ site, next, mayStart }: { site: string; next: Next; mayStart: boolean }) {
  const say = useWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const client = useQueryClient();
  const open = useMutation({
    ...billingOpenMutation(),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries();
      await navigate({ to: '/runs/$run/$step', params: { run: id, step: 'bill' } });
    },
  });
  if (next.kind === 'first') return <Text>{say('next.first')}</Text>;
  const period = figures.period(next.kind === 'go-on' ? next.run.period : next.period);
  return (
    <>
      <Group justify="space-between" gap="md">
        <Text fw={600} size="lg">
          {next.kind === 'go-on' ? say(`next.${next.step}`, { period }) : say(`next.${next.kind}`, { period })}
        </Text>
        {next.kind === 'go-on' && (
          <Button component={Link} to={`/runs/${next.run.id}/${next.step}` as '/runs'}>
            {say('next.go-on')}
          </Button>
        )}
        {next.kind === 'start' && mayStart && (
          <Button loading={open.isPending} onClick={() => open.mutate({ body: { site, period: next.period } })}>
            {say('next.start-do', { period })}
          </Button>
        )}
        {next.kind === 'wait' && (
          <Button component={Link} variant="default" to={`/runs/${next.run.id}/payments` as '/runs'}>
            {say('next.payments-of', { period: figures.period(next.run.period) })}
          </Button>
        )}
      </Group>
      {open.isError && <ProblemNote error={open.error} />}
    </>
  );
}
