import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  accountsOfMemberOptions,
  peopleMeOptions,
  statementsGetOptions,
  statementsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { isNegative, isZero, negated, sum } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { HowToPay } from './how-to-pay';
import { modelOf } from './statement-model';
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
    queries: [accountsOfMemberOptions({ path: { id: member } }), whole(statementsListOptions())],
  });
  const own = statements.items.filter(({ memberId }) => memberId === member);
  const latest = own.find(({ kind }) => kind === 'invoice');
  const statement = useQuery({
    ...statementsGetOptions({ path: { id: latest?.number ?? '' } }),
    enabled: latest !== undefined,
  });
  const model = statement.data && modelOf(statement.data);
  const balance = account.closing;
  const money = (amount: string): string => figures.money(amount, account.currency);
  const paused = sum(account.open.map((one) => one.paused));
  const due = sum(account.open.map((one) => one.due));
  const owes = !isNegative(balance) && !isZero(balance);
  return (
    <Stack gap="lg">
      <Title order={1}>{account.member.name}</Title>
      <Paper p="lg">
        <Text c="dimmed">{say(owes ? 'my.owe' : isZero(balance) ? 'my.settled' : 'my.credit')}</Text>
        <Text fz={44} fw={700} lh={1.2} className="figure">
          {money(isNegative(balance) ? negated(balance) : balance)}
        </Text>
        <Text>{owes && latest ? say('my.due', { day: figures.dueDay(latest.dueOn) }) : say('my.nothing-to-pay')}</Text>
        {!isZero(paused) && (
          <Text>
            {say('my.paused', { amount: money(paused), due: money(due) })}{' '}
            <Link to="/my/questions">{say('questions.title')}</Link>
          </Text>
        )}
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
        <Group mt="md" gap="lg">
          <Link to="/my/account">{say('account.title')}</Link>
          <Link to="/my/questions">{say('questions.title')}</Link>
        </Group>
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
