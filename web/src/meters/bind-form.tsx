import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { metersListOptions } from '../api/generated/@tanstack/react-query.gen';
import { unclaimedBind } from '../api/generated/sdk.gen';
import type { UnclaimedListResponse } from '../api/generated/types.gen';
import { queries } from '../api/queries';
import { whole } from '../api/whole';
import { useDeviceWords } from '../messages/devices';
import { ProblemNote } from '../parts/problem-note';

export type Unclaimed = UnclaimedListResponse['items'][number];

/** Binds a name to a register, and has what came under it taken in. */
export const useBind = (id: string) =>
  useMutation({
    mutationFn: async (register: { meter: string; register: string }) =>
      (await unclaimedBind({ path: { id }, body: register, throwOnError: true })).data,
    onSuccess: () => queries.invalidateQueries(),
  });

/** Which register a name is: the one that is called the same, where there is one, else to be chosen. */
export function BindForm({ unclaimed }: { unclaimed: Unclaimed }) {
  const say = useDeviceWords();
  const { data } = useSuspenseQuery(whole(metersListOptions()));
  const registers = data.items.flatMap((meter) =>
    meter.registers
      .filter(({ kind }) => kind !== 'virtual')
      .map(({ code, unit }) => ({
        meter: meter.code,
        register: code,
        label: `${meter.code} ${meter.name}, ${code} (${unit})`,
      })),
  );
  const [at, setAt] = useState('0');
  const bind = useBind(unclaimed.id);
  const chosen = registers[registers.findIndex((_, i) => String(i) === at)];
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="sm">
        <NativeSelect
          label={say('unclaimed.register')}
          value={at}
          data={registers.map(({ label }, i) => ({ value: String(i), label }))}
          onChange={({ currentTarget }) => setAt(currentTarget.value)}
        />
        <Button
          loading={bind.isPending}
          onClick={() => chosen && bind.mutate({ meter: chosen.meter, register: chosen.register })}
        >
          {say('unclaimed.bind')}
        </Button>
      </Group>
      {bind.isError && <ProblemNote error={bind.error} />}
      {bind.data && (
        <Text size="sm" role="status">
          {say('unclaimed.bound', {
            created: bind.data.summary.created,
            others: bind.data.summary.held + bind.data.summary.conflict + bind.data.summary.rejected,
          })}
        </Text>
      )}
    </Stack>
  );
}

/** What it said last, as it said it. */
export function latestOf({ latest }: Unclaimed): string {
  const value = latest?.['value'] ?? latest?.['quantity'];
  const unit = latest?.['unit'];
  return [value, unit].filter((one) => typeof one === 'string').join(' ') || '–';
}
