import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import {
  runViewsChangesOptions,
  runViewsPreviewOptions,
  runViewsReconciliationOptions,
} from '../api/generated/@tanstack/react-query.gen';
import { compare, magnitude, percentOf } from '../figures/exact';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Tag } from '../parts/tag';
import { WideTable } from '../parts/wide-table';
import { MemberDrawer } from './member-drawer';
import { ReconciliationTable } from './reconciliation-table';
import type { StepProps } from './step';
import { useCalculate } from './use-run-step';

/** From this change on a member stands out, in whole percents either way. */
const outlierPercent = 30;

/** What each member would be billed, against last time, those that changed most first; and every cost with who bears it. */
export default function PreviewStep({ run, roles }: StepProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  const calculate = useCalculate();
  const navigate = useNavigate();
  const { member: opened } = useSearch({ strict: false });
  const [{ data: preview }, { data: changes }, { data: costs }] = useSuspenseQueries({
    queries: [
      runViewsPreviewOptions({ path: { id: run.id } }),
      runViewsChangesOptions({ path: { id: run.id } }),
      runViewsReconciliationOptions({ path: { id: run.id } }),
    ],
  });
  const mayCalculate = roles.includes('treasurer') && ['open', 'validated', 'previewed'].includes(run.status);
  const open = (member?: string): void =>
    void navigate({ to: '.', search: member === undefined ? {} : { member }, replace: true } as never);
  const rows = preview.members
    .map((one) => {
      const change = changes.items.find(({ member }) => member.id === one.member.id);
      const before = change?.before?.net;
      const difference = change?.difference ?? one.net;
      const percent = before === undefined ? undefined : percentOf(difference, before);
      return { ...one, before, difference, percent };
    })
    .toSorted((a, b) => compare(magnitude(b.difference), magnitude(a.difference)));
  const shown = rows.find(({ member }) => member.code === opened);
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
            {say('preview.calculate-note')}
          </Text>
        </Group>
      )}
      {calculate.isError && <ProblemNote error={calculate.error} />}
      {run.totals === null && run.issues.blocking > 0 && (
        <Paper>
          <Text>{say('preview.blocked', { count: run.issues.blocking })}</Text>
        </Paper>
      )}
      {rows.length > 0 && (
        <Paper>
          <Title order={2} size="h4" mb="xs">
            {say('preview.members', { count: rows.length })}
          </Title>
          <WideTable name={say('preview.members', { count: rows.length })} highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('preview.member')}</Table.Th>
                <Table.Th ta="right">{say('preview.this')}</Table.Th>
                <Table.Th ta="right">{say('preview.last')}</Table.Th>
                <Table.Th ta="right">{say('preview.change')}</Table.Th>
                <Table.Th ta="right">{say('preview.gross')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ member, net, gross, before, difference, percent }) => (
                <Table.Tr key={member.id}>
                  <Table.Td>
                    <Button
                      variant="transparent"
                      px={0}
                      h="auto"
                      mih={28}
                      onClick={() => open(member.code)}
                      className="wrap"
                    >
                      {member.name}
                    </Button>
                    {percent !== undefined && Math.abs(percent) >= outlierPercent && (
                      <>
                        {' '}
                        <Tag tone="warn">{say('preview.outlier')}</Tag>
                      </>
                    )}
                  </Table.Td>
                  <Table.Td className="right figure">{figures.money(net, preview.currency)}</Table.Td>
                  <Table.Td className="right figure">
                    {before === undefined ? say('preview.new') : figures.money(before, preview.currency)}
                  </Table.Td>
                  <Table.Td className="right figure">
                    {figures.change(difference, preview.currency)}
                    {percent !== undefined && ` (${figures.percent(percent)})`}
                  </Table.Td>
                  <Table.Td className="right figure">{figures.money(gross, preview.currency)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        </Paper>
      )}
      {costs.lines.length > 0 && <ReconciliationTable run={run.id} reconciliation={costs} />}
      <MemberDrawer run={run.id} member={shown} currency={preview.currency} close={() => open()} />
    </Stack>
  );
}
