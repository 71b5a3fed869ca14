import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  membersListOptions,
  occupanciesListOptions,
  peopleMeOptions,
  spacesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { membersCreate, occupanciesCreate } from '../../api/generated/sdk.gen';
import { whole } from '../../api/whole';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { ProblemNote } from '../../parts/problem-note';
import { codeFor, freeSpaces } from './places';

/** Somebody comes, for days or for years: a name, a space and a day are enough; the rest can wait. */
export function MoveInPage() {
  const say = useOfficeWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [{ data: members }, { data: spaces }, { data: occupancies }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(membersListOptions()),
      whole(spacesListOptions()),
      whole(occupanciesListOptions()),
      peopleMeOptions(),
    ],
  });
  const [draft, setDraft] = useState(() => ({
    ...{ known: '', name: '', email: '', space: '', from: todayIn(me.community.zone), to: '' },
  }));
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const text = (name: 'name' | 'email' | 'from' | 'to') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  const days = { from: draft.from, to: draft.to === '' ? null : draft.to };
  const free = freeSpaces(spaces.items, occupancies.items, days);
  const moving = useMutation({
    // Who has been added and then finds the space taken is known when it is tried again.
    mutationFn: async () => {
      let member = draft.known;
      if (member === '') {
        member = codeFor(draft.name, new Set(members.items.map(({ code }) => code)));
        const { name, email } = draft;
        await membersCreate({ body: { code: member, name: name.trim(), email: email.trim() }, throwOnError: true });
        await client.invalidateQueries();
        setDraft({ ...draft, known: member });
      }
      await occupanciesCreate({ body: { space: draft.space, member, days }, throwOnError: true });
      return member;
    },
    onSuccess: async (member) => {
      await client.invalidateQueries();
      await navigate({ to: '/members/$member', params: { member } });
    },
  });
  return (
    <Stack
      gap="lg"
      component="form"
      maw={760}
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        moving.mutate();
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/members">{say('place.members')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('move-in.title')}
        </Title>
      </div>
      <Paper>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <NativeSelect
            label={say('move-in.who')}
            value={draft.known}
            data={[
              { value: '', label: say('move-in.new') },
              ...members.items.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
            ]}
            onChange={(event) => set({ known: event.currentTarget.value })}
          />
          {draft.known === '' && (
            <>
              <TextInput label={say('move-in.name')} required maxLength={200} {...text('name')} />
              <TextInput
                label={say('move-in.email')}
                description={say('move-in.email-note')}
                type="email"
                {...text('email')}
              />
            </>
          )}
          <TextInput type="date" label={say('move-in.from')} required {...text('from')} />
          <TextInput
            type="date"
            label={say('move-in.to')}
            description={say('move-in.to-note')}
            min={draft.from}
            {...text('to')}
          />
          <NativeSelect
            label={say('move-in.space')}
            description={say('move-in.space-note', { count: free.length })}
            required
            value={draft.space}
            data={[
              { value: '', label: '' },
              ...free.map(({ code, name }) => ({ value: code, label: `${code}, ${name}` })),
            ]}
            onChange={(event) => set({ space: event.currentTarget.value })}
          />
        </SimpleGrid>
      </Paper>
      {moving.isError && <ProblemNote error={moving.error} />}
      <Group>
        <Button type="submit" loading={moving.isPending}>
          {say('move-in.do')}
        </Button>
      </Group>
    </Stack>
  );
}
