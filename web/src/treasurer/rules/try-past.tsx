import { Button, NativeSelect, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMutation, useSuspenseQueries } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  runViewsListOptions,
  simulationsBillingRunMutation,
  sitesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { WhatIfChange } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { pastRunsOf } from './past-runs';

/** Fetched with the first answer: who only writes a rule never loads the table. */
const WhatIfTable = lazy(async () => ({ default: (await import('./what-if-table')).WhatIfTable }));

interface Props {
  /** What the rule that is being written could stand in place of. */
  readonly places: readonly { readonly code: string; readonly name: string }[];
  /** The rule in place of one of them; undefined while it is not whole. */
  readonly changeOf: (code: string) => WhatIfChange | undefined;
}

/** What a month that is past would have cost by the rule that is being written. Nothing is stored. */
export function TryPast({ places, changeOf }: Props) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [{ data: sites }, { data: runs }] = useSuspenseQueries({
    queries: [whole(sitesListOptions()), whole(runViewsListOptions())],
  });
  const [draft, setDraft] = useState({ site: sites.items[0]?.code ?? '', period: '', place: places[0]?.code ?? '' });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const past = pastRunsOf(runs.items, draft.site);
  const run = past.find(({ id }) => id === draft.period) ?? past[0];
  const change = changeOf(draft.place);
  const asking = useMutation(simulationsBillingRunMutation());
  if (places.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-labelledby="try-past">
      <Paper>
        <Title order={2} size="h3" id="try-past">
          {say('try.title')}
        </Title>
        <Text size="sm" mb="sm">
          {say('try.text')}
        </Text>
        {run ? (
          <>
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
              <NativeSelect
                label={say('runs.site')}
                value={draft.site}
                data={sites.items.map(({ code, name }) => ({ value: code, label: name }))}
                onChange={(event) => set({ site: event.currentTarget.value, period: '' })}
              />
              <NativeSelect
                label={say('runs.period')}
                value={run.id}
                data={past.map(({ id, period }) => ({ value: id, label: figures.period(period) }))}
                onChange={(event) => set({ period: event.currentTarget.value })}
              />
              {places.length > 1 && (
                <NativeSelect
                  label={say('try.place')}
                  value={draft.place}
                  data={places.map(({ code, name }) => ({ value: code, label: `${name} (${code})` }))}
                  onChange={(event) => set({ place: event.currentTarget.value })}
                />
              )}
            </SimpleGrid>
            <Button
              variant="default"
              mt="sm"
              disabled={change === undefined}
              loading={asking.isPending}
              onClick={() => {
                if (change) asking.mutate({ body: { site: draft.site, periods: [run.period], changes: [change] } });
              }}
            >
              {say('what-if.do')}
            </Button>
            {change === undefined && <Text size="sm">{say('draft.waiting')}</Text>}
          </>
        ) : (
          <Text>{say('what-if.no-past')}</Text>
        )}
      </Paper>
      {asking.isError && <ProblemNote error={asking.error} />}
      {asking.data && (
        <Suspense>
          <WhatIfTable answer={asking.data} />
        </Suspense>
      )}
    </Stack>
  );
}
