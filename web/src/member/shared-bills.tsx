import { Paper, Text } from '@mantine/core';
import { isZero } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { ListHead } from '../parts/list-head';
import { Tag } from '../parts/tag';
import type { Shared } from './statement-model';

/** How each bill was shared among all: its lines, all members together, and what of it is one's own. */
export function SharedBills({ sharing, currency }: { sharing: readonly Shared[]; currency: string }) {
  const say = useWords();
  const figures = useFigures();
  const money = (amount: string): string => figures.money(amount, currency);
  return sharing.map((bill) => (
    <Paper key={`${bill.title} ${bill.document ?? ''}`}>
      <ListHead
        title={say('shared.title', { bill: [bill.title, bill.document].filter(Boolean).join(', ') })}
        csv={[
          'shared',
          ['bill', 'what', 'amount', 'all members', 'you', 'currency', 'shared by'],
          ...bill.components.map((one) => [
            ...[bill.document ?? bill.title, one.label, one.amount, one.members, one.you, currency, one.sharedBy],
          ]),
        ]}
      />
      <Text size="sm" c="dimmed" mb="xs">
        {say('shared.before-tax')}
      </Text>
      <CardTable
        name={bill.title}
        heads={[say('bill.what'), say('costs.amount'), say('shared.all'), say('shared.you'), say('bill.key')]}
        figures={[1, 2, 3]}
        rows={bill.components.map((one) => ({
          key: one.label,
          cells: [one.label, money(one.amount), money(one.members), money(one.you), one.sharedBy],
        }))}
        foot={{
          key: 'total',
          cells: [
            say('costs.total'),
            money(bill.total.amount),
            money(bill.total.members),
            money(bill.total.you),
            <Tag key="difference" tone={isZero(bill.difference) ? 'good' : 'bad'}>
              {`${say('difference.name')} ${money(bill.difference)}`}
            </Tag>,
          ],
        }}
      />
    </Paper>
  ));
}
