import { Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { logInAskMutation } from '../api/generated/@tanstack/react-query.gen';
import '../api/client';
import { useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';

/** Asks for a link by mail. The answer is the same whether or not anybody is known by the address. */
export function LinkForm({ to }: { to: string }) {
  const say = useWords();
  const [email, setEmail] = useState('');
  const asking = useMutation(logInAskMutation());
  if (asking.isSuccess) {
    return (
      <Paper role="status">
        <Title order={2} size="h4" mb={4}>
          {say('enter.sent')}
        </Title>
        <Text>{say('enter.sent-text', { email })}</Text>
      </Paper>
    );
  }
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        asking.mutate({ body: { email, to } });
      }}
    >
      <Stack gap="sm" align="flex-start">
        <TextInput
          label={say('enter.email')}
          description={say('enter.email-note')}
          type="email"
          name="email"
          autoComplete="email"
          required
          w="100%"
          maw={420}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {asking.isError && <ProblemNote error={asking.error} />}
        <Button type="submit" loading={asking.isPending}>
          {say('enter.send')}
        </Button>
      </Stack>
    </Paper>
  );
}
