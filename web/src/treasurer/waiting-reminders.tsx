import { Paper, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { remindersListOptions } from '../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../messages/office';

/** That reminders can be sent, where some can. */
export function WaitingReminders() {
  const say = useOfficeWords();
  const { data } = useSuspenseQuery(remindersListOptions());
  if (data.due === 0) return null;
  return (
    <Paper>
      <Text>
        <Link to="/payments">{say('home.reminders', { count: data.due })}</Link>
      </Text>
    </Paper>
  );
}
