import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  billingOpenMutation,
  occupanciesChangeMutation,
  occupanciesListOptions,
  peopleMeOptions,
  runViewsListOptions,
  sitesListOptions,
  spacesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Member, Occupancy } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ListHead } from '../../parts/list-head';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { unbilledDays } from './places';

/** Where the member is and was, by time; how a stay ends, and the final statement of whoever has gone. */
export function Stays({ member, mayChange }: { member: Member; mayChange: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [{ data: occupancies }, { data: spaces }, { data: sites }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(occupanciesListOptions({ query: { member: member.code } })),
      whole(spacesListOptions()),
      whole(sitesListOptions()),
      peopleMeOptions(),
    ],
  });
  const today = todayIn(me.community.zone);
  const stays = occupancies.items.toSorted((a, b) => b.days.from.localeCompare(a.days.from));
  const siteOf = (stay: Occupancy) => {
    const space = spaces.items.find(({ id }) => id === stay.spaceId);
    return sites.items.find(({ id }) => id === space?.siteId);
  };
  return (
    <Paper>
      <ListHead
        title={say('stays.title')}
        csv={[
          `spaces-${member.code}`,
          ['space', 'site', 'from', 'to'],
          ...stays.map((stay) => [stay.spaceCode, siteOf(stay)?.code ?? '', stay.days.from, stay.days.to ?? '']),
        ]}
      />
      {stays.length === 0 ? (
        <Text>{say('stays.none')}</Text>
      ) : (
        <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
          {stays.map((stay) => {
            const { from, to } = stay.days;
            const state = from > today ? 'coming' : to === null || to > today ? 'here' : 'gone';
            const site = siteOf(stay);
            return (
              <li key={stay.id}>
                <Group gap="sm">
                  <b>{stay.spaceCode}</b>
                  <Text size="sm" c="dimmed">
                    {site?.name}
                  </Text>
                  <Tag tone={state === 'here' ? 'good' : 'calm'}>{say(`stays.${state}`)}</Tag>
                  <Text size="sm">
                    {to === null ? say('charge.since', { from: figures.day(from) }) : figures.period({ from, to })}
                  </Text>
                </Group>
                {mayChange && to === null && <MoveOut stay={stay} today={today} />}
                {mayChange && to !== null && site && (
                  <FinalStatement member={member.code} site={site.code} stay={{ from, to }} />
                )}
              </li>
            );
          })}
        </Stack>
      )}
    </Paper>
  );
}

function MoveOut({ stay, today }: { stay: Occupancy; today: string }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [to, setTo] = useState(today);
  const moving = useMutation({ ...occupanciesChangeMutation(), onSuccess: () => client.invalidateQueries() });
  return (
    <details>
      <summary>{say('stays.move-out')}</summary>
      <Stack
        gap="xs"
        maw={420}
        component="form"
        onSubmit={(event: React.FormEvent) => {
          event.preventDefault();
          moving.mutate({ path: { id: stay.id }, body: { to } });
        }}
      >
        <TextInput
          type="date"
          label={say('stays.gone-on')}
          description={say('stays.gone-on-note')}
          required
          min={stay.days.from}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        {moving.isError && <ProblemNote error={moving.error} />}
        <Group>
          <Button type="submit" loading={moving.isPending}>
            {say('stays.move-out')}
          </Button>
        </Group>
      </Stack>
    </details>
  );
}

/** Bills who has gone at once, and nobody else; where it has been opened already, leads to it. */
function FinalStatement({
  member,
  site,
  stay,
}: {
  member: string;
  site: string;
  stay: { readonly from: string; readonly to: string };
}) {
  const say = useOfficeWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [{ data: runs }] = useSuspenseQueries({ queries: [whole(runViewsListOptions({ query: { site } }))] });
  const opening = useMutation({
    ...billingOpenMutation(),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries();
      await navigate({ to: '/runs/$run/$step', params: { run: id, step: 'readings' } });
    },
  });
  const own = runs.items.find(
    ({ leaver, period, status }) => leaver?.code === member && period.to === stay.to && status !== 'cancelled',
  );
  if (own) {
    return (
      <Text size="sm">
        <Link to="/runs/$run" params={{ run: own.id }}>
          {say('stays.final-is', { period: figures.period(own.period) })}
        </Link>
      </Text>
    );
  }
  const days = unbilledDays(stay, runs.items);
  if (!days) return null;
  return (
    <Stack gap="xs" align="flex-start" mt={4}>
      <Button
        variant="default"
        loading={opening.isPending}
        onClick={() => opening.mutate({ body: { site, period: days, leaver: member } })}
      >
        {say('stays.final-open', { period: figures.period(days) })}
      </Button>
      {opening.isError && <ProblemNote error={opening.error} />}
    </Stack>
  );
}
