import { List, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runViewsLaterFactsOptions } from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun, LaterFacts } from '../api/generated/types.gen';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { correctionUnderWay } from './run-state';

/** Of so many months, the latest: what comes late comes by days or weeks, and each month is measured anew to find out. */
const months = 3;

/** Readings and changes of who was where that came after a month was issued, where they ask for a correction; with the way to it. The page does not wait for it. */
export function LateReadings({ runs }: { runs: readonly BillingRun[] }) {
  const issued = runs
    .filter(
      ({ status, correction, leaver }) =>
        (status === 'issued' || status === 'closed') && correction === null && leaver === null,
    )
    .toSorted((a, b) => b.period.from.localeCompare(a.period.from))
    .slice(0, months);
  const found = useQueries({
    queries: issued.map(({ id }) => ({ ...runViewsLaterFactsOptions({ path: { id } }), retry: false })),
  });
  return issued.map((run, i) => {
    const facts = found[i]?.data;
    if (!facts || facts.readings.length + facts.occupancies.length === 0) return null;
    return <Month key={run.id} run={run} facts={facts} open={correctionUnderWay(runs, run.id)} />;
  });
}

/** So many lie open; more are unfolded. */
const few = 5;

function Month({ run, facts, open }: { run: BillingRun; facts: LaterFacts; open: BillingRun | undefined }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { readings, occupancies } = facts;
  const period = figures.period(run.period);
  const meters = new Set(readings.map(({ meter }) => meter));
  return (
    <div>
      {readings.length > 0 && (
        <details open={readings.length <= few}>
          <summary>{say('late.readings', { count: meters.size, period })}</summary>
          <List size="sm">
            {readings.map(({ meter, from, before, after, unit }) => (
              <List.Item key={`${meter} ${from}`}>
                {say('late.use', {
                  meter,
                  before: `${figures.number(before)} ${unit}`,
                  after: `${figures.number(after)} ${unit}`,
                })}
              </List.Item>
            ))}
          </List>
        </details>
      )}
      {occupancies.length > 0 && (
        <details open={occupancies.length <= few}>
          <summary>{say('late.stays', { period })}</summary>
          <List size="sm">
            {occupancies.map(({ member, space, at }) => (
              <List.Item key={`${member} ${space} ${at}`}>{say('late.stay', { member, space })}</List.Item>
            ))}
          </List>
        </details>
      )}
      <Text size="sm">
        <Link to={(open ? `/runs/${open.id}` : `/runs/${run.id}/payments`) as '/runs'}>
          {say(open ? 'late.go-on-month' : 'late.correct-month', { period })}
        </Link>
      </Text>
    </div>
  );
}
