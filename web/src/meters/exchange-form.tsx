import { Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { metersExchange } from '../api/generated/sdk.gen';
import type { MetersOneResponse } from '../api/generated/types.gen';
import { queries } from '../api/queries';
import { typedFigure } from '../figures/typed';
import { useDeviceWords } from '../messages/devices';
import { keepPhoto } from './keep-photo';
import { PhotoField } from '../parts/photo-field';
import { ProblemNote } from '../parts/problem-note';

/** The old device out and the new one in, with both displays, at this moment. */
export function ExchangeForm({ meter }: { meter: MetersOneResponse }) {
  const say = useDeviceWords();
  const displays = meter.registers.filter(({ kind }) => kind === 'cumulative');
  const [serial, setSerial] = useState('');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [photo, setPhoto] = useState<Blob | null>(null);
  const [isIncomplete, setIncomplete] = useState(false);
  const exchange = useMutation({
    mutationFn: async (registers: { code: string; closing: string; opening: string }[]) => {
      const kept = photo && (await keepPhoto(photo));
      await metersExchange({
        path: { id: meter.id },
        body: { at: new Date().toISOString(), serial, registers, ...(kept === null ? {} : { photos: [kept] }) },
        throwOnError: true,
      });
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  const put = (): void => {
    const registers = displays.flatMap(({ code }) => {
      const closing = typedFigure(typed[`${code} closing`] ?? '');
      const opening = typedFigure(typed[`${code} opening`] ?? '');
      return closing === undefined || opening === undefined ? [] : [{ code, closing, opening }];
    });
    setIncomplete(registers.length < displays.length);
    if (registers.length === displays.length) exchange.mutate(registers);
  };
  return (
    <Paper
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        put();
      }}
    >
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h4">
          {say('exchange.title')}
        </Title>
        <Text size="sm">{say('exchange.text')}</Text>
        {displays.map(({ code, unit }) =>
          (['closing', 'opening'] as const).map((which) => (
            <TextInput
              key={`${code} ${which}`}
              label={say(`exchange.${which}`, { register: code, unit })}
              inputMode="decimal"
              autoComplete="off"
              value={typed[`${code} ${which}`] ?? ''}
              onChange={({ currentTarget: { value } }) => setTyped({ ...typed, [`${code} ${which}`]: value })}
            />
          )),
        )}
        <TextInput
          label={say('exchange.serial')}
          value={serial}
          autoComplete="off"
          onChange={({ currentTarget }) => setSerial(currentTarget.value)}
        />
        <PhotoField photo={photo} take={setPhoto} />
        {isIncomplete && (
          <Text size="sm" c="var(--bad)" role="alert">
            {say('exchange.figure')}
          </Text>
        )}
        {exchange.isError && <ProblemNote error={exchange.error} />}
        {exchange.isSuccess && (
          <Text role="status" fw={600}>
            {say('exchange.done')}
          </Text>
        )}
        <Button type="submit" loading={exchange.isPending} disabled={exchange.isSuccess}>
          {say('exchange.do')}
        </Button>
      </Stack>
    </Paper>
  );
}
