import { Paper, Table, TextInput } from '@mantine/core';
import { isZero } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';
import type { Balance } from './bill-draft';

type Typed = { readonly value: string; readonly onChange: (event: React.ChangeEvent<HTMLInputElement>) => void };

/** The foot of the bill: what the paper says, what the lines come to, and what lies between; it has to be nothing. */
export function BillFoot({
  balance,
  currency,
  net,
  tax,
}: {
  balance: Balance;
  currency: string;
  net: Typed;
  tax: Typed;
}) {
  const say = useOfficeWords();
  const { money, change } = useFigures();
  const rows = [
    { name: say('bill.net'), typed: net, lines: balance.net, off: balance.netOff },
    { name: say('bill.tax'), typed: tax, lines: balance.tax, off: balance.taxOff },
  ];
  return (
    <Paper>
      <WideTable name={say('bill.foot')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('bill.foot')}</Table.Th>
            <Table.Th>{say('bill.on-paper')}</Table.Th>
            <Table.Th ta="right">{say('bill.of-lines')}</Table.Th>
            <Table.Th ta="right">{say('difference.name')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, typed, lines, off }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td miw={130}>
                <TextInput aria-label={say('bill.paper-says', { name })} required inputMode="decimal" {...typed} />
              </Table.Td>
              <Table.Td className="right figure">{money(lines, currency)}</Table.Td>
              <Table.Td className="right figure">
                {off === undefined ? (
                  '–'
                ) : (
                  <Tag tone={isZero(off) ? 'good' : 'bad'}>
                    {isZero(off) ? money('0', currency) : change(off, currency)}
                  </Tag>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}
