import { Alert, Button, Loader, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  metersOneOptions,
  readingsListOptions,
  unclaimedListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { compare } from '../figures/exact';
import { useDeviceWords } from '../messages/devices';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { latestOf, useBind, type Unclaimed } from './bind-form';

const everyMs = 1_500;

interface FirstReadingProps {
  readonly meter: string;
  readonly register: string;
  /** What its display showed when it was added. */
  readonly typed: string;
  /** When the meter was added: what speaks for the first time since may be it. */
  readonly since: string;
}

/** Watches until the meter is heard: under its own name, or under one that nobody knows yet, which is bound with one press. */
export function FirstReading({ meter, register, typed, since }: FirstReadingProps) {
  const say = useDeviceWords();
  const figures = useFigures();
  const known = useQuery({ ...metersOneOptions({ path: { id: meter } }), refetchInterval: everyMs });
  const read = known.data?.registers.find(({ code }) => code === register);
  const isHeard = read !== undefined && read.lastReading !== null;
  const unclaimed = useQuery({ ...whole(unclaimedListOptions()), refetchInterval: everyMs, enabled: !isHeard });
  const latest = useQuery({
    ...readingsListOptions({ query: { meter, register, from: read?.lastReading ?? since } }),
    enabled: isHeard,
  });
  const reading = latest.data?.items.at(-1);
  const names = (unclaimed.data?.items ?? []).filter(({ lastSeen }) => lastSeen >= since);
  if (isHeard)
    return (
      <Alert color="house" icon={<IconCircleCheck aria-hidden />} title={say('add.heard')} role="status">
        <Stack gap="xs" align="flex-start">
          {reading && (
            <>
              <Text size="sm">
                {say('add.says', {
                  value: `${figures.number(reading.value)} ${reading.unit}`,
                  at: figures.moment(reading.at),
                })}
              </Text>
              <Text size="sm">
                {compare(reading.value, typed) === 0
                  ? say('add.same')
                  : say('add.differs', { typed: `${figures.number(typed)} ${reading.unit}` })}
              </Text>
            </>
          )}
          <Link to="/meters/$meter" params={{ meter }}>
            {say('add.to-meter')}
          </Link>
        </Stack>
      </Alert>
    );
  return (
    <Paper>
      <Group gap="sm" role="status">
        <Loader size="sm" />
        <Text fw={600}>{say('add.waiting')}</Text>
      </Group>
      {names.length > 0 && (
        <Stack gap="sm" mt="md">
          <Title order={3} size="h5">
            {say('add.new-name')}
          </Title>
          {names.map((one) => (
            <NewName key={one.id} name={one} meter={meter} register={register} />
          ))}
        </Stack>
      )}
    </Paper>
  );
}

function NewName({ name, meter, register }: { name: Unclaimed; meter: string; register: string }) {
  const say = useDeviceWords();
  const bind = useBind(name.id);
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="sm" className="wrap">
          {name.meter}, {name.register}: <b className="figure">{latestOf(name)}</b>
        </Text>
        <Button size="xs" loading={bind.isPending} onClick={() => bind.mutate({ meter, register })}>
          {say('add.is-it')}
        </Button>
      </Group>
      {bind.isError && <ProblemNote error={bind.error} />}
    </>
  );
}
