import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { runViewsReconciliationOptions } from '../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../messages/office';
import { ProblemNote } from '../parts/problem-note';
import { CorrectionDeltas } from './correction-deltas';
import { PreviewMembers } from './preview-members';
import { ReconciliationTable } from './reconciliation-table';
import type { StepProps } from './step';
import { useCalculate } from './use-run-step';

/** What the run comes to before anything is sent: for each member, and every cost with who bears it. A correction shows what it changes. */
export default function PreviewStep({ run, roles }: StepProps) {
  const say = useOfficeWords();
  const calculate = useCalculate();
  const { data: costs } = useSuspenseQuery(runViewsReconciliationOptions({ path: { id: run.id } }));
  const mayCalculate =
    roles.includes('treasurer') && ['open', 'validated', 'previewed', 'approved'].includes(run.status);
  return (
    <Stack gap="lg">
      {mayCalculate && (
        <Group>
          <Button
            variant={run.totals === null ? 'filled' : 'default'}
            loading={calculate.isPending}
            onClick={() => calculate.mutate({ path: { id: run.id } })}
          >
            {say(run.totals === null ? 'preview.calculate' : 'preview.again')}
          </Button>
          <Text size="sm" c="dimmed" maw={520}>
            {say(run.status === 'approved' ? 'preview.calculate-approved' : 'preview.calculate-note')}
          </Text>
        </Group>
      )}
      {calculate.isError && <ProblemNote error={calculate.error} />}
      {run.totals === null && run.issues.blocking > 0 && (
        <Paper>
          <Text>{say('preview.blocked', { count: run.issues.blocking })}</Text>
        </Paper>
      )}
      {run.correction === null ? <PreviewMembers run={run.id} /> : <CorrectionDeltas run={run} />}
      {costs.lines.length > 0 && <ReconciliationTable run={run.id} reconciliation={costs} />}
    </Stack>
  );
}
