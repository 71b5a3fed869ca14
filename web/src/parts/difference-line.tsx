import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { isZero } from '../figures/exact';
import { useFigures, useWords } from '../messages/words';
import classes from './difference-line.module.css';

export interface Totals {
  readonly costs: string;
  readonly members: string;
  readonly common: string;
  readonly vacant: string;
  readonly held: string;
  readonly difference: string;
}

/**
 * The promise, always in view: what it cost, who bears it, and what is left over.
 *
 * @param change what stands for the costs where these are changes of a correction
 */
export function DifferenceLine({
  totals,
  currency,
  change,
}: {
  totals: Totals | null;
  currency: string;
  change?: string;
}) {
  const say = useWords();
  const figures = useFigures();
  const money = change === undefined ? figures.money : figures.change;
  if (totals === null) {
    return (
      <aside className={classes.line} aria-label={say('difference.name')}>
        <span className={classes.open}>{say('difference.none')}</span>
      </aside>
    );
  }
  const holds = isZero(totals.difference);
  const Icon = holds ? IconCircleCheck : IconAlertTriangle;
  return (
    <aside className={classes.line} data-holds={holds} aria-label={say('difference.name')}>
      <span className={classes.sum}>
        {(['members', 'common', 'vacant', 'held'] as const).map((part, i) => (
          <span key={part}>
            {i > 0 && '+ '}
            {say(`difference.${part}`)} <b className="figure">{money(totals[part], currency)}</b>
          </span>
        ))}
        <span>
          = {change ?? say('difference.costs')} <b className="figure">{money(totals.costs, currency)}</b>
        </span>
      </span>
      <span className={classes.difference}>
        <Icon size={20} aria-hidden />
        {say('difference.name')} <b className="figure">{figures.money(totals.difference, currency)}</b>
      </span>
    </aside>
  );
}
