import { useWords } from '../messages/words';
import type { StatementModel } from './statement-model';

/** Where to pay to and with which reference; what a community does not have is left out. */
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
