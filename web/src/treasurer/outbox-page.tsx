import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { outboxListOptions, peopleMeOptions } from '../api/generated/@tanstack/react-query.gen';
import { outboxList } from '../api/generated/sdk.gen';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { CsvButton } from '../parts/csv-button';
import { ProblemNote } from '../parts/problem-note';
import { Tag } from '../parts/tag';
import { Waiting } from '../parts/waiting';
import { LetterDrawer } from './letter-drawer';
import { mailTone } from './mail-state';

/** Every mail of the community: what went or would have gone, to whom, and what became of it; each can be read. */
export function OutboxPage() {
  const say = useOfficeWords();
  const figures = useFigures();
  const navigate = useNavigate();
  const { mail: opened } = useSearch({ strict: false });
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const list = useInfiniteQuery({
    queryKey: ['outbox', outboxListOptions().queryKey],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: '50', ...(pageParam === '' ? {} : { cursor: pageParam }) };
      return (await outboxList({ query, signal, throwOnError: true })).data;
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    enabled: me.roles.includes('treasurer'),
  });
  const mails = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{say('outbox.title')}</Title>
        <Text>{say(me.community.demo ? 'outbox.note-demo' : 'outbox.note')}</Text>
      </div>
      <Paper>
        {!me.roles.includes('treasurer') && <Text>{say('outbox.not-yours')}</Text>}
        {list.isError && <ProblemNote error={list.error} again={() => void list.refetch()} />}
        {list.isLoading && <Waiting />}
        {list.isSuccess && mails.length === 0 && <Text>{say('outbox.none')}</Text>}
        {mails.length > 0 && (
          <Group justify="flex-end" mb="xs">
            <CsvButton
              name="outbox"
              rows={[
                ['kind', 'subject', 'to', 'created at', 'settled at', 'state', 'reason', 'message id'],
                ...mails.map((one) => [
                  ...[one.kind, one.subject ?? '', one.to, one.createdAt, one.settledAt ?? '', one.state],
                  ...[one.reason ?? '', one.messageId],
                ]),
              ]}
            />
          </Group>
        )}
        {mails.length > 0 && (
          <CardTable
            name={say('outbox.title')}
            heads={[say('outbox.subject'), say('outbox.to'), say('outbox.when'), say('payments.state')]}
            figures={[]}
            rows={mails.map(({ id, kind, subject, to, createdAt, settledAt, leavesAt, state }) => ({
              key: id,
              cells: [
                <Anchor key="subject" component={Link} to={`/outbox?mail=${id}` as '/outbox'} className="wrap">
                  {subject ?? say(kind === 'log-in' ? 'outbox.log-in' : 'outbox.unreadable')}
                </Anchor>,
                <span key="to" className="wrap">
                  {to}
                </span>,
                figures.moment(settledAt ?? (state === 'waiting' && leavesAt ? leavesAt : createdAt)),
                <Tag key="state" tone={mailTone(state)}>
                  {say(`mail.state.${state}`)}
                </Tag>,
              ],
            }))}
          />
        )}
        {list.hasNextPage && (
          <Button variant="default" mt="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say('outbox.more')}
          </Button>
        )}
      </Paper>
      <LetterDrawer mail={opened} close={() => void navigate({ to: '/outbox' })} />
    </Stack>
  );
}
