import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { billingOpenMutation } from '../api/generated/@tanstack/react-query.gen';
import { monthsBefore } from '../figures/figures';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import type { Next } from './next-step';

/** The one thing to do next, in a sentence, with the one button that does it. */
export function NextThing({
  site,
  next,
  mayStart,
  today,
}: {
  site: string;
  next: Next;
  mayStart: boolean;
  today: string;
}) {
  const say = useOfficeWords();
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
  if (next.kind === 'first') {
    if (!mayStart) return <Text>{say('next.first-wait')}</Text>;
    return (
      <FirstMonth
        today={today}
        start={(period) => open.mutate({ body: { site, period } })}
        busy={open.isPending}
        error={open.error}
      />
    );
  }
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

/** The first run has no month before it: which one it is, somebody chooses. */
function FirstMonth({
  today,
  start,
  busy,
  error,
}: {
  today: string;
  start: (period: { from: string; to: string }) => void;
  busy: boolean;
  error: unknown;
}) {
  const say = useOfficeWords();
  const figures = useFigures();
  const months = monthsBefore(today, 18);
  const [from, setFrom] = useState(months[0]?.from ?? '');
  const chosen = months.find((one) => one.from === from);
  return (
    <>
      <Text fw={600} size="lg">
        {say('next.first')}
      </Text>
      <Group align="flex-end">
        <NativeSelect
          label={say('next.first-month')}
          value={from}
          data={months.map((one) => ({ value: one.from, label: figures.period(one) }))}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        {chosen && (
          <Button loading={busy} onClick={() => start(chosen)}>
            {say('next.start-do', { period: figures.period(chosen) })}
          </Button>
        )}
      </Group>
      {error !== null && <ProblemNote error={error} />}
    </>
  );
}
