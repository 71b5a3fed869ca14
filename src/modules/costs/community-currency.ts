import { assert, DomainError } from '../../domain/errors.js';
import { decimal } from '../../domain/quantity/decimal.js';
import { type Currency, isCurrency, writeMoney } from '../../domain/quantity/money.js';
import type { Tx } from '../../platform/database/transactions.js';

async function currencyOf(tx: Tx, communityId: string): Promise<Currency> {
  const [community] = await tx.query<{ currency: string }>('SELECT currency FROM community WHERE id = $1', [
    communityId,
  ]);
  assert(community && isCurrency(community.currency), 'A community keeps its books in a currency that is known.');
  return community.currency;
}

/**
 * The books of a community are kept in one currency.
 *
 * @throws DomainError `currency-mismatch`
 */
export async function sameCurrencyAs(tx: Tx, communityId: string, given: string): Promise<void> {
  const currency = await currencyOf(tx, communityId);
  if (currency === given) return;
  throw new DomainError(
    'currency-mismatch',
    `The community keeps its books in ${currency}; an amount in ${given} cannot be entered there.`,
  );
}

/** An amount as the community's coins write it. @throws DomainError `off-grid-total` where it is finer than they are */
export async function onCoins(tx: Tx, communityId: string, amount: string): Promise<string> {
  return writeMoney(decimal(amount), await currencyOf(tx, communityId));
}
