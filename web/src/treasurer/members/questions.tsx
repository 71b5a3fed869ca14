import { Button, Group, List, NativeSelect, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  disputesAnswerMutation,
  disputesListOptions,
  disputesResolveMutation,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Dispute } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';

/** What the member has questioned, each with its steps, and where one is owed, the answer or the decision. */
export function Questions({ member }: { member: string }) {
  const say = useOfficeWords();
  const { data } = useSuspenseQuery(whole(disputesListOptions({ query: { member } })));
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('dispute.title')}
      </Title>
      {data.items.length === 0 ? (
        <Text>{say('dispute.none')}</Text>
      ) : (
        <Stack gap="lg">
          {data.items.map((dispute) => (
            <Question key={dispute.id} dispute={dispute} mayAnswer={me.roles.includes('treasurer')} />
          ))}
        </Stack>
      )}
    </Paper>
  );
}

function Question({ dispute, mayAnswer }: { dispute: Dispute; mayAnswer: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { invoice, line, amount, currency, state, overdue, due, steps } = dispute;
  return (
    <article aria-label={line.description}>
      <Group gap="xs">
        <Text fw={600}>
          <Link to="/statements/$number" params={{ number: invoice.number }}>
            {invoice.number}
          </Link>
          , {line.description}, <span className="figure">{figures.money(amount, currency)}</span>
        </Text>
        <Tag tone={overdue ? 'bad' : dispute.paused ? 'warn' : 'good'}>{say(`dispute.state.${state}`)}</Tag>
        {due !== null && <Text size="sm">{say('dispute.due', { day: figures.day(due) })}</Text>}
      </Group>
      <List size="sm" mt={4}>
        {steps.map((step, i) => (
          <List.Item key={i}>
            <b>{step.by.name}</b>, {figures.day(step.on)}
            {step.outcome !== null && `, ${say(`dispute.outcome.${step.outcome}`)}`}: {step.text}
          </List.Item>
        ))}
      </List>
      {mayAnswer && dispute.paused && <Answer dispute={dispute} />}
    </article>
  );
}

function Answer({ dispute }: { dispute: Dispute }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<'' | 'upheld' | 'partly' | 'rejected'>('');
  const onSuccess = async (): Promise<void> => {
    setText('');
    await client.invalidateQueries();
  };
  const answering = useMutation({ ...disputesAnswerMutation(), onSuccess });
  const deciding = useMutation({ ...disputesResolveMutation(), onSuccess });
  const path = { id: dispute.id };
  const failed = answering.error ?? deciding.error;
  return (
    <Stack
      gap="xs"
      mt="xs"
      maw={560}
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (outcome === '') answering.mutate({ path, body: { text } });
        else deciding.mutate({ path, body: { outcome, text } });
      }}
    >
      <Textarea
        label={say('dispute.text')}
        required
        autosize={false}
        rows={3}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <NativeSelect
        label={say('dispute.as')}
        value={outcome}
        data={[
          { value: '', label: say('dispute.as-answer') },
          { value: 'upheld', label: say('dispute.outcome.upheld') },
          { value: 'partly', label: say('dispute.outcome.partly') },
          { value: 'rejected', label: say('dispute.outcome.rejected') },
        ]}
        onChange={(event) => setOutcome(event.currentTarget.value as typeof outcome)}
      />
      {failed && <ProblemNote error={failed} />}
      <Group>
        <Button type="submit" loading={answering.isPending || deciding.isPending}>
          {say(outcome === '' ? 'dispute.answer' : 'dispute.decide')}
        </Button>
      </Group>
    </Stack>
  );
}
