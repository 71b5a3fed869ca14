import { Button, Code, Group, List, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { useState } from 'react';
import {
  auditEntriesOptions,
  cosignersListOptions,
  peopleListOptions,
  peopleMeOptions,
  recordClearAlarmsMutation,
  recordHeadOptions,
  recordListAlarmsOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { auditEntries } from '../../api/generated/sdk.gen';
import type { RecordAlarm } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { useRecordWords } from '../../messages/record';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { Fact } from '../../parts/fact';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { Waiting } from '../../parts/waiting';
import { WideTable } from '../../parts/wide-table';

/** The append-only record: how far it is signed and by whom, what was found to differ, and who did what when. */
export function RecordPage() {
  const say = useRecordWords();
  const figures = useFigures();
  const [{ data: head }, { data: alarms }, { data: cosigners }, { data: people }, { data: me }] = useSuspenseQueries({
    queries: [
      recordHeadOptions(),
      whole(recordListAlarmsOptions()),
      cosignersListOptions(),
      whole(peopleListOptions()),
      peopleMeOptions(),
    ],
  });
  const nameOf = (id: string | null): string | undefined => people.items.find((one) => one.id === id)?.name;
  const open = alarms.items.filter(({ clearedAt }) => clearedAt === null);
  return (
    <Stack gap="lg">
      <Title order={1}>{say('place.record')}</Title>
      <div className="facts">
        <Fact
          name={say('record.entries')}
          figure={figures.number(String(head.entries))}
          note={say('record.signed', { size: figures.number(String(head.head?.size ?? 0)) })}
        />
        <Fact
          name={say('record.cosignatures')}
          figure={`${head.cosignatures.length} / ${head.required}`}
          note={say('record.cosignatures-note')}
        />
        <Fact
          name={say('record.alarms')}
          figure={figures.number(String(open.length))}
          note={say(open.length === 0 ? 'record.alarms-none' : 'record.alarms-open')}
        />
      </div>
      {open.length > 0 && <OpenAlarms alarms={open} />}
      <Paper>
        <Title order={2} size="h4" mb="xs">
          {say('record.head')}
        </Title>
        {head.head === null ? (
          <Text>{say('record.head-none')}</Text>
        ) : (
          <>
            <Text size="sm">{say('record.head-text', { at: figures.moment(head.head.signedAt) })}</Text>
            <Code block tabIndex={0} role="region" aria-label={say('record.head')} className="note">
              {head.head.note}
            </Code>
            {head.key !== null && (
              <Text size="sm" mt="xs" className="wrap">
                {say('record.key')} <Code>{head.key}</Code>
              </Text>
            )}
          </>
        )}
        <Title order={3} size="h5" mt="md">
          {say('record.cosigners')}
        </Title>
        {cosigners.items.length === 0 ? (
          <Text size="sm">{say('record.cosigners-none')}</Text>
        ) : (
          <List size="sm">
            {cosigners.items.map(({ id, person, role, name, registeredAt }) => (
              <List.Item key={id}>
                <b>{nameOf(person) ?? name}</b>, {say(`role.${role}`)}, <Code className="wrap">{name}</Code>,{' '}
                {figures.moment(registeredAt)}
              </List.Item>
            ))}
          </List>
        )}
      </Paper>
      {me.roles.some((role) => role === 'treasurer' || role === 'auditor') && <Log nameOf={nameOf} />}
      {alarms.items.length > open.length && (
        <Paper>
          <Title order={2} size="h4" mb="xs">
            {say('record.cleared')}
          </Title>
          <List size="sm">
            {alarms.items
              .filter(({ clearedAt }) => clearedAt !== null)
              .map(({ id, detail, clearedAt, clearedBy, clearedBecause }) => (
                <List.Item key={id}>
                  {figures.sentence(detail)} <b>{clearedBy?.name}</b>, {figures.moment(clearedAt ?? '')}:{' '}
                  {clearedBecause}
                </List.Item>
              ))}
          </List>
        </Paper>
      )}
    </Stack>
  );
}

/** While something differs nothing is signed; whoever says what had happened makes the whole record again first. */
function OpenAlarms({ alarms }: { alarms: readonly RecordAlarm[] }) {
  const say = useRecordWords();
  const figures = useFigures();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const clearing = useMutation({ ...recordClearAlarmsMutation(), onSuccess: () => client.invalidateQueries() });
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('record.alarms-open')}
      </Title>
      <List size="sm" mb="sm">
        {alarms.map(({ id, kind, subject, detail, at }) => (
          <List.Item key={id}>
            <Tag tone="bad">{kind.replaceAll('-', ' ')}</Tag> {subject}, {figures.moment(at)}:{' '}
            {figures.sentence(detail)}
          </List.Item>
        ))}
      </List>
      <Stack gap="sm" align="flex-start">
        <TextInput
          label={say('record.clear-why')}
          w="100%"
          maw={560}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {clearing.isError && <ProblemNote error={clearing.error} />}
        <Button
          disabled={reason.trim() === ''}
          loading={clearing.isPending}
          onClick={() => clearing.mutate({ body: { alarms: alarms.map(({ id }) => id), reason } })}
        >
          {say('record.clear')}
        </Button>
      </Stack>
    </Paper>
  );
}

/** Who did what to what, the newest first, page after page. */
function Log({ nameOf }: { nameOf: (id: string | null) => string | undefined }) {
  const say = useRecordWords();
  const figures = useFigures();
  const log = useInfiniteQuery({
    queryKey: ['log', auditEntriesOptions().queryKey],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: '50', ...(pageParam === '' ? {} : { cursor: pageParam }) };
      return (await auditEntries({ query, signal, throwOnError: true })).data;
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const rows = log.data?.pages.flatMap(({ items }) => items) ?? [];
  const actorOf = ({ kind, id }: (typeof rows)[number]['actor']): string => nameOf(id) ?? say(`record.actor.${kind}`);
  return (
    <Paper>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {say('record.log')}
        </Title>
        {rows.length > 0 && (
          <CsvButton
            name="record"
            rows={[
              ['at', 'actor', 'type', 'subject', 'subject id', 'data'],
              ...rows.map(({ at, actor, type, subject, data }) => [
                ...[at, actorOf(actor), type, subject.kind, subject.id, JSON.stringify(data)],
              ]),
            ]}
          />
        )}
      </Group>
      {log.isError && <ProblemNote error={log.error} again={() => void log.refetch()} />}
      {log.isPending && <Waiting />}
      {rows.length > 0 && (
        <WideTable name={say('record.log')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('record.when')}</Table.Th>
              <Table.Th>{say('record.who')}</Table.Th>
              <Table.Th>{say('record.did')}</Table.Th>
              <Table.Th>{say('record.subject')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ id, at, actor, type, subject }) => (
              <Table.Tr key={id}>
                <Table.Td className="figure">{figures.moment(at)}</Table.Td>
                <Table.Td>{actorOf(actor)}</Table.Td>
                <Table.Td>
                  <Code>{type}</Code>
                </Table.Td>
                <Table.Td className="wrap">
                  {subject.kind}{' '}
                  <Text span size="xs" c="dimmed">
                    {subject.id}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      {log.hasNextPage && (
        <Button variant="default" mt="sm" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {say('record.more')}
        </Button>
      )}
    </Paper>
  );
}
