import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  keysAdoptMutation,
  keysCreateMutation,
  ownTariffsAdoptMutation,
  ownTariffsCreateMutation,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Key, KeyVersion, NewKeyVersion, NewTariffVersion, Tariff } from '../../api/generated/types.gen';
import type { Called } from './called-fields';

export type BilledRuns = NonNullable<KeyVersion['warnings']>;

/** What was written stands among the rules; whoever wrote it is led there. */
function useLeading() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (hash: string): Promise<void> => {
    await client.invalidateQueries();
    await navigate({ to: '/rules', hash });
  };
}

/** Adopts a version, or makes the key with it. Where a second person is asked for, it leads to the proposal. */
export function useAdoptingKey(own: Key | undefined) {
  const lead = useLeading();
  const client = useQueryClient();
  const [billed, setBilled] = useState<BilledRuns>([]);
  const creating = useMutation({
    ...keysCreateMutation(),
    onSuccess: ({ code, proposed: [first] }) => lead(first === undefined ? `rule-${code}` : `proposal-${first}`),
  });
  const adopting = useMutation({
    ...keysAdoptMutation(),
    onSuccess: async (made) => {
      if ('proposedBy' in made) return lead(`proposal-${made.id}`);
      if (!made.warnings?.length) return lead(`rule-${own?.code ?? ''}`);
      await client.invalidateQueries();
      setBilled(made.warnings);
    },
  });
  return {
    billed,
    isPending: creating.isPending || adopting.isPending,
    error: creating.error ?? adopting.error,
    adopt: (version: NewKeyVersion, { code, name }: Called): void => {
      if (own) adopting.mutate({ path: { id: own.code }, body: version });
      else creating.mutate({ body: { code: code.trim(), name: name.trim(), version } });
    },
  };
}

/** The same for a tariff. */
export function useAdoptingTariff(own: Tariff | undefined) {
  const lead = useLeading();
  const creating = useMutation({ ...ownTariffsCreateMutation(), onSuccess: ({ code }) => lead(`rule-${code}`) });
  const adopting = useMutation({
    ...ownTariffsAdoptMutation(),
    onSuccess: () => lead(`rule-${own?.code ?? ''}`),
  });
  return {
    isPending: creating.isPending || adopting.isPending,
    error: creating.error ?? adopting.error,
    adopt: (version: NewTariffVersion, { code, name }: Called): void => {
      if (own) adopting.mutate({ path: { id: own.code }, body: version });
      else creating.mutate({ body: { code: code.trim(), name: name.trim(), version } });
    },
  };
}
