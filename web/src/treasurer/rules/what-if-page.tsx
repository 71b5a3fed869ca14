import { Button, Group, List, NativeSelect, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  keysListOptions,
  runViewsListOptions,
  simulationsBillingRunMutation,
  sitesListOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { WhatIfAnswer } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { compare, magnitude } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { WideTable } from '../../parts/wide-table';
import { rulesToChooseFrom } from './new-terms';

/** What everybody would have paid by another rule, in months that are past; nothing of it is stored. */
export function WhatIfPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const { key: asked } = useSearch({ from: '/inside/rules/what-if' });
  const [{ data: keys }, { data: sites }, { data: runs }] = useSuspenseQueries({
    queries: [whole(keysListOptions()), whole(sitesListOptions()), whole(runViewsListOptions())],
  });
  const [draft, setDraft] = useState({ site: sites.items[0]?.code ?? '', period: '', key: asked ?? '', rule: '' });
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const past = runs.items.filter(
    ({ site, status, correction, leaver }) =>
      site.code === draft.site &&
      (status === 'issued' || status === 'closed') &&
      correction === null &&
      leaver === null,
  );
  const run = past.find(({ id }) => id === draft.period) ?? past[0];
  const rules = rulesToChooseFrom(keys.items, draft.key);
  const rule = rules.find(({ id }) => id === draft.rule);
  const asking = useMutation(simulationsBillingRunMutation());
  return (
    <Stack gap="lg">
      <div>
        <Text size="sm">
          <Link to="/rules">{say('place.rules')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('what-if.title')}
        </Title>
        <Text>{say('what-if.text')}</Text>
      </div>
      <Paper
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!run || !rule) return;
          const changes = [{ kind: 'key' as const, key: draft.key, by: { terms: rule.terms } }];
          asking.mutate({ body: { site: draft.site, periods: [run.period], changes } });
        }}
      >
        {past.length === 0 ? (
          <Text>{say('what-if.no-past')}</Text>
        ) : (
          <>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
              <NativeSelect
                label={say('runs.site')}
                value={draft.site}
                data={sites.items.map(({ code, name }) => ({ value: code, label: name }))}
                onChange={(event) => set({ site: event.currentTarget.value, period: '' })}
              />
              <NativeSelect
                label={say('runs.period')}
                value={run?.id ?? ''}
                data={past.map(({ id, period }) => ({ value: id, label: figures.period(period) }))}
                onChange={(event) => set({ period: event.currentTarget.value })}
              />
              <NativeSelect
                label={say('adopt.key')}
                required
                value={draft.key}
                data={[{ value: '', label: '' }, ...keys.items.map(({ code, name }) => ({ value: code, label: name }))]}
                onChange={(event) => set({ key: event.currentTarget.value, rule: '' })}
              />
              <NativeSelect
                label={say('what-if.rule')}
                required
                value={draft.rule}
                data={[
                  { value: '', label: '' },
                  ...rules.map((one) => ({
                    value: one.id,
                    label: one.kind === undefined ? say('what-if.as', { name: one.name }) : say(`rule.${one.kind}`),
                  })),
                ]}
                onChange={(event) => set({ rule: event.currentTarget.value })}
              />
            </SimpleGrid>
            <Button type="submit" mt="sm" loading={asking.isPending}>
              {say('what-if.do')}
            </Button>
          </>
        )}
      </Paper>
      {asking.isError && <ProblemNote error={asking.error} />}
      {asking.data && <Answer answer={asking.data} />}
    </Stack>
  );
}

function Answer({ answer }: { answer: WhatIfAnswer }) {
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
