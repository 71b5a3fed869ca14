import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  accountsOfMemberOptions,
  peopleMeOptions,
  statementsGetOptions,
  statementsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import { isNegative, isZero, negated } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { modelOf, type StatementModel } from './statement-model';
import { UseChart } from './use-chart';

/** What a member wants to know first: what is owed, by when, how to pay, and what was used. */
export function MyPage() {
  const say = useWords();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  return (
    <Stack gap="xl">
      {me.memberIds.map((id) => (
        <MemberHome key={id} member={id} />
      ))}
      {me.memberIds.length === 0 && (
        <Paper>
          <Title order={1} size="h3">
            {say('my.title')}
          </Title>
          <Text>{say('my.nobody')}</Text>
        </Paper>
      )}
    </Stack>
  );
}

function MemberHome({ member }: { member: string }) {
  const say = useWords();
  const figures = useFigures();
  const [{ data: account }, { data: statements }] = useSuspenseQueries({
    queries: [accountsOfMemberOptions({ path: { id: member } }), statementsListOptions({ query: { limit: '100' } })],
  });
  const own = statements.items.filter(({ memberId }) => memberId === member);
  const latest = own.find(({ kind }) => kind === 'invoice');
  const statement = useQuery({
    ...statementsGetOptions({ path: { id: latest?.number ?? '' } }),
    enabled: latest !== undefined,
  });
  const model = statement.data && modelOf(statement.data);
  const balance = account.closing;
  const owes = !isNegative(balance) && !isZero(balance);
  return (
    <Stack gap="lg">
      <Title order={1}>{account.member.name}</Title>
      <Paper p="lg">
        <Text c="dimmed">{say(owes ? 'my.owe' : isZero(balance) ? 'my.settled' : 'my.credit')}</Text>
        <Text fz={44} fw={700} lh={1.2} className="figure">
          {figures.money(isNegative(balance) ? negated(balance) : balance, account.currency)}
        </Text>
        <Text>{owes && latest ? say('my.due', { day: figures.dueDay(latest.dueOn) }) : say('my.nothing-to-pay')}</Text>
        {owes && model?.payment && <HowToPay payment={model.payment} />}
        {latest && (
          <Group mt="md">
            <Button component={Link} to={`/my/statements/${latest.number}` as '/my'}>
              {say('my.statement', { period: figures.period(latest.period) })}
            </Button>
            <Button component="a" href={`/api/v1/invoices/${latest.invoiceId}/document.pdf`} variant="default">
              PDF
            </Button>
          </Group>
        )}
      </Paper>
      {latest === undefined && (
        <Paper>
          <Text>{say('my.no-statement')}</Text>
        </Paper>
      )}
      {statement.isError && <ProblemNote error={statement.error} />}
      {model?.use?.map((use, i) => (
        <UseChart key={i} use={use} />
      ))}
    </Stack>
  );
}

export function HowToPay({ payment }: { payment: NonNullable<StatementModel['payment']> }) {
  const say = useWords();
  const rows = [
    ['pay.name', payment.accountName],
    ['pay.sort-code', payment.sortCode],
    ['pay.account', payment.accountNumber],
    ['pay.iban', payment.iban],
    ['pay.reference', payment.reference],
  ] as const;
  return (
    <dl className="pairs" style={{ marginTop: 12 }}>
      {rows.flatMap(([name, value]) =>
        value === undefined ? [] : [<dt key={`${name} name`}>{say(name)}</dt>, <dd key={name}>{value}</dd>],
      )}
    </dl>
  );
}
