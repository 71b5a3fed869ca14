import { Paper, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { disputesPatternsOptions } from '../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../messages/office';

/** That members wait for an answer, where some do. */
export function WaitingQuestions() {
  const say = useOfficeWords();
  const { data } = useSuspenseQuery(disputesPatternsOptions());
  const open = data.items.reduce((count, one) => count + one.open, 0);
  if (open === 0) return null;
  return (
    <Paper>
      <Text>
        <Link to="/questions">{say('home.questions', { count: open, late: data.overdue })}</Link>
      </Text>
    </Paper>
  );
}
