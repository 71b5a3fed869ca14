import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { keysAdoptMutation, keysListOptions, peopleMeOptions } from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { ProblemNote } from '../../parts/problem-note';
import { rulesToChooseFrom } from './new-terms';

/** Another rule for a key, from a day on, by a decision that is named. Where two are asked for, it waits for the second. */
export function AdoptPage() {
  const say = useOfficeWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [{ data: keys }, { data: me }] = useSuspenseQueries({ queries: [whole(keysListOptions()), peopleMeOptions()] });
  const [draft, setDraft] = useState({
    ...{ key: '', rule: '', from: '', adoptedBy: '', adoptedOn: todayIn(me.community.zone), decision: '' },
  });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const text = (name: 'from' | 'adoptedBy' | 'adoptedOn' | 'decision') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  const now = keys.items.find(({ code }) => code === draft.key)?.versions.at(-1);
  const rules = rulesToChooseFrom(keys.items, draft.key);
  const chosen = rules.find(({ id }) => id === draft.rule);
  const nameOf = (rule: (typeof rules)[number]): string =>
    rule.kind === undefined ? say('adopt.as', { name: rule.name, sentence: rule.sentence }) : say(`rule.${rule.kind}`);
  const adopting = useMutation({
    ...keysAdoptMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/rules' });
    },
  });
  return (
    <Stack
      gap="lg"
      maw={860}
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (!chosen) return;
        const { key, from, adoptedBy, adoptedOn, decision } = draft;
        const body = { days: { from, to: null }, terms: chosen.terms, adoptedBy, adoptedOn, decision };
        adopting.mutate({ path: { id: key }, body });
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/rules">{say('place.rules')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('rules.adopt')}
        </Title>
      </div>
      <Paper>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <NativeSelect
            label={say('adopt.key')}
            required
            value={draft.key}
            data={[
              { value: '', label: '' },
              ...keys.items.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
            ]}
            {...(now ? { description: say('adopt.now', { sentence: now.sentence }) } : {})}
            onChange={(event) => set({ key: event.currentTarget.value, rule: '' })}
          />
          <NativeSelect
            label={say('adopt.rule')}
            required
            value={draft.rule}
            data={[{ value: '', label: '' }, ...rules.map((rule) => ({ value: rule.id, label: nameOf(rule) }))]}
            onChange={(event) => set({ rule: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={say('adopt.from')}
            description={say('adopt.from-note')}
            required
            {...text('from')}
          />
          <TextInput label={say('adopt.by')} description={say('adopt.by-note')} required {...text('adoptedBy')} />
          <TextInput type="date" label={say('adopt.on')} required {...text('adoptedOn')} />
          <TextInput
            label={say('adopt.decision')}
            description={say('adopt.decision-note')}
            required
            {...text('decision')}
          />
        </SimpleGrid>
      </Paper>
      {adopting.isError && <ProblemNote error={adopting.error} />}
      <Group>
        <Button type="submit" loading={adopting.isPending}>
          {say('adopt.do')}
        </Button>
        <Link to="/rules/what-if" search={draft.key === '' ? {} : { key: draft.key }}>
          {say('adopt.what-if')}
        </Link>
      </Group>
    </Stack>
  );
}
