import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { billingCancelMutation } from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun } from '../api/generated/types.gen';
import { useOfficeWords } from '../messages/office';
import { ProblemNote } from '../parts/problem-note';
import { takeRun } from './use-run-step';

/** Gives up a run that was not issued, for a reason that others read later. Its days are free for another then. */
export function CancelRun({ run }: { run: BillingRun }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const cancel = useMutation({ ...billingCancelMutation(), onSuccess: (now) => takeRun(client, now) });
  if (!isOpen) {
    return (
      <Group className="no-print">
        <Button variant="default" size="sm" onClick={() => setOpen(true)}>
          {say('cancel.open')}
        </Button>
      </Group>
    );
  }
  return (
    <Paper
      component="form"
      noValidate
      aria-labelledby="cancel-run"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (reason.trim() !== '') cancel.mutate({ path: { id: run.id }, body: { reason: reason.trim() } });
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h4" id="cancel-run">
          {say('cancel.title')}
        </Title>
        <Text maw={640}>{say('cancel.text')}</Text>
        <TextInput
          label={say('decide.reason')}
          value={reason}
          autoFocus
          error={isAsked && reason.trim() === '' ? say('decide.reason-missing') : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
          maw={560}
        />
        {cancel.isError && <ProblemNote error={cancel.error} />}
        <Group gap="sm">
          <Button type="submit" loading={cancel.isPending}>
            {say('cancel.do')}
          </Button>
          <Button variant="default" disabled={cancel.isPending} onClick={() => setOpen(false)}>
            {say('cancel.keep')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
