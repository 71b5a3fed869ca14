import { Button, Group, List, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { disputesAnswerMutation, disputesResolveMutation } from '../../api/generated/@tanstack/react-query.gen';
import type { Dispute, Me } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { decidersOut } from './decide';

/** One question with its steps, and where one is owed, the answer or the decision. */
export function Question({
  dispute,
  me,
  children,
}: {
  dispute: Dispute;
  me: Pick<Me, 'person' | 'roles' | 'memberIds'>;
  children?: React.ReactNode;
}) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { invoice, line, amount, currency, state, overdue, due, steps } = dispute;
  return (
    <article aria-label={line.description}>
      <Group gap="xs">
        <Text fw={600}>
          <Link to="/statements/$number" params={{ number: invoice.number }} search={{ line: line.no }}>
            {invoice.number}
          </Link>
          , {line.description}, <span className="figure">{figures.money(amount, currency)}</span>
        </Text>
        <Tag tone={overdue ? 'bad' : dispute.paused ? 'warn' : 'good'}>{say(`dispute.state.${state}`)}</Tag>
        {due !== null && (
          <Text size="sm">{say(overdue ? 'dispute.late' : 'dispute.due', { day: figures.day(due) })}</Text>
        )}
      </Group>
      {children}
      <List size="sm" mt={4}>
        {steps.map((step, i) => (
          <List.Item key={i}>
            <b>{step.by.name}</b>, {figures.day(step.on)}
            {step.outcome !== null && `, ${say(`dispute.outcome.${step.outcome}`)}`}: {step.text}
          </List.Item>
        ))}
      </List>
      {dispute.paused && <Answer dispute={dispute} me={me} />}
    </article>
  );
}

const outcomes = ['upheld', 'partly', 'rejected'] as const;

/** The treasurer answers; treasurer and approver decide, but nobody their own question, and nobody twice. */
function Answer({ dispute, me }: { dispute: Dispute; me: Pick<Me, 'person' | 'roles' | 'memberIds'> }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<'' | (typeof outcomes)[number]>('');
  const onSuccess = async (): Promise<void> => {
    setText('');
    await client.invalidateQueries();
  };
  const answering = useMutation({ ...disputesAnswerMutation(), onSuccess });
  const deciding = useMutation({ ...disputesResolveMutation(), onSuccess });
  const isOut = decidersOut(dispute).has(me.person.id) || me.memberIds.includes(dispute.member.id);
  const mayAnswer = me.roles.includes('treasurer') && dispute.state !== 'referred';
  const mayDecide = me.roles.some((role) => role === 'treasurer' || role === 'approver') && !isOut;
  const outcome = chosen === '' && !mayAnswer ? outcomes[0] : mayDecide ? chosen : '';
  const path = { id: dispute.id };
  const failed = answering.error ?? deciding.error;
  if (!mayAnswer && !mayDecide) {
    return me.roles.some((role) => role === 'treasurer' || role === 'approver') ? (
      <Text size="sm">{say('dispute.another')}</Text>
    ) : null;
  }
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
          ...(mayAnswer ? [{ value: '', label: say('dispute.as-answer') }] : []),
          ...(mayDecide ? outcomes.map((one) => ({ value: one, label: say(`dispute.outcome.${one}`) })) : []),
        ]}
        onChange={(event) => setChosen(event.currentTarget.value as typeof chosen)}
      />
      {isOut && <Text size="sm">{say('dispute.another')}</Text>}
      {failed && <ProblemNote error={failed} />}
      <Group>
        <Button type="submit" loading={answering.isPending || deciding.isPending}>
          {say(outcome === '' ? 'dispute.answer' : 'dispute.decide')}
        </Button>
      </Group>
    </Stack>
  );
}
