import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  exceptionsListOptions,
  meterHealthListOptions,
  runViewsListOptions,
  supplierBillsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import type { Site } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { todayIn } from '../figures/today';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { Tag } from '../parts/tag';
import { LateBills } from './late-bills';
import { LateReadings } from './late-readings';
import { nextOf, stepOf, stepsDone } from './next-step';
import { NextThing } from './next-thing';
import { toneOf } from './run-state';
import { StepNav } from './step-nav';
import classes from './site-card.module.css';

/** One site: the next thing to do, where its cycle stands, what waits, and what is silent. */
export function SiteCard({ site, mayStart }: { site: Site; mayStart: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [runs, exceptions, health, bills] = useSuspenseQueries({
    queries: [
      whole(runViewsListOptions({ query: { site: site.code } })),
      whole(exceptionsListOptions({ query: { site: site.code, state: 'open' } })),
      whole(meterHealthListOptions({ query: { site: site.code } })),
      whole(supplierBillsListOptions({ query: { site: site.code } })),
    ],
  });
  const today = todayIn(site.zone);
  const next = nextOf(runs.data.items, today);
  const last = runs.data.items.find(
    ({ status, correction, leaver }) => status === 'closed' && correction === null && leaver === null,
  );
  const run = next.kind === 'go-on' ? next.run : last;
  const silent = new Set(health.data.items.filter(({ state }) => state === 'silent').map(({ meter }) => meter));
  const meters = new Set(health.data.items.map(({ meter }) => meter));
  const count = exceptions.data.items.length;
  return (
    <Paper component="article" aria-labelledby={`site-${site.code}`} p={{ base: 'md', sm: 'lg' }}>
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
        <NextThing site={site.code} next={next} mayStart={mayStart} today={today} />
        {next.kind === 'go-on' && <StepNav run={next.run.id} here={stepOf(next.run)} done={stepsDone(next.run)} />}
        <LateBills bills={bills.data.items} runs={runs.data.items} />
        <LateReadings runs={runs.data.items} />
        <dl className={classes.facts}>
          <div>
            <dt>{say('site.exceptions')}</dt>
            <dd>
              {count === 0 ? (
                say('site.exceptions-open', { count })
              ) : (
                <Link to="/readings" search={{ site: site.code }}>
                  {say('site.exceptions-open', { count })}
                </Link>
              )}
            </dd>
          </div>
          <div>
            <dt>{say('site.meters')}</dt>
            <dd>
              <Link to="/meters" search={{ site: site.code }}>
                {say('site.meters-silent', { silent: silent.size, meters: meters.size })}
              </Link>
            </dd>
          </div>
          {last?.totals && (
            <div>
              <dt>{say('site.last-run', { period: figures.period(last.period) })}</dt>
              <dd>
                <Link to="/runs/$run/$step" params={{ run: last.id, step: 'payments' }} className="figure">
                  {figures.money(last.totals.costs, last.currency)}
                </Link>
              </dd>
            </div>
          )}
        </dl>
      </Stack>
    </Paper>
  );
}
