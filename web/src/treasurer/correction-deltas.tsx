import { List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runViewsDeltasOptions } from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun, CorrectionDeltas as Deltas } from '../api/generated/types.gen';
import { compare, magnitude, sum } from '../figures/exact';
import { useCorrectionWords } from '../messages/corrections';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ListHead } from '../parts/list-head';
import { WideTable } from '../parts/wide-table';

type Delta = Deltas['items'][number];

/** What a correction changes: for each member, and in each cost with the reasons. One reading moves everybody who shares a pool with it. */
export function CorrectionDeltas({ run }: { run: BillingRun }) {
  const say = useCorrectionWords();
  const tell = useOfficeWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(runViewsDeltasOptions({ path: { id: run.id } }));
  const change = (amount: string): string => figures.change(amount, data.currency);
  if (run.totals === null) {
    return (
      <Paper>
        <Text>{say('correction.not-yet')}</Text>
      </Paper>
    );
  }
  if (data.items.length === 0) {
    return (
      <Paper>
        <Title order={2} size="h4" mb={4}>
          {say('correction.nothing')}
        </Title>
        <Text>{say('correction.nothing-text')}</Text>
      </Paper>
    );
  }
  const members = data.members.toSorted((a, b) => compare(magnitude(b.change), magnitude(a.change)));
  return (
    <>
      <Paper>
        <ListHead
          title={say('correction.members', { count: members.length })}
          csv={[
            'correction-members',
            ['member', 'name', 'change', 'held', 'currency', 'instead of'],
            ...members.map(({ member, change: moved, held, document }) => [
              ...[member.code, member.name, moved, held, data.currency, document ?? ''],
            ]),
          ]}
        />
        <Text size="sm" c="dimmed" mb="xs">
          {data.sentence}
        </Text>
        <WideTable name={say('correction.members', { count: members.length })}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{tell('preview.member')}</Table.Th>
              <Table.Th ta="right">{tell('preview.change')}</Table.Th>
              <Table.Th ta="right">{say('correction.held')}</Table.Th>
              <Table.Th>{say('correction.instead')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map(({ member, change: moved, held, document }) => (
              <Table.Tr key={member.id}>
                <Table.Td>{member.name}</Table.Td>
                <Table.Td className="right figure">{change(moved)}</Table.Td>
                <Table.Td className="right figure">{change(held)}</Table.Td>
                <Table.Td>
                  {document !== null && (
                    <Link to="/statements/$number" params={{ number: document }} className="figure">
                      {document}
                    </Link>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      </Paper>
      <Paper>
        <ListHead
          title={say('correction.why')}
          csv={[
            'correction-changes',
            ['cost', 'source', 'borne as', 'member', 'space', 'before', 'after', 'change', 'currency', 'reasons'],
            ...data.items.map((one) => [
              ...[one.description, one.source, one.kind, one.member?.code ?? '', one.space ?? ''],
              ...[one.before, one.after, one.amount, data.currency],
              one.reasons.map(({ sentence }) => sentence).join(' '),
            ]),
          ]}
        />
        <Stack gap="xs">
          {byBearer(data.items, ({ kind, member, space }) =>
            kind === 'member'
              ? (member?.name ?? '')
              : `${tell(`difference.${kind}`)} ${member?.name ?? space ?? ''}`.trim(),
          ).map(([name, items]) => (
            <details key={name} open={data.items.length <= fewChanges}>
              <summary>
                {name} <b className="figure">{change(sum(items.map(({ amount }) => amount)))}</b>
              </summary>
              <List size="sm" spacing={6} my="xs">
                {items.map((one, i) => (
                  <List.Item key={i}>
                    {one.description}:{' '}
                    <span className="figure">
                      {say('correction.before-after', {
                        before: figures.money(one.before, data.currency),
                        after: figures.money(one.after, data.currency),
                      })}
                    </span>
                    , <b className="figure">{change(one.amount)}</b>
                    {one.reasons.map(({ sentence }) => (
                      <Text key={sentence} size="sm" c="dimmed">
                        {figures.sentence(sentence)}
                      </Text>
                    ))}
                  </List.Item>
                ))}
              </List>
            </details>
          ))}
        </Stack>
      </Paper>
    </>
  );
}

/** Where there are no more changes than these, all of them lie open. */
const fewChanges = 12;

/** The changes of each who bears some, in the order in which they come. */
function byBearer(
  items: readonly Delta[],
  nameOf: (item: Delta) => string,
): readonly (readonly [string, readonly Delta[]])[] {
  const found = new Map<string, Delta[]>();
  for (const item of items) {
    const name = nameOf(item);
    found.set(name, [...(found.get(name) ?? []), item]);
  }
  return [...found];
}
