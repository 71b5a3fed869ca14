import { Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import {
  accountsListOptions,
  paymentsListOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { isNegative, isZero, negated, sum } from '../../figures/exact';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { Fact } from '../../parts/fact';
import { type Receivable, AgeingTable } from './ageing-table';
import { PaymentForm } from './payment-form';
import { PaymentsTable } from './payments-table';

/** What came in, who owes for how long, and the way to enter what has come. */
export function PaymentsPage() {
  const say = useOfficeWords();
  const { money } = useFigures();
  const [{ data: accounts }, { data: payments }, { data: me }] = useSuspenseQueries({
    queries: [whole(accountsListOptions()), whole(paymentsListOptions()), peopleMeOptions()],
  });
  const mayEnter = me.roles.includes('treasurer');
  const { currency } = me.community;
  const receivables = accounts.items.flatMap((one): Receivable[] =>
    one.account === 'receivable' && one.member !== null ? [{ ...one, member: one.member }] : [],
  );
  const own = receivables.filter((one) => one.currency === currency);
  const owing = own.filter(({ balance }) => !isNegative(balance) && !isZero(balance));
  const inCredit = own.filter(({ balance }) => isNegative(balance));
  const late = own.flatMap(({ ageing }) => (ageing ? [ageing.upTo60, ageing.upTo90, ageing.over90] : []));
  return (
    <Stack gap="lg">
      <Title order={1}>{say('place.payments')}</Title>
      <div className="facts">
        <Fact
          name={say('money.owed')}
          figure={money(sum(owing.map(({ balance }) => balance)), currency)}
          note={say('money.owed-by', { count: owing.length })}
        />
        <Fact name={say('payments.late')} figure={money(sum(late), currency)} note={say('payments.late-note')} />
        <Fact
          name={say('money.credit')}
          figure={money(sum(inCredit.map(({ balance }) => negated(balance))), currency)}
          note={say('money.credit-of', { count: inCredit.length })}
        />
      </div>
      {mayEnter && <PaymentForm receivables={own} currency={currency} zone={me.community.zone} />}
      <Paper>
        {receivables.length === 0 ? <Text>{say('payments.nobody')}</Text> : <AgeingTable receivables={receivables} />}
      </Paper>
      <PaymentsTable payments={payments.items} mayReverse={mayEnter} />
    </Stack>
  );
}
