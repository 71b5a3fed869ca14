import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { consumptionViewOptions, exceptionsResolveMutation } from '../../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../../messages/office';
import { useSaid } from '../../messages/said';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { answersOf, type Choice, type Exception, saidOf, subjectOf } from './exception';
import { choiceWord } from './choice-words';
import { EstimateInstead } from './estimate-instead';
import { Sparkline } from './sparkline';

interface Props {
  readonly exception: Exception;
  readonly mayDecide: boolean;
  readonly choice: string | undefined;
  readonly choose: (choice: string | undefined) => void;
  readonly decided: () => void;
}

/** One question with its evidence, the weeks before it, and its answers; each stays with a reason. */
export function ExceptionDetail({ exception, mayDecide, choice, choose, decided }: Props) {
  const say = useOfficeWords();
  const figures = useFigures();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const said = useSaid();
  const told = said.told(saidOf(exception));
  const answers = answersOf(exception);
  const meant = answers.find((one) => one === choice);
  useEffect(() => {
    if (meant !== undefined) input.current?.focus();
  }, [meant]);
  const resolving = useMutation({
    ...exceptionsResolveMutation(),
    onSuccess: async () => {
      decided();
      await client.invalidateQueries();
    },
  });
  return (
    <Paper component="article" aria-label={subjectOf(exception)}>
      <Title order={2} size="h4">
        {subjectOf(exception)}
      </Title>
      <Text my="xs" lang={told.lang}>
        {told.detail}
      </Text>
      <dl className="pairs">
        {exception.kind === 'finding'
          ? Object.entries(exception.evidence).map(([name, value]) => (
              <Pair key={name} name={said.name(name)} value={figures.sentence(String(value ?? '–'))} />
            ))
          : [
              ...(exception.known
                ? [
                    <Pair
                      key="known"
                      name={say('exception.known')}
                      value={`${figures.number(exception.known.value)} ${exception.unit}`}
                    />,
                  ]
                : []),
              <Pair
                key="says"
                name={say('exception.says')}
                value={`${figures.number(exception.value)} ${exception.unit}`}
              />,
            ]}
      </dl>
      {exception.meter !== null && <Weeks meter={exception.meter} register={exception.register} at={exception.at} />}
      {exception.kind === 'finding' && (
        <Text size="sm" c="dimmed" mb="xs" lang={told.lang}>
          {told.remedy}
        </Text>
      )}
      {mayDecide && <EstimateInstead exception={exception} />}
      {mayDecide && answers.length > 0 && (
        <Stack
          gap="xs"
          component="form"
          onSubmit={(event: React.FormEvent) => {
            event.preventDefault();
            if (meant !== undefined) resolving.mutate({ path: { id: exception.id }, body: { choice: meant, reason } });
          }}
        >
          <Group gap="xs" role="group" aria-label={say('readings.answers')}>
            {answers.map((one: Choice) => (
              <Button
                key={one}
                variant={one === meant ? 'filled' : 'default'}
                aria-pressed={one === meant}
                onClick={() => choose(one)}
              >
                {say(choiceWord(one))}
              </Button>
            ))}
          </Group>
          {meant !== undefined && (
            <Group align="flex-end">
              <TextInput
                ref={input}
                label={say('decide.reason')}
                required
                w="100%"
                maw={520}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              <Button type="submit" loading={resolving.isPending}>
                {say('readings.answer')}
              </Button>
            </Group>
          )}
          {resolving.isError && <ProblemNote error={resolving.error} />}
        </Stack>
      )}
    </Paper>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="figure">{value}</dd>
    </>
  );
}

const dayMs = 86_400_000;
const dayFrom = (at: string, days: number): string =>
  new Date(Date.parse(at) + days * dayMs).toISOString().slice(0, 10);

/** What the register counted day by day in the five weeks around it. */
function Weeks({ meter, register, at }: { meter: string; register: string | null; at: string }) {
  const say = useOfficeWords();
  const query = { meter, from: dayFrom(at, -28), to: dayFrom(at, 7), grain: 'day' as const };
  const use = useQuery(consumptionViewOptions({ query }));
  const series = use.data?.series.find((one) => register === null || one.register === register);
  if (!series) return null;
  return (
    <Sparkline
      values={series.figures.map(({ quantity }) => quantity)}
      label={say('readings.weeks', { meter, unit: series.unit })}
    />
  );
}
