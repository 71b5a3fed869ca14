import { SimpleGrid } from '@mantine/core';
import type { Accounts } from '../api/generated/types.gen';
import { isNegative, isZero, negated, sum } from '../figures/exact';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { Fact } from '../parts/fact';

type Account = Accounts['items'][number];

/** What members owe, what they have paid too much, and what is in the bank: as the books say it. */
export function MoneyStrip({ accounts }: { accounts: readonly Account[] }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const currencies = [...new Set(accounts.map(({ currency }) => currency))];
  return currencies.map((currency) => {
    const own = accounts.filter((one) => one.currency === currency);
    const receivable = own.filter(({ account }) => account === 'receivable');
    const owing = receivable.filter(({ balance }) => !isNegative(balance) && !isZero(balance));
    const inCredit = receivable.filter(({ balance }) => isNegative(balance));
    const bank = own.filter(({ account }) => account === 'bank');
    const money = (values: readonly string[]): string => figures.money(sum(values), currency);
    return (
      <SimpleGrid key={currency} cols={{ base: 1, xs: 3 }} spacing="md">
        <Fact
          name={say('money.owed')}
          figure={money(owing.map(({ balance }) => balance))}
          note={say('money.owed-by', { count: owing.length })}
        />
        <Fact
          name={say('money.credit')}
          figure={money(inCredit.map(({ balance }) => negated(balance)))}
          note={say('money.credit-of', { count: inCredit.length })}
        />
        <Fact
          name={say('money.bank')}
          figure={money(bank.map(({ balance }) => balance))}
          note={say('money.bank-note')}
        />
      </SimpleGrid>
    );
  });
}
