import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import {
  disputesListOptions,
  disputesPatternsOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Dispute } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { sum } from '../../figures/exact';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Choice } from '../../parts/choice';
import { CsvButton } from '../../parts/csv-button';
import { Fact } from '../../parts/fact';
import { Waiting } from '../../parts/waiting';
import { daysBetween, waitingFirst } from './decide';
import { Question } from './question';

const Patterns = lazy(() => import('./patterns'));

/** Every question that was asked, what waits first; and what is asked again and again, for the board. */
export function QuestionsPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const { show } = useSearch({ from: '/inside/questions' });
  const [{ data: disputes }, { data: patterns }, { data: me }] = useSuspenseQueries({
    queries: [whole(disputesListOptions()), disputesPatternsOptions(), peopleMeOptions()],
  });
  const all = waitingFirst(disputes.items);
  const open = all.filter(({ paused }) => paused);
  const shown = show === 'all' ? all : open;
  const today = todayIn(me.community.zone);
  const currencies = [...new Set(open.map(({ currency }) => currency))];
  const paused = (currency: string): string =>
    figures.money(sum(open.filter((one) => one.currency === currency).map(({ amount }) => amount)), currency);
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('dispute.title')}</Title>
        <CsvButton name="questions" rows={rowsOf(all, today)} />
      </Group>
      <div className="facts">
        <Fact name={say('questions.open')} figure={figures.number(String(open.length))} />
        <Fact
          name={say('questions.late')}
          figure={figures.number(String(patterns.overdue))}
          note={say('questions.late-note')}
        />
        {currencies.map((currency) => (
          <Fact
            key={currency}
            name={say('questions.paused')}
            figure={paused(currency)}
            note={say('questions.paused-note')}
          />
        ))}
      </div>
      <Paper>
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h4">
            {say(show === 'all' ? 'questions.all' : 'questions.waiting')}
          </Title>
          <Choice
            name={say('questions.show')}
            options={[
              { label: say('questions.waiting'), search: {}, isHere: show !== 'all' },
              { label: say('questions.all'), search: { show: 'all' }, isHere: show === 'all' },
            ]}
          />
        </Group>
        {shown.length === 0 ? (
          <Text role="status">{say(all.length === 0 ? 'dispute.none' : 'questions.none-open')}</Text>
        ) : (
          <Stack gap="lg">
            {shown.map((dispute) => (
              <Question key={dispute.id} dispute={dispute} me={me}>
                <Text size="sm">
                  <Link to="/members/$member" params={{ member: dispute.member.code }}>
                    {dispute.member.name}
                  </Link>
                  , {figures.period(dispute.invoice.period)},{' '}
                  {say('questions.age', { days: daysBetween(dispute.steps[0]?.on ?? today, today) })}
                </Text>
              </Question>
            ))}
          </Stack>
        )}
      </Paper>
      {patterns.items.length > 0 && (
        <Suspense fallback={<Waiting lines={2} />}>
          <Patterns patterns={patterns.items} currency={me.community.currency} />
        </Suspense>
      )}
    </Stack>
  );
}

const rowsOf = (all: readonly Dispute[], today: string): readonly (readonly string[])[] => [
  ['state', 'member', 'statement', 'line', 'amount', 'currency', 'asked on', 'days', 'due', 'late'],
  ...all.map(({ state, member, invoice, line, amount, currency, steps, due, overdue }) => [
    ...[state, member.code, invoice.number, line.description, amount, currency, steps[0]?.on ?? ''],
    ...[String(daysBetween(steps[0]?.on ?? today, today)), due ?? '', overdue ? 'yes' : 'no'],
  ]),
];
