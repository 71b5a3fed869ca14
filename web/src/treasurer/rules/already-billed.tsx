import { List, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import type { BilledRuns } from './use-adopting';

/** The version is adopted, and holds for days that were billed by another: which, and that they stay as they are. */
export function AlreadyBilled({ name, runs }: { name: string; runs: BilledRuns }) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <Stack gap="sm" role="status">
      <Title order={1} size="h2">
        {say('billed.title', { name })}
      </Title>
      <Text>{say('billed.text')}</Text>
      <List>
        {runs.map(({ run, period }) => (
          <List.Item key={run}>
            <Link to="/runs/$run" params={{ run }}>
              {figures.period(period)}
            </Link>
          </List.Item>
        ))}
      </List>
      <Text>
        <Link to="/rules">{say('place.rules')}</Link>
      </Text>
    </Stack>
  );
}
