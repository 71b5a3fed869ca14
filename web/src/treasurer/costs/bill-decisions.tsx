import { Button, Group, List, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  supplierBillsDecidedOptions,
  supplierBillsDecideMutation,
} from '../../api/generated/@tanstack/react-query.gen';
import type { SupplierBill } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';

/** What was decided about lines of a bill, by whom and why; and where somebody may, the next decision. */
export function Decisions({ bill, mayDecide }: { bill: SupplierBill; mayDecide: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { data } = useSuspenseQuery(supplierBillsDecidedOptions({ path: { id: bill.id } }));
  const nameOf = (no: number): string => bill.components.find((one) => one.no === no)?.description ?? String(no);
  return (
    <>
      {data.items.length > 0 && (
        <List size="sm" mt="sm">
          {data.items.map(({ id, component, choice, reason, by, at }) => (
            <List.Item key={id}>
              {say('bill.decided', {
                line: nameOf(component),
                choice: say(`bill.choice.${choice}`),
                name: by.name,
                at: figures.moment(at),
                reason,
              })}
            </List.Item>
          ))}
        </List>
      )}
      {mayDecide && bill.replacedBy === null && (
        <details className="apart">
          <summary>{say('bill.decide')}</summary>
          <Decide bill={bill} />
        </details>
      )}
    </>
  );
}

function Decide({ bill }: { bill: SupplierBill }) {
  const say = useOfficeWords();
  const client = useQueryClient();
  const [line, setLine] = useState(String(bill.components[0]?.no ?? 1));
  const [reason, setReason] = useState('');
  const deciding = useMutation({
    ...supplierBillsDecideMutation(),
    onSuccess: async () => {
      setReason('');
      await client.invalidateQueries();
    },
  });
  const decide = (choice: 'pass-on' | 'hold') => (): void => {
    const component = bill.components.find(({ no }) => String(no) === line)?.no;
    if (component !== undefined) deciding.mutate({ path: { id: bill.id }, body: { component, choice, reason } });
  };
  return (
    <Stack gap="sm" mt="xs" maw={560}>
      <Text size="sm">{say('bill.decide-text')}</Text>
      <NativeSelect
        label={say('bill.line')}
        value={line}
        data={bill.components.map(({ no, description }) => ({ value: String(no), label: `${no}. ${description}` }))}
        onChange={(event) => setLine(event.currentTarget.value)}
      />
      <TextInput
        label={say('decide.reason')}
        value={reason}
        maxLength={300}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {deciding.isError && <ProblemNote error={deciding.error} />}
      <Group>
        <Button disabled={reason.trim() === ''} loading={deciding.isPending} onClick={decide('pass-on')}>
          {say('bill.pass-on')}
        </Button>
        <Button variant="default" disabled={reason.trim() === ''} loading={deciding.isPending} onClick={decide('hold')}>
          {say('bill.hold')}
        </Button>
      </Group>
    </Stack>
  );
}
