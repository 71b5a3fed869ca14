import { Paper, Text } from '@mantine/core';
import type { DisputePatterns } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CardTable } from '../../parts/card-table';
import { ListHead } from '../../parts/list-head';

/** What is questioned, by what the line was for: where many ask the same, the cause is not the member. */
export default function Patterns({ patterns, currency }: { patterns: DisputePatterns['items']; currency: string }) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <Paper>
      <ListHead
        title={say('patterns.title')}
        csv={[
          'question-patterns',
          ['section', 'line', 'asked', 'members', 'open', 'upheld', 'rejected', 'amount', 'currency'],
          ...patterns.map((one) => [
            ...[one.section, one.description],
            ...[one.asked, one.members, one.open, one.upheld, one.rejected].map(String),
            ...[one.amount, currency],
          ]),
        ]}
      />
      <Text size="sm" mb="xs">
        {say('patterns.text')}
      </Text>
      <CardTable
        name={say('patterns.title')}
        heads={[
          ...[say('bill.what'), say('patterns.asked'), say('patterns.members'), say('patterns.open')],
          ...[say('patterns.upheld'), say('patterns.rejected'), say('patterns.amount')],
        ]}
        figures={[1, 2, 3, 4, 5, 6]}
        rows={patterns.map(({ section, description, asked, members, open, upheld, rejected, amount }) => ({
          key: `${section} ${description}`,
          cells: [
            description,
            ...[asked, members, open, upheld, rejected].map((count) => figures.number(String(count))),
            figures.money(amount, currency),
          ],
        }))}
      />
    </Paper>
  );
}
