import { Button, Group, List, NativeSelect, Paper, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { exceptionsResolveManyMutation } from '../../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../../messages/office';
import { ProblemNote } from '../../parts/problem-note';
import { choiceWord } from './choice-words';
import { commonAnswers, type Exception } from './exception';

/** One answer with one reason for several; what is refused is named with its cause, and the others are answered. */
export function ManyDecided({ picked, done }: { picked: readonly Exception[]; done: () => void }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const answers = commonAnswers(picked);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const choice = answers.find((one) => one === typed) ?? answers[0];
  const deciding = useMutation({
    ...exceptionsResolveManyMutation(),
    onSuccess: async ({ summary }) => {
      await client.invalidateQueries();
      if (summary.refused === 0) done();
    },
  });
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice === undefined || choice === 'exchange-found') return;
        deciding.mutate({ body: { ids: picked.map(({ id }) => id), choice, reason } });
      }}
    >
      <Title order={2} size="h4" mb="xs">
        {say('readings.many', { count: picked.length })}
      </Title>
      {choice === undefined ? (
        <Text>{say('readings.many-none')}</Text>
      ) : (
        <Group align="flex-end">
          <NativeSelect
            label={say('readings.answer-all')}
            value={choice}
            data={answers.map((one) => ({ value: one, label: say(choiceWord(one)) }))}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <TextInput
            label={say('readings.reason-all')}
            required
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button type="submit" loading={deciding.isPending}>
            {say('readings.many-do', { count: picked.length })}
          </Button>
        </Group>
      )}
      {deciding.isError && <ProblemNote error={deciding.error} />}
      {deciding.data && deciding.data.summary.refused > 0 && (
        <List size="sm" mt="xs">
          {deciding.data.results.flatMap(({ id, problem }) =>
            problem ? [<List.Item key={id}>{problem.detail}</List.Item>] : [],
          )}
        </List>
      )}
    </Paper>
  );
}
