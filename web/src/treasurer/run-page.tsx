import { Group, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { peopleMeOptions, runViewsGetOptions } from '../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { DifferenceLine } from '../parts/difference-line';
import { Tag } from '../parts/tag';
import { Waiting } from '../parts/waiting';
import { CorrectionLine, CorrectionNote } from './correction-line';
import { isStep, type Step, stepOf, stepsDone } from './next-step';
import { toneOf } from './run-state';
import { StepNav } from './step-nav';
import type { StepProps } from './step';

const CancelRun = lazy(async () => ({ default: (await import('./cancel-run')).CancelRun }));
const CancelledRun = lazy(async () => ({ default: (await import('./cancelled-run')).CancelledRun }));
const StartCorrection = lazy(async () => ({ default: (await import('./start-correction')).StartCorrection }));

const pages: Readonly<Record<Step, React.ComponentType<StepProps>>> = {
  bill: lazy(() => import('./bill-step')),
  readings: lazy(() => import('./readings-step')),
  preview: lazy(() => import('./preview-step')),
  approve: lazy(() => import('./approve-step')),
  send: lazy(() => import('./send-step')),
  payments: lazy(() => import('./payments-step')),
};

/** A run at one of its steps. Which one stands in the address, so that a reload, a bookmark and a link lead back to it. */
export function RunPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const { run: id, step } = useParams({ strict: false });
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const { data: run } = useSuspenseQuery({
    ...runViewsGetOptions({ path: { id: id ?? '' } }),
    // Others send it and make its documents; where no event tells so, it is asked for.
    refetchInterval: ({ state }) => (['approved', 'issued'].includes(state.data?.status ?? '') ? 3_000 : false),
  });
  if (step === undefined || !isStep(step)) {
    return <Navigate to="/runs/$run/$step" params={{ run: run.id, step: stepOf(run) }} replace />;
  }
  const Page = pages[step];
  const isIssued = run.status === 'issued' || run.status === 'closed';
  const isCancelled = run.status === 'cancelled';
  const isTreasurer = me.roles.includes('treasurer');
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h2">
            {say(run.correction === null ? 'run.title' : 'run.title-correction', {
              period: figures.period(run.period),
            })}
          </Title>
          <Text c="dimmed">{run.site.code}</Text>
        </div>
        <Tag tone={toneOf(run.status)}>{say(`run.state.${run.status}`)}</Tag>
      </Group>
      {run.correction && <CorrectionNote correction={run.correction} />}
      {!isCancelled && <StepNav run={run.id} here={step} done={stepsDone(run)} />}
      <Suspense fallback={<Waiting />}>
        {isCancelled ? (
          <CancelledRun run={run} roles={me.roles} isDemo={me.community.demo} />
        ) : (
          <Page key={step} run={run} roles={me.roles} isDemo={me.community.demo} />
        )}
        {isTreasurer && run.actions.includes('cancel') && <CancelRun key={run.id} run={run} />}
        {isTreasurer && isIssued && run.leaver === null && <StartCorrection key={run.id} run={run} />}
      </Suspense>
      {run.correction === null ? (
        <DifferenceLine totals={run.totals} currency={run.currency} />
      ) : (
        <CorrectionLine run={run} />
      )}
    </Stack>
  );
}
