import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { remindersListOptions, remindersSendMutation } from '../../api/generated/@tanstack/react-query.gen';
import type { OverdueDocument, OverdueMember } from '../../api/generated/types.gen';
import { isZero } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CardTable } from '../../parts/card-table';
import { ProblemNote } from '../../parts/problem-note';
import { Tag } from '../../parts/tag';
import { ReminderDrawer } from './reminder-drawer';

/** Who has something overdue, for how long and of how much; each reminder can be read before it goes, and none goes by itself. */
export function Reminders({ maySend }: { maySend: boolean }) {
  const say = useOfficeWords();
  const { money } = useFigures();
  const client = useQueryClient();
  const { data } = useSuspenseQuery(remindersListOptions());
  const [read, setRead] = useState<OverdueMember>();
  const sending = useMutation({ ...remindersSendMutation(), onSettled: () => client.invalidateQueries() });
  const { items, daysAfterDue } = data;
  const due = items.filter(({ isDue }) => isDue);
  const send = (members: readonly OverdueMember[]): void =>
    sending.mutate({ body: { members: members.map(({ member }) => member.id) } });
  if (items.length === 0 && !sending.isSuccess) return null;
  return (
    <Paper>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {say('reminders.title')}
          </Title>
          <Text size="sm">
            {daysAfterDue.length === 0
              ? say('reminders.nobody')
              : say('reminders.note', { steps: daysAfterDue.join(', ') })}
          </Text>
        </div>
        {items.length > 0 && (
          <CardTable
            name={say('reminders.title')}
            heads={[
              ...[say('preview.member'), say('reminders.overdue'), say('reminders.asks'), say('payments.state')],
              ...(maySend ? [say('outbox.letter')] : []),
            ]}
            figures={[2]}
            rows={items.map((one) => ({
              key: one.member.id,
              cells: [
                <Link key="member" to="/members/$member" params={{ member: one.member.code }}>
                  {one.member.name}
                </Link>,
                <Documents key="overdue" documents={one.documents} />,
                isZero(one.amount) ? '–' : money(one.amount, one.currency),
                <States key="state" of={one} />,
                ...(maySend ? [<Read key="letter" of={one} open={setRead} />] : []),
              ],
            }))}
          />
        )}
        {sending.isError && <ProblemNote error={sending.error} />}
        <Group>
          {maySend && due.length > 0 && (
            <Button loading={sending.isPending} onClick={() => send(due)}>
              {say('reminders.send-all', { count: due.length })}
            </Button>
          )}
          <Text size="sm" role="status">
            {sending.data && say('reminders.sent', { count: sending.data.sent.length })}
          </Text>
        </Group>
      </Stack>
      {maySend && (
        <ReminderDrawer
          of={read}
          send={() => {
            if (read) send([read]);
            setRead(undefined);
          }}
          close={() => setRead(undefined)}
        />
      )}
    </Paper>
  );
}

/** What is overdue, and what of it is paused. */
function Documents({ documents }: { documents: readonly OverdueDocument[] }) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <Stack gap={4}>
      {documents.map(({ number, dueOn, days }) => (
        <div key={number}>
          <Link to="/statements/$number" params={{ number }} className="figure">
            {number}
          </Link>{' '}
          <Tag tone={days > 28 ? 'bad' : 'warn'}>{say('reminders.days', { days })}</Tag>
          <Text size="xs">{say('reminders.due-on', { day: figures.day(dueOn) })}</Text>
        </div>
      ))}
    </Stack>
  );
}

/** Whether a reminder can go, or why none can, and what went before. */
function States({ of: { documents, hasAddress, currency } }: { of: OverdueMember }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const stateOf = ({ step, next, pause }: OverdueDocument): string => {
    if (pause !== null) return say(`reminders.${pause}`);
    if (step !== null) return say(hasAddress ? 'reminders.ready' : 'reminders.no-address');
    return next === null ? say('reminders.ended') : say('reminders.next', { day: figures.day(next) });
  };
  return (
    <Stack gap={4}>
      {documents.map((one) => (
        <div key={one.number}>
          <Tag tone={one.step !== null && hasAddress ? 'good' : 'calm'}>{stateOf(one)}</Tag>
          {!isZero(one.paused) && (
            <Text size="xs">{say('reminders.paused', { amount: figures.money(one.paused, currency) })}</Text>
          )}
          {one.reminded.map(({ on }, index) => (
            <Text key={on} size="xs">
              {one.mail && index === one.reminded.length - 1 ? (
                <Link to={`/outbox?mail=${one.mail.id}` as '/outbox'}>
                  {say('reminders.went', { day: figures.day(on) })}
                </Link>
              ) : (
                say('reminders.went', { day: figures.day(on) })
              )}
            </Text>
          ))}
        </div>
      ))}
    </Stack>
  );
}

function Read({ of, open }: { of: OverdueMember; open: (of: OverdueMember) => void }) {
  const say = useOfficeWords();
  if (of.documents.every(({ step }) => step === null)) return '–';
  return (
    <Button variant="default" aria-label={say('reminders.read-of', { name: of.member.name })} onClick={() => open(of)}>
      {say('reminders.read')}
    </Button>
  );
}
