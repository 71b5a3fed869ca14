import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  keysListOptions,
  peopleMeOptions,
  sitesListOptions,
  supplierBillsCreateMutation,
  supplierBillsListOptions,
  taxRatesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { dayBefore } from '../../figures/figures';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { balanceOf, billOf, type Draft, emptyLine, linesAsBefore, type Paper as PaperFile } from './bill-draft';
import { BillFoot } from './bill-foot';
import { BillLine } from './bill-line';
import { PaperInput } from './paper-input';

const kinds = ['actual', 'estimated', 'corrected', 'credit'] as const;
const utilities = ['electricity', 'gas', 'water', 'heat'] as const;

/** A supplier's bill is typed from its paper, line by line, until the lines come to what stands at its foot. */
export function BillFormPage() {
  const say = useOfficeWords();
  const { read, typed: written } = useFigures();
  const navigate = useNavigate();
  const client = useQueryClient();
  const asked = useSearch({ from: '/inside/costs/bills/new' });
  const [{ data: sites }, { data: keys }, { data: rates }, { data: bills }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(sitesListOptions()),
      whole(keysListOptions()),
      whole(taxRatesListOptions()),
      whole(supplierBillsListOptions()),
      peopleMeOptions(),
    ],
  });
  const [draft, setDraft] = useState<Draft>(() => ({
    ...{ site: asked.site ?? sites.items[0]?.code ?? '', supplier: '', number: '', kind: 'actual', replaces: '' },
    ...{ utility: 'electricity', from: asked.from ?? '', last: asked.to ? dayBefore(asked.to) : '', net: '', tax: '' },
    lines: [emptyLine],
  }));
  const [paper, setPaper] = useState<PaperFile>();
  const entering = useMutation({
    ...supplierBillsCreateMutation(),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries();
      await navigate({ to: '/costs/bills/$bill', params: { bill: id } });
    },
  });
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const text = (name: 'supplier' | 'number' | 'from' | 'last' | 'net' | 'tax') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  const before = bills.items
    .filter((one) => one.supplier === draft.supplier.trim() && one.site.code === draft.site)
    .toSorted((a, b) => b.period.from.localeCompare(a.period.from))[0];
  const replaceable = bills.items.filter((one) => one.site.code === draft.site && one.replacedBy === null);
  const balance = balanceOf(draft, read);
  const choices = {
    keys: keys.items.map(({ code }) => code),
    taxCodes: [...new Set(rates.items.map(({ code }) => code))],
  };
  return (
    <Stack
      gap="lg"
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        entering.mutate({ body: billOf(draft, me.community.currency, paper, read) });
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/costs">{say('place.costs')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('bill.enter')}
        </Title>
      </div>
      <Paper>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          <NativeSelect
            label={say('runs.site')}
            value={draft.site}
            data={sites.items.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(event) => set({ site: event.currentTarget.value, replaces: '' })}
          />
          <TextInput label={say('bill.supplier')} required list="suppliers" {...text('supplier')} />
          <TextInput label={say('bill.number')} required {...text('number')} />
          <NativeSelect
            label={say('bill.utility')}
            value={draft.utility}
            data={utilities.map((value) => ({ value, label: say(`bill.utility.${value}`) }))}
            onChange={(event) => set({ utility: event.currentTarget.value as Draft['utility'] })}
          />
          <TextInput type="date" label={say('bill.first-day')} required {...text('from')} />
          <TextInput type="date" label={say('bill.last-day')} required min={draft.from} {...text('last')} />
          <NativeSelect
            label={say('bill.kind')}
            value={draft.kind}
            data={kinds.map((value) => ({ value, label: say(`bill.kind.${value}`) }))}
            onChange={(event) => set({ kind: event.currentTarget.value as Draft['kind'], replaces: '' })}
          />
          {(draft.kind === 'corrected' || draft.kind === 'actual') && (
            <NativeSelect
              label={say('bill.replaces')}
              required={draft.kind === 'corrected'}
              value={draft.replaces}
              data={[
                { value: '', label: say('bill.replaces-none') },
                ...replaceable.map((one) => ({ value: one.id, label: `${one.supplier}, ${one.number}` })),
              ]}
              onChange={(event) => set({ replaces: event.currentTarget.value })}
            />
          )}
        </SimpleGrid>
        <datalist id="suppliers">
          {[...new Set(bills.items.map(({ supplier }) => supplier))].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <PaperInput paper={paper} take={setPaper} />
      </Paper>
      {before && draft.lines.length === 1 && draft.lines[0]?.description === '' && (
        <Group>
          <Button
            variant="default"
            onClick={() => set({ lines: linesAsBefore(before, written), utility: draft.utility })}
          >
            {say('bill.as-before', { number: before.number })}
          </Button>
        </Group>
      )}
      <Stack gap="sm">
        {draft.lines.map((line, at) => (
          <BillLine
            key={at}
            no={at + 1}
            line={line}
            choices={choices}
            change={(changed) => set({ lines: draft.lines.with(at, changed) })}
            remove={draft.lines.length > 1 ? () => set({ lines: draft.lines.toSpliced(at, 1) }) : undefined}
          />
        ))}
        <Group>
          <Button
            variant="default"
            onClick={() => {
              const last = draft.lines.at(-1) ?? emptyLine;
              set({ lines: [...draft.lines, { ...emptyLine, taxCode: last.taxCode, key: last.key }] });
            }}
          >
            {say('bill.line-add')}
          </Button>
        </Group>
      </Stack>
      <BillFoot balance={balance} currency={me.community.currency} net={text('net')} tax={text('tax')} />
      {entering.isError && <ProblemNote error={entering.error} />}
      <Group>
        <Button type="submit" disabled={!balance.isExact} loading={entering.isPending}>
          {say('bill.save')}
        </Button>
        {!balance.isExact && <Text size="sm">{say('bill.save-not-yet')}</Text>}
      </Group>
    </Stack>
  );
}
