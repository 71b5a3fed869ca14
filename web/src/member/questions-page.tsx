import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFigures, useWords } from '../messages/words';
import { CsvButton } from '../parts/csv-button';
import { Question, questionsOf } from './question';

/** All questions of a member, the last asked first: what was asked, answered and decided, and what is paused. */
export function QuestionsPage() {
  const say = useWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(questionsOf());
  return (
    <Stack gap="lg" maw={720}>
      <Group justify="space-between">
        <Title order={1}>{say('questions.title')}</Title>
        {data.items.length > 0 && (
          <CsvButton
            name="questions"
            rows={[
              ['state', 'statement', 'line', 'amount', 'currency', 'asked on', 'due'],
              ...data.items.map((one) => [
                ...[one.state, one.invoice.number, one.line.description, one.amount, one.currency],
                ...[one.steps[0]?.on ?? '', one.due ?? ''],
              ]),
            ]}
          />
        )}
      </Group>
      {data.items.length === 0 && (
        <Paper>
          <Text>
            {say('questions.none')} <Link to="/my/statements">{say('place.statements')}</Link>
          </Text>
        </Paper>
      )}
      {data.items.map((one) => (
        <Paper key={one.id}>
          <Title order={2} size="h4">
            {one.line.description}, {figures.money(one.line.net, one.currency)}
          </Title>
          <Text size="sm" mb="xs">
            <Link to="/my/statements/$number" params={{ number: one.invoice.number }} search={{ line: one.line.no }}>
              {say('questions.line', { number: one.invoice.number, period: figures.period(one.invoice.period) })}
            </Link>
          </Text>
          <Question question={one} />
        </Paper>
      ))}
    </Stack>
  );
}
