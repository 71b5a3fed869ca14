import { Anchor, Paper, Table, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { invoicesListOptions } from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ListHead } from '../../parts/list-head';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';

/** Every document the member was sent, with its PDF as it was issued. */
export function Documents({ member }: { member: string }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(whole(invoicesListOptions({ query: { member } })));
  return (
    <Paper>
      <ListHead
        title={say('documents.title')}
        csv={[
          `documents-${member}`,
          ['number', 'kind', 'from', 'to', 'issued', 'due', 'net', 'tax', 'gross', 'currency', 'credited by'],
          ...data.items.map((one) => [
            ...[one.number, one.kind, one.period.from, one.period.to, one.issuedOn, one.dueOn],
            ...[one.net, one.tax, one.gross, one.currency, one.creditedBy ?? ''],
          ]),
        ]}
      />
      {data.items.length === 0 ? (
        <Text>{say('documents.none')}</Text>
      ) : (
        <WideTable name={say('documents.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('send.number')}</Table.Th>
              <Table.Th>{say('runs.period')}</Table.Th>
              <Table.Th>{say('send.due')}</Table.Th>
              <Table.Th ta="right">{say('preview.gross')}</Table.Th>
              <Table.Th>PDF</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ id, number, period, dueOn, gross, currency, creditedBy, document }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Link to="/statements/$number" params={{ number }} className="figure">
                    {number}
                  </Link>{' '}
                  {creditedBy !== null && <Tag>{say('documents.credited', { number: creditedBy })}</Tag>}
                </Table.Td>
                <Table.Td>{figures.period(period)}</Table.Td>
                <Table.Td className="figure">{figures.day(dueOn)}</Table.Td>
                <Table.Td className="right figure">{figures.money(gross, currency)}</Table.Td>
                <Table.Td>
                  {document === 'done' ? (
                    <Anchor href={`/api/v1/invoices/${id}/document.pdf`} aria-label={say('send.pdf-of', { number })}>
                      PDF
                    </Anchor>
                  ) : (
                    say('send.pending')
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Paper>
  );
}
