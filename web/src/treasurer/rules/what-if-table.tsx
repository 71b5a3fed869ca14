import { Group, List, Paper, Table, Text, Title } from '@mantine/core';
import type { WhatIfAnswer } from '../../api/generated/types.gen';
import { compare, magnitude } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';

/** What each member and nobody pays now and would pay, the largest difference first, with the whole unchanged. */
export function WhatIfTable({ answer }: { answer: WhatIfAnswer }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { total, currency } = answer;
  const money = (amount: string | null): string => (amount === null ? '–' : figures.money(amount, currency));
  const change = (amount: string | null): string => (amount === null ? '–' : figures.change(amount, currency));
  const members = total.members.toSorted((a, b) =>
    compare(magnitude(b.net.difference ?? '0'), magnitude(a.net.difference ?? '0')),
  );
  const blocked = answer.periods.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'blocking'));
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <div role="status">
          <Title order={2} size="h4">
            {answer.changes.map((text) => figures.sentence(text)).join(' ')}
          </Title>
        </div>
        <CsvButton
          name="what-if"
          rows={[
            ['member', 'name', 'now', 'then', 'difference', 'currency'],
            ...members.map(({ member, net }) => [
              ...[member.code, member.name, net.now ?? '', net.then ?? '', net.difference ?? '', currency],
            ]),
          ]}
        />
      </Group>
      {blocked.length > 0 && (
        <List size="sm" mb="sm">
          {blocked.map(({ detail, remedy }) => (
            <List.Item key={detail}>
              {figures.sentence(detail)} {figures.sentence(remedy)}
            </List.Item>
          ))}
        </List>
      )}
      <WideTable name={say('what-if.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('preview.member')}</Table.Th>
            <Table.Th ta="right">{say('what-if.now')}</Table.Th>
            <Table.Th ta="right">{say('what-if.then')}</Table.Th>
            <Table.Th ta="right">{say('difference.name')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map(({ member, net }) => (
            <Table.Tr key={member.id}>
              <Table.Td>{member.name}</Table.Td>
              <Table.Td className="right figure">{money(net.now)}</Table.Td>
              <Table.Td className="right figure">{money(net.then)}</Table.Td>
              <Table.Td className="right figure">{change(net.difference)}</Table.Td>
            </Table.Tr>
          ))}
          {(['common', 'vacant', 'held'] as const).map((part) => (
            <Table.Tr key={part}>
              <Table.Td>{say(`difference.${part}`)}</Table.Td>
              <Table.Td className="right figure">{money(total[part].now)}</Table.Td>
              <Table.Td className="right figure">{money(total[part].then)}</Table.Td>
              <Table.Td className="right figure">{change(total[part].difference)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th>{say('costs.total')}</Table.Th>
            <Table.Th className="right figure">{money(total.total.now)}</Table.Th>
            <Table.Th className="right figure">{money(total.total.then)}</Table.Th>
            <Table.Th className="right figure">
              <Tag tone={total.check.then === null ? 'warn' : 'good'}>
                {say('what-if.check', { check: money(total.check.then) })}
              </Tag>
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </WideTable>
      <Text size="sm" mt="xs">
        {say('shared.before-tax')}
      </Text>
    </Paper>
  );
}
