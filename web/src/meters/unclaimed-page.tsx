import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { unclaimedListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useDeviceWords } from '../messages/devices';
import { useFigures } from '../messages/words';
import { CsvButton } from '../parts/csv-button';
import { BindForm, latestOf } from './bind-form';

/** Names that speak and are nobody's yet. Nothing of them is lost; binding takes in what was kept. */
export function UnclaimedPage() {
  const say = useDeviceWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery({ ...whole(unclaimedListOptions()), refetchInterval: 5_000 });
  return (
    <Stack gap="lg" maw={720}>
      <div>
        <Group justify="space-between">
          <Title order={1}>{say('unclaimed.title')}</Title>
          {data.items.length > 0 && (
            <CsvButton
              name="unclaimed"
              rows={[
                ['meter', 'register', 'readings', 'first seen', 'last seen', 'latest'],
                ...data.items.map((one) => [
                  ...[one.meter, one.register, String(one.readings), one.firstSeen, one.lastSeen, latestOf(one)],
                ]),
              ]}
            />
          )}
        </Group>
        <Text>{say('unclaimed.text')}</Text>
      </div>
      {data.items.length === 0 && (
        <Paper>
          <Text>{say('unclaimed.none')}</Text>
        </Paper>
      )}
      {data.items.map((one) => (
        <Paper key={one.id}>
          <Title order={2} size="h4" className="wrap">
            {one.meter}, {one.register}
          </Title>
          <Text size="sm">
            {say('unclaimed.came', { count: one.readings, at: figures.moment(one.lastSeen) })}
            {'. '}
            {say('unclaimed.latest', { value: latestOf(one) })}
          </Text>
          <BindForm unclaimed={one} />
        </Paper>
      ))}
    </Stack>
  );
}
