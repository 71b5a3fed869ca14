import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import {
  exceptionsListOptions,
  meterHealthListOptions,
  runViewsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type { Site } from '../api/generated/types.gen';
import { useFigures, useWords } from '../messages/words';
import { Tag } from '../parts/tag';
import { toneOf } from './run-state';
import classes from './site-card.module.css';

/** One site: where its cycle stands, what waits, and what is silent. */
export function SiteCard({ site }: { site: Site }) {
  const say = useWords();
  const figures = useFigures();
  const [runs, exceptions, health] = useSuspenseQueries({
    queries: [
      runViewsListOptions({ query: { site: site.code, limit: '24' } }),
      exceptionsListOptions({ query: { site: site.code, state: 'open', limit: '1000' } }),
      meterHealthListOptions({ query: { site: site.code, limit: '1000' } }),
    ],
  });
  const run = runs.data.items.find(({ status, correction }) => status !== 'cancelled' && correction === null);
  const silent = new Set(health.data.items.filter(({ state }) => state === 'silent').map(({ meter }) => meter));
  const meters = new Set(health.data.items.map(({ meter }) => meter));
  return (
    <Paper component="article" aria-labelledby={`site-${site.code}`} p="lg">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h3" id={`site-${site.code}`}>
              {site.name}
            </Title>
            <Text size="sm" c="dimmed">
              {site.address}
            </Text>
          </div>
          {run && (
            <Tag tone={toneOf(run.status)}>{`${figures.period(run.period)}: ${say(`run.state.${run.status}`)}`}</Tag>
          )}
        </Group>
        <dl className={classes.facts}>
          <div>
            <dt>{say('site.exceptions')}</dt>
            <dd>{say('site.exceptions-open', { count: exceptions.data.items.length })}</dd>
          </div>
          <div>
            <dt>{say('site.meters')}</dt>
            <dd>{say('site.meters-silent', { silent: silent.size, meters: meters.size })}</dd>
          </div>
          {run?.totals && (
            <div>
              <dt>{say('site.last-run', { period: figures.period(run.period) })}</dt>
              <dd className="figure">{figures.money(run.totals.costs, run.currency)}</dd>
            </div>
          )}
        </dl>
      </Stack>
    </Paper>
  );
}
