import { List, Paper, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { keysPreview, ownTariffsPreview } from '../../api/generated/sdk.gen';
import type { KeyDraft, Refusal, TariffDraft } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';

/** After so long without another letter the service is asked. */
const pauseMs = 350;

/** What the service says of a draft; asked again whenever it rests. */
function useTold<Body extends object, Told>(
  name: string,
  body: Body | undefined,
  ask: (body: Body, signal: AbortSignal) => Promise<Told>,
) {
  const now = body && JSON.stringify(body);
  const [rested] = useDebouncedValue(now, pauseMs);
  const asking = useQuery({
    queryKey: [name, rested],
    queryFn: ({ signal }) => ask(JSON.parse(rested ?? '{}') as Body, signal),
    enabled: rested !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const isBehind = now !== undefined && (now !== rested || asking.isFetching);
  return { told: now === undefined ? undefined : asking.data, error: asking.error, isBehind };
}

export const useToldKey = (body: KeyDraft | undefined) =>
  useTold('key-preview', body, async (draft, signal) => {
    const { data } = await keysPreview({ body: draft, signal, throwOnError: true });
    return data;
  });

export const useToldTariff = (body: TariffDraft | undefined) =>
  useTold('tariff-preview', body, async (draft, signal) => {
    const { data } = await ownTariffsPreview({ body: draft, signal, throwOnError: true });
    return data;
  });

interface ToldProps {
  readonly told: { readonly sentence: string | null; readonly refused: Refusal | null } | undefined;
  readonly error: unknown;
  readonly isBehind: boolean;
  readonly children?: React.ReactNode;
}

/** A rule in the words in which it would be adopted, or why it would not be. */
export function Told({ told, error, isBehind, children }: ToldProps) {
  const say = useOfficeWords();
  return (
    <Paper component="section" aria-labelledby="told" aria-busy={isBehind}>
      <Title order={2} size="h3" id="told">
        {say('draft.title')}
      </Title>
      <div aria-live="polite">
        {error !== null && error !== undefined && <ProblemNote error={error} />}
        {!told && <Text>{say('draft.waiting')}</Text>}
        {told?.sentence && <Text fw={600}>{told.sentence}</Text>}
        {told?.refused && <Refused refusal={told.refused} />}
      </div>
      {children}
    </Paper>
  );
}

/** What adopting would be refused for, in the service's own words. */
export function Refused({ refusal: { detail, errors } }: { refusal: Refusal }) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <Text component="div" c="var(--bad)">
      <b>{say('draft.not-yet')}</b> {errors.length === 0 && figures.sentence(detail)}
      {errors.length > 0 && (
        <List size="sm">
          {errors.map((one) => (
            <List.Item key={one.pointer}>{one.detail}</List.Item>
          ))}
        </List>
      )}
    </Text>
  );
}
