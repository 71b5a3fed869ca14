import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { estimatesMake } from '../../api/generated/sdk.gen';
import { addDays } from '../../figures/figures';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import type { Exception } from './exception';

/** A gap of a logger is told to the watt-hour. */
const digits = 3;

/** What an estimate would put where a logger said nothing, how it would come about, and how far it may be off. Nothing of it is stored. */
export function EstimateInstead({ exception: one }: { exception: Exception }) {
  const isGap = one.kind === 'finding' && one.rule === 'missing-interval' && one.choices.includes('estimate');
  return isGap && one.meter !== null && one.register !== null ? (
    <Preview id={one.id} meter={one.meter} register={one.register} from={one.at} to={one.until} />
  ) : null;
}

interface Gap {
  readonly id: string;
  readonly meter: string;
  readonly register: string;
  readonly from: string;
  readonly to: string;
}

function Preview({ id, meter, register, from, to }: Gap) {
  const say = useOfficeWords();
  const { number } = useFigures();
  const trying = useQuery({
    queryKey: ['estimate-instead', id],
    queryFn: async ({ signal }) => {
      // Whole days: the gap is found in them again.
      const period = { from: from.slice(0, 10), to: addDays(to.slice(0, 10), 1) };
      const body = { meter, register, period, reason: 'preview', dryRun: true };
      return (await estimatesMake({ body, signal, throwOnError: true })).data;
    },
    retry: false,
  });
  const isSame = (gap: { readonly from: string }): boolean => Date.parse(gap.from) === Date.parse(from);
  const made = trying.data?.estimated.find(isSame);
  if (!made?.together) return null;
  const [value = '', low = '', high = ''] = [made.together.value, made.together.low, made.together.high].map((part) =>
    number(part, digits),
  );
  return (
    <Text size="sm" mb="xs">
      {say('estimate.instead', { value, low, high, unit: made.unit, how: say(`estimate.${made.method}`) })}
    </Text>
  );
}
