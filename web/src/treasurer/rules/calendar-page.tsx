import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { calendarsCreateMutation } from '../../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../../messages/office';
import { ProblemNote } from '../../parts/problem-note';
import { type CalendarDraft, calendarOf, emptyHours, type HoursDraft } from './calendar-draft';
import { CalledFields } from './called-fields';
import { Check } from './check';
import { numbersOf } from './numbers';
import classes from './rules.module.css';

const weekdays = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Hours of the day, the week and the year, and the band that each is in: what prices and metered keys go by. */
export function CalendarPage() {
  const say = useOfficeWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [draft, setDraft] = useState<CalendarDraft>({ code: '', name: '', hours: [emptyHours], holidays: '' });
  const set = (index: number, part: Partial<HoursDraft>): void =>
    setDraft({ ...draft, hours: draft.hours.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  const making = useMutation({
    ...calendarsCreateMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/rules/new-tariff' });
    },
  });
  const calendar = calendarOf(draft);
  return (
    <Stack
      gap="lg"
      maw={980}
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (calendar) making.mutate({ body: calendar });
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/rules">{say('place.rules')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('calendar.new')}
        </Title>
        <Text>{say('calendar.text')}</Text>
      </div>
      <CalledFields called={draft} change={(called) => setDraft({ ...draft, ...called })} />
      <Paper>
        <Stack gap="sm">
          {draft.hours.map((hours, index) => (
            <Hours
              key={index}
              no={index + 1}
              hours={hours}
              set={(part) => set(index, part)}
              remove={
                draft.hours.length > 1
                  ? () => setDraft({ ...draft, hours: draft.hours.filter((_, at) => at !== index) })
                  : undefined
              }
            />
          ))}
          <Group>
            <Button variant="default" onClick={() => setDraft({ ...draft, hours: [...draft.hours, emptyHours] })}>
              {say('calendar.add')}
            </Button>
          </Group>
          <TextInput
            label={say('calendar.holidays')}
            description={say('calendar.holidays-note')}
            value={draft.holidays}
            onChange={(event) => setDraft({ ...draft, holidays: event.currentTarget.value })}
          />
        </Stack>
      </Paper>
      {making.isError && <ProblemNote error={making.error} />}
      <Group>
        <Button type="submit" loading={making.isPending}>
          {say('calendar.do')}
        </Button>
      </Group>
    </Stack>
  );
}

interface HoursProps {
  readonly no: number;
  readonly hours: HoursDraft;
  readonly set: (part: Partial<HoursDraft>) => void;
  readonly remove: (() => void) | undefined;
}

function Hours({ no, hours, set, remove }: HoursProps) {
  const say = useOfficeWords();
  const text = (name: 'band' | 'months' | 'from' | 'to') => ({
    value: hours[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <fieldset className={classes.part}>
      <legend>{say('calendar.hours', { no })}</legend>
      <div className={classes.fields}>
        <TextInput label={say('calendar.band')} description={say('calendar.band-note')} required {...text('band')} />
        <TextInput label={say('calendar.from')} description={say('calendar.time-note')} required {...text('from')} />
        <TextInput label={say('calendar.to')} description={say('calendar.to-note')} required {...text('to')} />
        <TextInput
          label={say('demand.months')}
          description={say('demand.months-note')}
          error={numbersOf(hours.months, 1, 12) ? undefined : say('demand.months-off')}
          {...text('months')}
        />
      </div>
      <div className={classes.days}>
        {weekdays.map((day) => (
          <Check
            key={day}
            label={say(`calendar.day.${day}`)}
            value={hours.weekdays.includes(day)}
            set={(isIn) =>
              set({ weekdays: weekdays.filter((one) => (one === day ? isIn : hours.weekdays.includes(one))) })
            }
          />
        ))}
      </div>
      <Text size="sm">{say('calendar.days-note')}</Text>
      {remove && (
        <Group>
          <Button variant="default" onClick={remove}>
            {say('calendar.remove', { no })}
          </Button>
        </Group>
      )}
    </fieldset>
  );
}
