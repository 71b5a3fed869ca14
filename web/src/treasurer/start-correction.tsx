import { Button, Group, NativeSelect, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { billingCorrectMutation } from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun, NewCorrection } from '../api/generated/types.gen';
import { useCorrectionWords } from '../messages/corrections';
import { ProblemNote } from '../parts/problem-note';

type Way = NewCorrection['way'];

/** Begins to put right what was issued: how it reaches the members, and why, in words that they read. */
export function StartCorrection({ run }: { run: BillingRun }) {
  const say = useCorrectionWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [way, setWay] = useState<Way>('credit-and-reissue');
  const [cause, setCause] = useState('');
  const [isAsked, setAsked] = useState(false);
  const open = useMutation({
    ...billingCorrectMutation(),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries();
      await navigate({ to: '/runs/$run/$step', params: { run: id, step: 'preview' } });
    },
  });
  if (!isOpen) {
    return (
      <Group className="no-print">
        <Button variant="default" size="sm" onClick={() => setOpen(true)}>
          {say('correct.open')}
        </Button>
      </Group>
    );
  }
  return (
    <Paper
      component="form"
      noValidate
      aria-labelledby="correct-run"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (cause.trim() !== '') open.mutate({ path: { id: run.id }, body: { way, cause: cause.trim() } });
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h4" id="correct-run">
          {say('correct.title')}
        </Title>
        <Text maw={640}>{say('correct.text')}</Text>
        <NativeSelect
          label={say('correct.way')}
          description={say(`correct.way-note.${way}`)}
          value={way}
          autoFocus
          data={(['credit-and-reissue', 'next-run'] as const).map((one) => ({
            value: one,
            label: say(`correct.way.${one}`),
          }))}
          onChange={(event) => setWay(event.currentTarget.value as Way)}
          maw={560}
        />
        <Textarea
          label={say('correct.cause')}
          description={say('correct.cause-note')}
          value={cause}
          error={isAsked && cause.trim() === '' ? say('correct.cause-missing') : undefined}
          onChange={(event) => setCause(event.currentTarget.value)}
          maw={560}
        />
        {open.isError && <ProblemNote error={open.error} />}
        <Group gap="sm">
          <Button type="submit" loading={open.isPending}>
            {say('correct.do')}
          </Button>
          <Button variant="default" disabled={open.isPending} onClick={() => setOpen(false)}>
            {say('correct.keep')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
