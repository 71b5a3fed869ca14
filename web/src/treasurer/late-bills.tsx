import { List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { BillingRun, SupplierBill } from '../api/generated/types.gen';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { correctionUnderWay } from './run-state';

/** What came after a month was issued, and so is borne by nobody: each with the way to the correction, or to the one that is under way. */
export function LateBills({ bills, runs }: { bills: readonly SupplierBill[]; runs: readonly BillingRun[] }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const late = bills.flatMap(({ id, number, warnings }) =>
    warnings.map(({ run, period }) => ({ id, number, run, period })),
  );
  if (late.length === 0) return null;
  return (
    <div>
      <Text fw={600}>{say('late.title', { count: late.length })}</Text>
      <List size="sm">
        {late.map(({ id, number, run, period }) => {
          const open = correctionUnderWay(runs, run);
          return (
            <List.Item key={`${id} ${run}`}>
              {say('late.bill', { number, period: figures.period(period) })}{' '}
              <Link to={(open ? `/runs/${open.id}` : `/runs/${run}/payments`) as '/runs'}>
                {say(open ? 'late.go-on' : 'late.correct', { number })}
              </Link>
            </List.Item>
          );
        })}
      </List>
    </div>
  );
}
