import { Anchor, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { supplierBillsCheckOptions } from '../../api/generated/@tanstack/react-query.gen';
import type { BillCheck, SupplierBill } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';
import { Decisions } from './bill-decisions';

/** A supplier's bill as it came, recomputed line by line, and what was decided where it does not agree. */
export function BillPaper({ bill, mayDecide }: { bill: SupplierBill; mayDecide: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { data: check } = useSuspenseQuery(supplierBillsCheckOptions({ path: { id: bill.id } }));
  return (
    <Paper>
      <Group justify="space-between" align="flex-start" mb="xs">
        <div>
          <Title order={2} size="h4">
            {bill.supplier}, {bill.number}
          </Title>
          <Text size="sm" c="dimmed">
            {figures.period(bill.period)}
            {bill.kind !== 'actual' && `, ${say(`bill.kind.${bill.kind}`)}`}
          </Text>
        </div>
        <Group gap="sm">
          <Tag tone={check.agrees ? 'good' : 'bad'}>{say(check.agrees ? 'bill.agrees' : 'bill.differs')}</Tag>
          <CsvButton name={`bill-${bill.number}`} rows={rowsOf(bill, check)} />
        </Group>
      </Group>
      <Lines bill={bill} check={check} />
      <Stack gap={4} mt="xs">
        {check.energy.map(({ band, unit, billed, measured, status }) => (
          <Text size="sm" key={band ?? ''}>
            {say('bill.energy', {
              band: band ?? say('bill.all-bands'),
              billed: `${figures.number(billed)} ${unit}`,
              measured: measured === null ? say('bill.not-measured') : `${figures.number(measured)} ${unit}`,
            })}{' '}
            <b>{say(`bill.status.${status}`)}</b>
          </Text>
        ))}
        {check.notes.map((note) => (
          <Text size="sm" key={note}>
            {figures.sentence(note)}
          </Text>
        ))}
        {bill.warnings.map(({ detail, remedy }) => (
          <Text size="sm" key={detail}>
            <b>{figures.sentence(detail)}</b> {figures.sentence(remedy)}
          </Text>
        ))}
        {bill.document && (
          <Text size="sm">
            <Anchor href={`/api/v1/supplier-bills/${bill.id}/document`}>
              {say('bill.document', { name: bill.document.name })}
            </Anchor>
            {bill.document.sameAs.length > 0 &&
              ` ${say('bill.same-file', { numbers: bill.document.sameAs.map(({ number }) => number).join(', ') })}`}
          </Text>
        )}
      </Stack>
      {check.contract && <Contract check={check} currency={bill.currency} />}
      <Decisions bill={bill} mayDecide={mayDecide} />
    </Paper>
  );
}

const rowsOf = ({ components, currency }: SupplierBill, check: BillCheck): readonly (readonly string[])[] => [
  ['line', 'description', 'kind', 'quantity', 'unit', 'price', 'amount', 'currency', 'key', 'recomputed', 'difference'],
  ...components.map((one) => {
    const found = check.components.find(({ no }) => no === one.no);
    return [
      ...[String(one.no), one.description, one.kind, one.quantity ?? '', one.unit ?? '', one.price ?? ''],
      ...[one.amount, currency, one.key.code, found?.status ?? '', found?.difference ?? ''],
    ];
  }),
];

function Lines({ bill, check }: { bill: SupplierBill; check: BillCheck }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const found = (no: number) => check.components.find((one) => one.no === no);
  return (
    <WideTable name={`${bill.supplier}, ${bill.number}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{say('bill.what')}</Table.Th>
          <Table.Th ta="right">{say('bill.quantity')}</Table.Th>
          <Table.Th ta="right">{say('bill.price')}</Table.Th>
          <Table.Th ta="right">{say('bill.amount')}</Table.Th>
          <Table.Th>{say('bill.key')}</Table.Th>
          <Table.Th>{say('bill.check')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bill.components.map(({ no, description, quantity, unit, price, amount, key }) => (
          <Table.Tr key={no}>
            <Table.Td>{description}</Table.Td>
            <Table.Td className="right figure">
              {quantity === null ? '' : `${figures.number(quantity)} ${unit ?? ''}`}
            </Table.Td>
            <Table.Td className="right figure">{price === null ? '' : figures.number(price)}</Table.Td>
            <Table.Td className="right figure">{figures.money(amount, bill.currency)}</Table.Td>
            <Table.Td>{key.code}</Table.Td>
            <Table.Td>
              {say(`bill.status.${found(no)?.status ?? 'not-checkable'}`)}
              {found(no)?.status === 'differs' && (
                <span className="figure"> {figures.change(found(no)?.difference ?? '0', bill.currency)}</span>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th colSpan={3}>{say('bill.net')}</Table.Th>
          <Table.Th ta="right" className="figure">
            {figures.money(bill.net, bill.currency)}
          </Table.Th>
          <Table.Th colSpan={2}>
            {say('bill.gross', {
              tax: figures.money(bill.tax, bill.currency),
              gross: figures.money(bill.gross, bill.currency),
            })}
          </Table.Th>
        </Table.Tr>
      </Table.Tfoot>
    </WideTable>
  );
}

/** Each element of the bill beside what the supplier's contract comes to. */
function Contract({ check, currency }: { check: BillCheck; currency: string }) {
  const say = useOfficeWords();
  const figures = useFigures();
  if (check.contract === null) return null;
  return (
    <>
      <Group justify="space-between" mt="md" mb="xs">
        <Title order={3} size="h5">
          {say('bill.contract', { tariff: check.contract.tariff })}
        </Title>
        <CsvButton
          name="bill-beside-contract"
          rows={[
            ['what', 'billed', 'expected', 'difference', 'currency', 'status', 'because'],
            ...check.contract.elements.map((one) => [
              ...[one.name, one.billed ?? '', one.expected ?? '', one.difference, currency, one.status, one.because],
            ]),
          ]}
        />
      </Group>
      <WideTable name={say('bill.contract', { tariff: check.contract.tariff })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('bill.what')}</Table.Th>
            <Table.Th ta="right">{say('bill.billed')}</Table.Th>
            <Table.Th ta="right">{say('bill.expected')}</Table.Th>
            <Table.Th ta="right">{say('difference.name')}</Table.Th>
            <Table.Th>{say('bill.check')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {check.contract.elements.map(({ name, billed, expected, difference, status, because }) => (
            <Table.Tr key={name}>
              <Table.Td>
                {name}
                <Text size="xs" c="dimmed">
                  {because}
                </Text>
              </Table.Td>
              <Table.Td className="right figure">{billed === null ? '–' : figures.money(billed, currency)}</Table.Td>
              <Table.Td className="right figure">
                {expected === null ? '–' : figures.money(expected, currency)}
              </Table.Td>
              <Table.Td className="right figure">{figures.change(difference, currency)}</Table.Td>
              <Table.Td>
                <Tag tone={status === 'differs' ? 'bad' : 'good'}>{say(`bill.status.${status}`)}</Tag>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </>
  );
}
