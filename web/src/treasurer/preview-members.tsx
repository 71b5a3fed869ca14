import { Button, Paper, Table, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { runViewsChangesOptions, runViewsPreviewOptions } from '../api/generated/@tanstack/react-query.gen';
import { compare, magnitude, percentOf } from '../figures/exact';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { Tag } from '../parts/tag';
import { WideTable } from '../parts/wide-table';
import { MemberDrawer } from './member-drawer';

/** From this change on a member stands out, in whole percents either way. */
const outlierPercent = 30;

/** What each member would be billed, against last time, those that changed most first. */
export function PreviewMembers({ run }: { run: string }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const { member: opened } = useSearch({ strict: false });
  const [{ data: preview }, { data: changes }] = useSuspenseQueries({
    queries: [runViewsPreviewOptions({ path: { id: run } }), runViewsChangesOptions({ path: { id: run } })],
  });
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
    <>
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
      <MemberDrawer run={run} member={shown} currency={preview.currency} close={() => open()} />
    </>
  );
}
