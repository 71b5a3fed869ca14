import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  accountsOfMemberOptions,
  peopleMeOptions,
  statementsGetOptions,
  statementsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { isZero } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import { CardTable } from '../parts/card-table';
import { ListHead } from '../parts/list-head';
import { HowToPay } from './how-to-pay';
import { modelOf } from './statement-model';

/** Everything that was charged, paid and taken back, in its order, with what was owed after each; and how to pay. */
export function AccountPage() {
  const say = useWords();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  return (
    <Stack gap="lg">
      <Title order={1}>{say('account.title')}</Title>
      {me.memberIds.map((id) => (
        <Account key={id} member={id} />
      ))}
      {me.memberIds.length === 0 && <Text>{say('my.nobody')}</Text>}
    </Stack>
  );
}

function Account({ member }: { member: string }) {
  const say = useWords();
  const figures = useFigures();
  const [{ data: account }, { data: statements }] = useSuspenseQueries({
    queries: [accountsOfMemberOptions({ path: { id: member } }), whole(statementsListOptions())],
  });
  const own = statements.items.filter(({ memberId }) => memberId === member);
  const latest = own.find(({ kind }) => kind === 'invoice');
  const sealed = useQuery({
    ...statementsGetOptions({ path: { id: latest?.number ?? '' } }),
    enabled: latest !== undefined,
  });
  const payment = sealed.data && modelOf(sealed.data)?.payment;
  const money = (amount: string): string => figures.money(amount, account.currency);
  return (
    <>
      {payment && (
        <Paper>
          <Title order={2} size="h4">
            {say('account.pay')}
          </Title>
          <HowToPay payment={payment} />
        </Paper>
      )}
      {account.open.length > 0 && (
        <Paper>
          <ListHead
            title={say('account.open')}
            csv={[
              'open',
              ['document', 'issued', 'left', 'paused', 'to pay now', 'currency'],
              ...account.open.map((item) => [
                ...[item.number, item.issuedOn, item.amount, item.paused, item.due, account.currency],
              ]),
            ]}
          />
          <CardTable
            name={say('account.open')}
            heads={[
              say('account.document'),
              say('account.on'),
              say('account.left'),
              say('account.paused'),
              say('account.now'),
            ]}
            figures={[2, 3, 4]}
            rows={account.open.map((item) => ({
              key: item.number,
              cells: [
                <div key="document">
                  {item.number}
                  {item.reminded.length > 0 && (
                    <Text size="xs">
                      {say('account.reminded', { days: item.reminded.map(({ on }) => figures.day(on)).join(', ') })}
                    </Text>
                  )}
                </div>,
                figures.day(item.dueOn ?? item.issuedOn),
                ...[money(item.amount), money(item.paused), money(item.due)],
              ],
            }))}
          />
        </Paper>
      )}
      <Paper>
        <ListHead
          title={say('account.movements', { name: account.member.name })}
          csv={[
            'account',
            ['document', 'what', 'on', 'change', 'after it', 'currency'],
            ...account.entries.map((entry) => [
              ...[entry.source, entry.text, entry.postedOn, entry.amount, entry.balance, account.currency],
            ]),
          ]}
        />
        <CardTable
          name={say('account.movements', { name: account.member.name })}
          heads={[say('account.what'), say('account.on'), say('account.change'), say('account.after')]}
          figures={[2, 3]}
          rows={[
            ...(isZero(account.opening)
              ? []
              : [{ key: 'opening', cells: [say('balance.opening'), '', '', money(account.opening)] }]),
            ...account.entries.map((entry) => ({
              key: entry.id,
              cells: [
                own.some(({ number }) => number === entry.source) ? (
                  <Link key="source" to="/my/statements/$number" params={{ number: entry.source }}>
                    {entry.text}
                  </Link>
                ) : (
                  entry.text
                ),
                figures.day(entry.postedOn),
                figures.change(entry.amount, account.currency),
                money(entry.balance),
              ],
            })),
          ]}
          foot={{ key: 'closing', cells: [say('account.closing'), '', '', money(account.closing)] }}
        />
      </Paper>
    </>
  );
}
