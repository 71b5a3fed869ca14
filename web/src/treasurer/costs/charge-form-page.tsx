import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  chargesCreateMutation,
  keysListOptions,
  peopleMeOptions,
  sitesListOptions,
  spacesListOptions,
  taxRatesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';

const sections = ['rent', 'service', 'internet', 'energy', 'fee', 'other'] as const;
const pers = ['month', 'day', 'year', 'once'] as const;
type Section = (typeof sections)[number];
type Per = (typeof pers)[number];

/** A cost that comes back, or comes once: rent, service, internet, cleaning; shared by a key, or borne by one space. */
export function ChargeFormPage() {
  const say = useOfficeWords();
  const { read, number } = useFigures();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [{ data: sites }, { data: keys }, { data: spaces }, { data: rates }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(sitesListOptions()),
      whole(keysListOptions()),
      whole(spacesListOptions()),
      whole(taxRatesListOptions()),
      peopleMeOptions(),
    ],
  });
  const [draft, setDraft] = useState({
    ...{ site: sites.items[0]?.code ?? '', code: '', description: '', section: 'rent' as Section, taxCode: '' },
    ...{ amount: '', per: 'month' as Per, bearer: '', from: '', to: '' },
  });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const text = (name: 'code' | 'description' | 'amount' | 'from' | 'to') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  const entering = useMutation({
    ...chargesCreateMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/costs' });
    },
  });
  const enter = (): void => {
    const { site, code, description, section, taxCode, per, bearer, from, to } = draft;
    const amount = read(draft.amount) ?? draft.amount.trim();
    const days = { from, to: to === '' ? null : to };
    const [kind, who = ''] = bearer.split(' ');
    const borne = kind === 'space' ? { space: who } : { key: who };
    const shared = { site, code, description, section, taxCode, days, amount, ...borne };
    entering.mutate({
      body: per === 'once' ? { ...shared, kind: 'one-off' } : { ...shared, kind: 'recurring', per },
    });
  };
  const own = sites.items.find(({ code }) => code === draft.site)?.id;
  const isOff = draft.amount.trim() !== '' && read(draft.amount) === undefined;
  return (
    <Stack
      gap="lg"
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        enter();
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/costs">{say('place.costs')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('charge.enter')}
        </Title>
      </div>
      <Paper>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
          <NativeSelect
            label={say('runs.site')}
            value={draft.site}
            data={sites.items.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(event) => set({ site: event.currentTarget.value, bearer: '' })}
          />
          <TextInput
            label={say('charge.description')}
            description={say('charge.description-note')}
            required
            {...text('description')}
          />
          <TextInput label={say('charge.code')} description={say('charge.code-note')} required {...text('code')} />
          <NativeSelect
            label={say('charge.section')}
            value={draft.section}
            data={sections.map((value) => ({ value, label: say(`charge.section.${value}`) }))}
            onChange={(event) => set({ section: event.currentTarget.value as Section })}
          />
          <TextInput
            label={say('charge.amount', { currency: me.community.currency })}
            required
            inputMode="decimal"
            error={isOff ? say('bill.not-read', { example: number('1234.56') }) : undefined}
            {...text('amount')}
          />
          <NativeSelect
            label={say('charge.per')}
            value={draft.per}
            data={pers.map((value) => ({ value, label: say(`charge.per.${value}`) }))}
            onChange={(event) => set({ per: event.currentTarget.value as Per })}
          />
          <NativeSelect
            label={say('charge.bearer')}
            required
            value={draft.bearer}
            data={[
              { value: '', label: '' },
              ...keys.items.map(({ code, name }) => ({ value: `key ${code}`, label: say('charge.by-key', { name }) })),
              ...spaces.items
                .filter(({ siteId }) => siteId === own)
                .map(({ code, name }) => ({ value: `space ${code}`, label: say('charge.by-space', { name }) })),
            ]}
            onChange={(event) => set({ bearer: event.currentTarget.value })}
          />
          <NativeSelect
            label={say('bill.tax-code')}
            required
            value={draft.taxCode}
            data={['', ...new Set(rates.items.map(({ code }) => code))]}
            onChange={(event) => set({ taxCode: event.currentTarget.value })}
          />
          <TextInput type="date" label={say('charge.from')} required {...text('from')} />
          <TextInput
            type="date"
            label={say('charge.first-day-not')}
            description={say('charge.open')}
            min={draft.from}
            {...text('to')}
          />
        </SimpleGrid>
      </Paper>
      {entering.isError && <ProblemNote error={entering.error} />}
      <Group>
        <Button type="submit" loading={entering.isPending}>
          {say('charge.save')}
        </Button>
      </Group>
    </Stack>
  );
}
