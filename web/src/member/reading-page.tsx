import { Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCircleCheck, IconEye } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { myReadingsRegistersOptions, peopleMeOptions } from '../api/generated/@tanstack/react-query.gen';
import type { MyReadingsRegistersResponse } from '../api/generated/types.gen';
import { compare } from '../figures/exact';
import { typedFigure } from '../figures/typed';
import { useFigures, useWords } from '../messages/words';
import { PhotoField } from '../parts/photo-field';
import { dropReading, putReading, type SentReading, useSent, useWaiting } from './send-waiting';
import type { WaitingReading } from './waiting-readings';

type Display = MyReadingsRegistersResponse['items'][number];

/** What the display shows, with a photo; also where there is no network. */
export function ReadingPage() {
  const say = useWords();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const { data } = useSuspenseQuery({ ...myReadingsRegistersOptions(), gcTime: Infinity });
  const waiting = useWaiting(me.person.id);
  const sent = useSent(me.person.id);
  return (
    <Stack gap="lg" maw={560}>
      <div>
        <Title order={1}>{say('reading.title')}</Title>
        <Text>{say('reading.text')}</Text>
      </div>
      {data.items.length === 0 && (
        <Paper>
          <Text>{say('reading.no-display')}</Text>
        </Paper>
      )}
      {sent.map((one) => (
        <SentNote key={one.reading.key} sent={one} />
      ))}
      {waiting.length > 0 && (
        <Paper>
          <Title order={2} size="h4">
            {say('reading.waiting')}
          </Title>
          <Stack gap="sm" mt="xs">
            {waiting.map((one) => (
              <Waits key={one.key} reading={one} />
            ))}
          </Stack>
        </Paper>
      )}
      {data.items.map((display) => (
        <DisplayForm key={`${display.meter} ${display.register}`} display={display} person={me.person.id} />
      ))}
    </Stack>
  );
}

function SentNote({ sent: { reading, status, detail } }: { sent: SentReading }) {
  const say = useWords();
  const figures = useFigures();
  const isTaken = status === 'created' || status === 'duplicate';
  return (
    <Alert
      color={isTaken ? 'house' : 'yellow'}
      variant="light"
      icon={isTaken ? <IconCircleCheck aria-hidden /> : <IconEye aria-hidden />}
      role="status"
    >
      <Text size="sm" fw={700}>
        {say(isTaken ? 'reading.taken' : 'reading.looked-at')}
      </Text>
      <Text size="sm">
        {reading.name}: <span className="figure">{`${figures.number(reading.value)} ${reading.unit}`}</span>,{' '}
        {figures.moment(reading.at)}
      </Text>
      {!isTaken && detail !== null && <Text size="sm">{detail}</Text>}
    </Alert>
  );
}

function Waits({ reading }: { reading: WaitingReading }) {
  const say = useWords();
  const figures = useFigures();
  return (
    <Group justify="space-between" align="flex-start" gap="xs">
      <div>
        <Text size="sm" fw={600}>
          {reading.name}: <span className="figure">{`${figures.number(reading.value)} ${reading.unit}`}</span>
        </Text>
        <Text size="sm" c="dimmed">
          {figures.moment(reading.at)}
          {reading.photo !== null && `, ${say('reading.with-photo')}`}
        </Text>
        <Text size="sm" c={reading.refusal === null ? undefined : 'var(--bad)'}>
          {reading.refusal ?? say('reading.for-the-network')}
        </Text>
      </div>
      <Button variant="default" size="xs" onClick={() => void dropReading(reading)}>
        {say('reading.drop')}
      </Button>
    </Group>
  );
}

function DisplayForm({ display, person }: { display: Display; person: string }) {
  const say = useWords();
  const figures = useFigures();
  const [typed, setTyped] = useState('');
  const [photo, setPhoto] = useState<Blob | null>(null);
  const [trouble, setTrouble] = useState<string>();
  const { last, unit } = display;
  const value = typedFigure(typed);
  const isLower = value !== undefined && last !== null && compare(value, last.value) < 0;
  const put = async (): Promise<void> => {
    if (value === undefined) {
      setTrouble(say('reading.no-figure'));
      return;
    }
    try {
      const at = new Date().toISOString();
      const { meter, register, name } = display;
      await putReading({
        key: crypto.randomUUID(),
        person,
        meter,
        register,
        unit,
        name,
        at,
        value,
        photo,
        refusal: null,
      });
      setTyped('');
      setPhoto(null);
      setTrouble(undefined);
    } catch {
      setTrouble(say('reading.not-kept'));
    }
  };
  return (
    <Paper
      component="form"
      aria-label={display.name}
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        void put();
      }}
    >
      <Stack gap="md">
        <div>
          <Title order={2} size="h4">
            {display.name}
          </Title>
          <Text size="sm" c="dimmed">
            {say('reading.device', { meter: display.meter, serial: display.serial || '–' })}
          </Text>
          {last !== null && (
            <Text size="sm">
              {say('reading.last', {
                value: `${figures.number(last.value)} ${unit}`,
                at: figures.moment(last.at),
              })}
            </Text>
          )}
        </div>
        <TextInput
          label={say('reading.shows', { unit })}
          description={display.digits === null ? undefined : say('reading.digits', { digits: display.digits })}
          inputMode="decimal"
          autoComplete="off"
          size="lg"
          value={typed}
          error={trouble}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setTrouble(undefined);
          }}
        />
        {isLower && (
          <Text size="sm" c="var(--warn)" role="status">
            {say('reading.lower')}
          </Text>
        )}
        <PhotoField photo={photo} take={setPhoto} />
        <Button type="submit" size="md">
          {say('reading.send')}
        </Button>
      </Stack>
    </Paper>
  );
}
