import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import {
  invoiceMailSendMutation,
  invoicesListOptions,
  statementMailsHoldMutation,
  statementMailsListOptions,
  statementMailsSendMutation,
} from '../api/generated/@tanstack/react-query.gen';
import type { StatementMail, StatementMails as Mails } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ListHead } from '../parts/list-head';
import { ProblemNote } from '../parts/problem-note';
import { Tag } from '../parts/tag';
import { WideTable } from '../parts/wide-table';
import { mailTone } from './mail-state';

/** While something is still on its way, it is looked at again. */
const lookEveryMs = 2_000;

const isUnderWay = ({ document, mail }: StatementMail): boolean =>
  document === 'pending' || mail?.state === 'waiting' || mail?.state === 'leaving';

/** How the statements of a run get to their members: held back as long as they have not left, sent afterwards, and each with its document. */
export function StatementMails({ run, mayDecide }: { run: string; mayDecide: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const [{ data: mails }, { data: invoices }] = useSuspenseQueries({
    queries: [
      {
        ...statementMailsListOptions({ path: { id: run } }),
        refetchInterval: ({ state }: { state: { data?: Mails | undefined } }) =>
          state.data?.items.some(isUnderWay) === true && lookEveryMs,
      },
      whole(invoicesListOptions({ query: { run } })),
    ],
  });
  const mailOf = new Map(mails.items.map((one) => [one.invoiceId, one]));
  const name = say('send.documents', { count: invoices.items.length });
  return (
    <>
      <Departure run={run} mails={mails} mayDecide={mayDecide} />
      <Paper>
        <ListHead
          title={name}
          csv={[
            'statements',
            [
              'number',
              'member',
              'name',
              'net',
              'tax',
              'gross',
              'currency',
              'due',
              'document',
              'mail',
              'to',
              'settled at',
            ],
            ...invoices.items.map((one) => {
              const sent = mailOf.get(one.id);
              return [
                ...[one.number, one.memberCode, sent?.member.name ?? '', one.net, one.tax, one.gross, one.currency],
                ...[one.dueOn, sent?.document ?? one.document],
                ...[sent?.mail?.state ?? '', sent?.mail?.to ?? '', sent?.mail?.settledAt ?? ''],
              ];
            }),
          ]}
        />
        <WideTable name={name}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('send.number')}</Table.Th>
              <Table.Th>{say('preview.member')}</Table.Th>
              <Table.Th ta="right">{say('preview.gross')}</Table.Th>
              <Table.Th>{say('send.due')}</Table.Th>
              <Table.Th>PDF</Table.Th>
              <Table.Th>{say('mail.name')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {invoices.items.map(({ id, number, memberCode, gross, currency, dueOn }) => {
              const sent = mailOf.get(id);
              return (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Link to="/statements/$number" params={{ number }} className="figure">
                      {number}
                    </Link>
                  </Table.Td>
                  <Table.Td>{sent?.member.name ?? memberCode}</Table.Td>
                  <Table.Td className="right figure">{figures.money(gross, currency)}</Table.Td>
                  <Table.Td>{figures.day(dueOn)}</Table.Td>
                  <Table.Td>
                    {sent?.document === 'done' ? (
                      <Anchor href={`/api/v1/invoices/${id}/document.pdf`} aria-label={say('send.pdf-of', { number })}>
                        PDF
                      </Anchor>
                    ) : (
                      say('send.pending')
                    )}
                  </Table.Td>
                  <Table.Td>{sent && <MailOf statement={sent} mayDecide={mayDecide} />}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </WideTable>
      </Paper>
    </>
  );
}

/** When the mails leave, and the way to stop them until then. */
function Departure({ run, mails, mayDecide }: { run: string; mails: Mails; mayDecide: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const client = useQueryClient();
  const said = useRef<HTMLHeadingElement>(null);
  const take = {
    onSuccess: (now: Mails) => {
      client.setQueryData(statementMailsListOptions({ path: { id: run } }).queryKey, now);
      // The button that was pressed may be gone; what became of it is read on.
      said.current?.focus();
    },
    // Whatever stood in the way has changed what there is to see.
    onError: () => void client.invalidateQueries(),
  };
  const hold = useMutation({ ...statementMailsHoldMutation(), ...take });
  const send = useMutation({ ...statementMailsSendMutation(), ...take });
  const count = (state: string): number => mails.items.filter(({ mail }) => mail?.state === state).length;
  const unwritten = mails.items.filter(
    (one) => one.mail === null && one.hasAddress && one.document === 'pending',
  ).length;
  const coming = count('waiting') + unwritten;
  const [held, refused] = [count('held'), count('refused')];
  const gone = count('accepted') + count('kept') + count('leaving');
  const title =
    coming > 0
      ? mails.leavesAt === null
        ? say('mails.leave-soon', { count: coming })
        : say('mails.leave-at', { count: coming, at: figures.time(mails.leavesAt) })
      : held > 0
        ? say('mails.held', { count: held })
        : gone + refused > 0
          ? say('mails.gone', { count: gone })
          : say('mails.none');
  const problem = hold.error ?? send.error;
  return (
    <Paper>
      <Stack gap="sm">
        <div role="status">
          <Title order={2} size="h4" mb={4} ref={said} tabIndex={-1}>
            {title}
          </Title>
          {refused > 0 && <Text fw={600}>{say('mails.refused', { count: refused })}</Text>}
        </div>
        {(coming > 0 || held > 0) && <Text maw={640}>{say(coming > 0 ? 'mails.leave-text' : 'mails.held-text')}</Text>}
        {problem && <ProblemNote error={problem} />}
        {mayDecide && (coming > 0 || held > 0) && (
          <Group gap="sm">
            {/* It stays where it is, so that a second press of it never sends what the first one held. */}
            <Button
              disabled={coming === 0}
              loading={hold.isPending}
              onClick={() => {
                send.reset();
                hold.mutate({ path: { id: run } });
              }}
            >
              {say('mails.hold')}
            </Button>
            {unwritten === 0 && (
              <Button
                variant={coming > 0 ? 'default' : 'filled'}
                loading={send.isPending}
                onClick={() => {
                  hold.reset();
                  send.mutate({ path: { id: run } });
                }}
              >
                {say(held > 0 ? 'mails.send-held' : 'mails.send-now')}
              </Button>
            )}
          </Group>
        )}
        {mayDecide && (
          <Text size="sm">
            <Link to="/outbox">{say('mails.outbox')}</Link>
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

/** What became of one mail, and the way to send it by itself. */
function MailOf({ statement, mayDecide }: { statement: StatementMail; mayDecide: boolean }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const client = useQueryClient();
  const send = useMutation({ ...invoiceMailSendMutation(), onSettled: () => client.invalidateQueries() });
  const { mail, number, member, hasAddress, document } = statement;
  const state = mail?.state ?? (hasAddress ? 'unwritten' : 'no-address');
  const maySend = mayDecide && hasAddress && document === 'done' && state !== 'leaving';
  const isFirst = state === 'held' || state === 'waiting' || state === 'unwritten';
  return (
    <Stack gap={4} align="flex-start">
      <Tag tone={mailTone(state)}>{say(`mail.state.${state}`)}</Tag>
      {mail?.settledAt && state !== 'held' && <Text size="sm">{figures.moment(mail.settledAt)}</Text>}
      {mail?.reason && state !== 'held' && (
        <Text size="sm" className="wrap">
          {mail.reason}
        </Text>
      )}
      {maySend && (
        <Button
          size="compact-sm"
          variant="default"
          loading={send.isPending}
          aria-label={say(isFirst ? 'mail.send-of' : 'mail.again-of', { number, name: member.name })}
          onClick={() => send.mutate({ path: { id: statement.invoiceId } })}
        >
          {say(isFirst ? 'mail.send' : 'mail.again')}
        </Button>
      )}
      {send.isError && <ProblemNote error={send.error} />}
    </Stack>
  );
}
