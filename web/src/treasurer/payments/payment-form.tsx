import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { membersListOptions, paymentsCreateMutation } from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { isNegative, isZero, magnitude, minus } from '../../figures/exact';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import type { Receivable } from './ageing-table';

/** Enters what a member has paid. What is open stands in the amount; part of it, or more, is as welcome, and it says what that leaves. */
export function PaymentForm({
  receivables,
  currency,
  zone,
}: {
  receivables: readonly Receivable[];
  currency: string;
  zone: string;
}) {
  const say = useOfficeWords();
  const { money, number, read, typed } = useFigures();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { member: asked } = useSearch({ from: '/inside/payments' });
  const { data: members } = useSuspenseQuery(whole(membersListOptions()));
  const openOf = (code: string): string => receivables.find(({ member }) => member.code === code)?.balance ?? '0';
  const proposed = (code: string): string => {
    const open = openOf(code);
    return isNegative(open) || isZero(open) ? '' : typed(open);
  };
  const [draft, setDraft] = useState(() => ({
    ...{ member: asked ?? '', amount: asked ? proposed(asked) : '', receivedOn: todayIn(zone) },
    ...{ method: say('payment.bank-transfer'), reference: '' },
  }));
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const text = (name: 'amount' | 'receivedOn' | 'method' | 'reference') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  // The same press twice is the same payment.
  const key = useRef(crypto.randomUUID());
  const entering = useMutation({
    ...paymentsCreateMutation(),
    onSuccess: async () => {
      key.current = crypto.randomUUID();
      setDraft({ ...draft, member: '', amount: '', reference: '' });
      await client.invalidateQueries();
      await navigate({ to: '/payments', search: {}, replace: true });
    },
  });
  const amount = read(draft.amount);
  const left = amount === undefined || draft.member === '' ? undefined : minus(openOf(draft.member), amount);
  const { data: entered } = entering;
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        const { member, receivedOn, method, reference } = draft;
        const body = { member, receivedOn, method, reference, currency, amount: amount ?? draft.amount };
        entering.mutate({ body, headers: { 'idempotency-key': key.current } });
      }}
    >
      <Stack gap="sm">
        <Title order={2} size="h4">
          {say('payment.enter')}
        </Title>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
          <NativeSelect
            label={say('preview.member')}
            required
            value={draft.member}
            data={[
              { value: '', label: '' },
              ...members.items.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
            ]}
            onChange={(event) => {
              const member = event.currentTarget.value;
              set({ member, amount: proposed(member) });
            }}
          />
          <TextInput
            label={say('payment.amount', { currency })}
            required
            inputMode="decimal"
            error={
              draft.amount.trim() !== '' && amount === undefined
                ? say('bill.not-read', { example: number('1234.56') })
                : undefined
            }
            {...text('amount')}
          />
          <TextInput type="date" label={say('payment.on')} required {...text('receivedOn')} />
          <TextInput label={say('payment.method')} required maxLength={60} {...text('method')} />
          <TextInput label={say('payment.reference')} maxLength={140} {...text('reference')} />
        </SimpleGrid>
        {left !== undefined && (
          <Text size="sm">
            {isZero(left)
              ? say('payment.in-full')
              : say(isNegative(left) ? 'payment.over' : 'payment.part', { left: money(magnitude(left), currency) })}
          </Text>
        )}
        {entering.isError && <ProblemNote error={entering.error} />}
        <Group>
          <Button type="submit" loading={entering.isPending}>
            {say('payment.save')}
          </Button>
          <Text size="sm" role="status">
            {entered &&
              say('payment.entered', { amount: money(entered.amount, entered.currency), name: entered.member.name })}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
