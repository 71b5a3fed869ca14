import { Button, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { disputesListOptions, peopleMeOptions } from '../api/generated/@tanstack/react-query.gen';
import { disputesAsk, disputesRefer, disputesWithdraw } from '../api/generated/sdk.gen';
import type { Dispute } from '../api/generated/types.gen';
import { queries } from '../api/queries';
import { whole } from '../api/whole';
import { useFigures, useWords, type WordKey } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Tag, type Tone } from '../parts/tag';
import { Waiting } from '../parts/waiting';

/** The questions about an invoice; about all that one may see where none is named. */
export const questionsOf = (invoice?: string) =>
  whole(disputesListOptions({ query: invoice === undefined ? {} : { invoice } }));

/** Whatever shows a question or what is paused by it is asked for again. */
const asked = (): Promise<void> =>
  queries.invalidateQueries({
    predicate: ({ queryKey: [key] }) => /^(disputes|accounts)/.test((key as { _id?: string } | undefined)?._id ?? ''),
  });

const tones: Readonly<Record<Dispute['state'], Tone>> = {
  asked: 'warn',
  answered: 'warn',
  referred: 'warn',
  decided: 'good',
  withdrawn: 'calm',
};
const stateWords: Readonly<Record<Dispute['state'], WordKey>> = {
  asked: 'question.state.asked',
  answered: 'question.state.answered',
  decided: 'question.state.decided',
  referred: 'question.state.referred',
  withdrawn: 'question.state.withdrawn',
};
const outcomeWords = {
  upheld: 'question.upheld',
  partly: 'question.partly',
  rejected: 'question.rejected',
} as const satisfies Record<string, WordKey>;

export function QuestionTag({ state }: { state: Dispute['state'] }) {
  const say = useWords();
  return <Tag tone={tones[state]}>{say(stateWords[state])}</Tag>;
}

/** Under the reasons of a line: the questions about it, and the way to ask one where none is open. */
export function QuestionOfLine({ invoice, memberId, line }: { invoice: string; memberId: string; line: number }) {
  const say = useWords();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const found = useQuery(questionsOf(invoice));
  if (found.isPending) return <Waiting lines={2} />;
  if (found.isError) return <ProblemNote error={found.error} again={() => void found.refetch()} />;
  const about = found.data.items.filter((one) => one.line.no === line);
  const mayAsk = me.memberIds.includes(memberId) && !about.some(({ paused }) => paused);
  return (
    <>
      {about.map((one) => (
        <Paper key={one.id}>
          <Title order={4} size="h5">
            {say('question.yours')}
          </Title>
          <Question question={one} />
        </Paper>
      ))}
      {mayAsk && <AskForm invoice={invoice} line={line} />}
    </>
  );
}

/** A question from its first step to its last, and what its member may do next. */
export function Question({ question }: { question: Dispute }) {
  const say = useWords();
  const figures = useFigures();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const { state, paused, amount, currency, due, steps } = question;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <QuestionTag state={state} />
        <Text size="sm">
          {say(paused ? 'question.paused' : 'question.not-paused', { amount: figures.money(amount, currency) })}
        </Text>
      </Group>
      {due !== null && paused && (
        <Text size="sm">{say(question.overdue ? 'question.overdue' : 'question.due', { day: figures.day(due) })}</Text>
      )}
      <ol className="steps">
        {steps.map((step, i) => (
          <li key={i}>
            <Text size="sm" c="dimmed">
              {[
                say(stateWords[step.kind]),
                step.outcome === null ? '' : say(outcomeWords[step.outcome]),
                step.by.name,
                figures.day(step.on),
              ]
                .filter(Boolean)
                .join(', ')}
            </Text>
            <Text size="sm" className="wrap">
              {step.text}
            </Text>
            {step.remedy !== null && <Text size="sm">{say('question.remedy', { number: step.remedy })}</Text>}
          </li>
        ))}
      </ol>
      {me.memberIds.includes(question.member.id) && <NextStep question={question} />}
    </Stack>
  );
}

function NextStep({ question: { id, paused, referableUntil } }: { question: Dispute }) {
  const say = useWords();
  const figures = useFigures();
  const kind = paused ? 'withdraw' : referableUntil === null ? undefined : 'refer';
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const step = useMutation({
    mutationFn: async () => {
      const take = kind === 'refer' ? disputesRefer : disputesWithdraw;
      await take({ path: { id }, body: { text: text.trim() }, throwOnError: true });
    },
    onSuccess: async () => {
      setOpen(false);
      await asked();
    },
  });
  if (kind === undefined) return null;
  if (!isOpen)
    return (
      <Group gap="sm">
        <Button variant="default" onClick={() => setOpen(true)}>
          {say(`question.${kind}`)}
        </Button>
        {kind === 'refer' && referableUntil !== null && (
          <Text size="sm" c="dimmed">
            {say('question.refer-until', { day: figures.day(referableUntil) })}
          </Text>
        )}
      </Group>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') step.mutate();
      }}
    >
      <Stack gap="sm" align="flex-start">
        <Textarea
          label={say(`question.${kind}-why`)}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          minRows={3}
          maxLength={2000}
          required
          w="100%"
        />
        {step.isError && <ProblemNote error={step.error} />}
        <Button type="submit" loading={step.isPending}>
          {say(`question.${kind}`)}
        </Button>
      </Stack>
    </form>
  );
}

function AskForm({ invoice, line }: { invoice: string; line: number }) {
  const say = useWords();
  const [text, setText] = useState('');
  // Of this very question: where its answer gets lost, asking again asks the same.
  const [key] = useState(() => crypto.randomUUID());
  const ask = useMutation({
    mutationFn: () =>
      disputesAsk({
        body: { invoice, line, question: text.trim() },
        headers: { 'Idempotency-Key': key },
        throwOnError: true,
      }),
    onSuccess: asked,
  });
  return (
    <Paper
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (text.trim() !== '') ask.mutate();
      }}
    >
      <Stack gap="sm" align="flex-start">
        <Title order={4} size="h5">
          {say('question.title')}
        </Title>
        <Text size="sm">{say('question.text')}</Text>
        <Textarea
          label={say('question.label')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          minRows={3}
          maxLength={2000}
          required
          w="100%"
        />
        {ask.isError && <ProblemNote error={ask.error} />}
        <Button type="submit" loading={ask.isPending}>
          {say('question.ask')}
        </Button>
      </Stack>
    </Paper>
  );
}
