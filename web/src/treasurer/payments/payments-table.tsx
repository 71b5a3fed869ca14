import { Button, Group, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { paymentsReverseMutation } from '../../api/generated/@tanstack/react-query.gen';
import type { Payment } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';

const shownAtFirst = 20;

/** Payments, the last entered first; one that was wrong is taken back, and both stay. */
export function PaymentsTable({ payments, mayReverse }: { payments: readonly Payment[]; mayReverse: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [shown, setShown] = useState(shownAtFirst);
  const [undoing, setUndoing] = useState<string>();
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('payment.list')}
        </Title>
        {payments.length > 0 && (
          <CsvButton
            name="payments"
            rows={[
              ['received', 'member', 'name', 'amount', 'currency', 'method', 'reference', 'reverses', 'reason'],
              ...payments.map((one) => [
                ...[one.receivedOn, one.member.code, one.member.name],
                ...[one.reverses === null ? one.amount : `-${one.amount}`, one.currency, one.method, one.reference],
                ...[one.reverses ?? '', one.reason ?? ''],
              ]),
            ]}
          />
        )}
      </Group>
      {payments.length === 0 ? (
        <Text>{say('payment.none')}</Text>
      ) : (
        <WideTable name={say('payment.list')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('payment.on')}</Table.Th>
              <Table.Th>{say('preview.member')}</Table.Th>
              <Table.Th ta="right">{say('bill.amount')}</Table.Th>
              <Table.Th>{say('payment.reference')}</Table.Th>
              <Table.Th>{say('payments.state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {payments.slice(0, shown).map((one) => (
              <Table.Tr key={one.id}>
                <Table.Td className="figure">{figures.day(one.receivedOn)}</Table.Td>
                <Table.Td>{one.member.name}</Table.Td>
                <Table.Td className="right figure">
                  {figures.money(one.reverses === null ? one.amount : `-${one.amount}`, one.currency)}
                </Table.Td>
                <Table.Td>
                  {one.reference || one.method}
                  {one.reason !== null && (
                    <Text size="xs" c="dimmed">
                      {one.reason}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  {one.reversedBy !== null && <Tag>{say('payment.undone')}</Tag>}
                  {one.reverses !== null && <Tag>{say('payment.undoes')}</Tag>}
                  {one.reversedBy === null && one.reverses === null && mayReverse && undoing !== one.id && (
                    <Button
                      variant="default"
                      aria-label={say('payment.undo-of', {
                        amount: figures.money(one.amount, one.currency),
                        name: one.member.name,
                      })}
                      onClick={() => setUndoing(one.id)}
                    >
                      {say('payment.undo')}
                    </Button>
                  )}
                  {undoing === one.id && <Undo payment={one} done={() => setUndoing(undefined)} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      {payments.length > shown && (
        <Button variant="default" mt="sm" onClick={() => setShown(payments.length)}>
          {say('payment.all', { count: payments.length })}
        </Button>
      )}
    </Paper>
  );
}

function Undo({ payment, done }: { payment: Payment; done: () => void }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const undoing = useMutation({
    ...paymentsReverseMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      done();
    },
  });
  return (
    <Stack
      gap="xs"
      miw={220}
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        undoing.mutate({ path: { id: payment.id }, body: { reason } });
      }}
    >
      <TextInput
        label={say('payment.undo-why')}
        required
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {undoing.isError && <ProblemNote error={undoing.error} />}
      <Group gap="xs">
        <Button type="submit" loading={undoing.isPending}>
          {say('payment.undo')}
        </Button>
        <Button variant="default" onClick={done}>
          {say('close')}
        </Button>
      </Group>
    </Stack>
  );
}
