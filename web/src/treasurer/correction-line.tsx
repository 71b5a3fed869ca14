import { Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runViewsDeltasOptions } from '../api/generated/@tanstack/react-query.gen';
import type { BillingRun, CorrectionDeltas } from '../api/generated/types.gen';
import { sum } from '../figures/exact';
import { useCorrectionWords } from '../messages/corrections';
import { DifferenceLine, type Totals } from '../parts/difference-line';

/** What a correction puts right, how, and why. */
export function CorrectionNote({ correction }: { correction: NonNullable<BillingRun['correction']> }) {
  const say = useCorrectionWords();
  const [before = '', after = ''] = say('correction.of', {
    run: '|',
    way: say(`correction.by.${correction.way}`),
  }).split('|');
  return (
    <Paper>
      <Text>
        {before}
        <Link to="/runs/$run" params={{ run: correction.of }}>
          {say('correction.of-run')}
        </Link>
        {after}
      </Text>
      <Text className="wrap">{say('correction.cause', { cause: correction.cause })}</Text>
    </Paper>
  );
}

/** The promise of a correction, always in view: what changes for everybody comes to what the costs changed by. */
export function CorrectionLine({ run }: { run: BillingRun }) {
  const say = useCorrectionWords();
  const { data } = useQuery({ ...runViewsDeltasOptions({ path: { id: run.id } }), enabled: run.totals !== null });
  const totals = run.totals === null || data === undefined ? null : totalsOf(data);
  return <DifferenceLine totals={totals} currency={run.currency} change={say('correction.changed-by')} />;
}

function totalsOf({ items, costs, difference }: CorrectionDeltas): Totals {
  const of = (kind: CorrectionDeltas['items'][number]['kind']): string =>
    sum(items.filter((item) => item.kind === kind).map(({ amount }) => amount));
  const parts = { members: of('member'), common: of('common'), vacant: of('vacant'), held: of('held') };
  return { ...parts, costs: costs.change, difference };
}
