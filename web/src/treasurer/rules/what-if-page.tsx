import { Button, NativeSelect, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMutation, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  keysListOptions,
  runViewsListOptions,
  simulationsBillingRunMutation,
  sitesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { rulesToChooseFrom } from './new-terms';
import { pastRunsOf } from './past-runs';
import { WhatIfTable } from './what-if-table';

/** What everybody would have paid by another rule, in months that are past; nothing of it is stored. */
export function WhatIfPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const { key: asked } = useSearch({ from: '/inside/rules/what-if' });
  const [{ data: keys }, { data: sites }, { data: runs }] = useSuspenseQueries({
    queries: [whole(keysListOptions()), whole(sitesListOptions()), whole(runViewsListOptions())],
  });
  const [draft, setDraft] = useState({ site: sites.items[0]?.code ?? '', period: '', key: asked ?? '', rule: '' });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const past = pastRunsOf(runs.items, draft.site);
  const run = past.find(({ id }) => id === draft.period) ?? past[0];
  const rules = rulesToChooseFrom(keys.items, draft.key);
  const rule = rules.find(({ id }) => id === draft.rule);
  const asking = useMutation(simulationsBillingRunMutation());
  return (
    <Stack gap="lg">
      <div>
        <Text size="sm">
          <Link to="/rules">{say('place.rules')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('what-if.title')}
        </Title>
        <Text>{say('what-if.text')}</Text>
      </div>
      <Paper
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!run || !rule) return;
          const changes = [{ kind: 'key' as const, key: draft.key, by: { terms: rule.terms } }];
          asking.mutate({ body: { site: draft.site, periods: [run.period], changes } });
        }}
      >
        {past.length === 0 ? (
          <Text>{say('what-if.no-past')}</Text>
        ) : (
          <>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
              <NativeSelect
                label={say('runs.site')}
                value={draft.site}
                data={sites.items.map(({ code, name }) => ({ value: code, label: name }))}
                onChange={(event) => set({ site: event.currentTarget.value, period: '' })}
              />
              <NativeSelect
                label={say('runs.period')}
                value={run?.id ?? ''}
                data={past.map(({ id, period }) => ({ value: id, label: figures.period(period) }))}
                onChange={(event) => set({ period: event.currentTarget.value })}
              />
              <NativeSelect
                label={say('adopt.key')}
                required
                value={draft.key}
                data={[{ value: '', label: '' }, ...keys.items.map(({ code, name }) => ({ value: code, label: name }))]}
                onChange={(event) => set({ key: event.currentTarget.value, rule: '' })}
              />
              <NativeSelect
                label={say('what-if.rule')}
                required
                value={draft.rule}
                data={[
                  { value: '', label: '' },
                  ...rules.map((one) => ({
                    value: one.id,
                    label: one.kind === undefined ? say('what-if.as', { name: one.name }) : say(`rule.${one.kind}`),
                  })),
                ]}
                onChange={(event) => set({ rule: event.currentTarget.value })}
              />
            </SimpleGrid>
            <Button type="submit" mt="sm" loading={asking.isPending}>
              {say('what-if.do')}
            </Button>
          </>
        )}
      </Paper>
      {asking.isError && <ProblemNote error={asking.error} />}
      {asking.data && <WhatIfTable answer={asking.data} />}
    </Stack>
  );
}
