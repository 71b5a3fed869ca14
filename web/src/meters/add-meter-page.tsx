import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useSuspenseQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { sitesListOptions, spacesListOptions } from '../api/generated/@tanstack/react-query.gen';
import { deviceKeysIssue, metersCreate } from '../api/generated/sdk.gen';
import { queries } from '../api/queries';
import { whole } from '../api/whole';
import { typedFigure } from '../figures/typed';
import { useDeviceWords } from '../messages/devices';
import { ProblemNote } from '../parts/problem-note';
import { DisplayPhoto } from './display-photo';
import { FirstReading } from './first-reading';
import { isByBroker, type Language, languages, pasteOf } from './paste';
import { ScanButton } from './scan-button';

const units = ['kWh', 'm3', 'l', 'kVArh'] as const;
const register = 'import';

interface Added {
  readonly meter: string;
  readonly unit: string;
  readonly typed: string;
  readonly since: string;
  readonly key: string | null;
  readonly language: Language;
}

/** At the meter: what it is, what it speaks, what to paste into it, and the first reading as it comes. */
export function AddMeterPage() {
  const say = useDeviceWords();
  const [added, setAdded] = useState<Added>();
  return (
    <Stack gap="lg" maw={720}>
      <Title order={1}>{say('add.title')}</Title>
      {added === undefined ? <NewMeter done={setAdded} /> : <Connect added={added} />}
    </Stack>
  );
}

function NewMeter({ done }: { done: (added: Added) => void }) {
  const say = useDeviceWords();
  const [{ data: sites }, { data: spaces }] = useSuspenseQueries({
    queries: [whole(sitesListOptions()), whole(spacesListOptions())],
  });
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [serial, setSerial] = useState('');
  const [typed, setTyped] = useState('');
  const [site, setSite] = useState(sites.items[0]?.id ?? '');
  const [space, setSpace] = useState('');
  const [role, setRole] = useState<'source' | 'sub'>('sub');
  const [unit, setUnit] = useState<(typeof units)[number]>('kWh');
  const [language, setLanguage] = useState<Language>('http');
  const [isIncomplete, setIncomplete] = useState(false);
  const [tryKey] = useState(() => crypto.randomUUID());
  const add = useMutation({
    mutationFn: async (opening: string): Promise<Added> => {
      const since = new Date().toISOString();
      await metersCreate({
        body: {
          ...{ site, code, name: name.trim(), role, serial: serial.trim(), installedFrom: since },
          space: role === 'source' || space === '' ? null : space,
          utility: unit === 'kWh' || unit === 'kVArh' ? 'electricity' : 'water',
          registers: [{ code: register, kind: 'cumulative', unit, opening }],
        },
        throwOnError: true,
      });
      const issued = isByBroker(language)
        ? undefined
        : await deviceKeysIssue({
            body: { name: `${code} ${name.trim()}`, site },
            headers: { 'Idempotency-Key': `${tryKey}.${code}` },
            throwOnError: true,
          });
      return { meter: code, unit, typed: opening, since, key: issued?.data.token ?? null, language };
    },
    onSuccess: (made) => {
      done(made);
      void queries.invalidateQueries();
    },
  });
  return (
    <Paper
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        const opening = typedFigure(typed);
        setIncomplete(opening === undefined);
        if (opening !== undefined) add.mutate(opening);
      }}
    >
      <Stack gap="md">
        <TextInput
          label={say('add.serial')}
          value={serial}
          autoComplete="off"
          onChange={({ currentTarget }) => setSerial(currentTarget.value)}
        />
        <ScanButton found={setSerial} />
        <TextInput
          label={say('add.code')}
          description={say('add.code-note')}
          value={code}
          autoComplete="off"
          required
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <TextInput
          label={say('add.name')}
          value={name}
          required
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        {sites.items.length > 1 && (
          <NativeSelect
            label={say('add.site')}
            value={site}
            data={sites.items.map(({ id, name: label }) => ({ value: id, label }))}
            onChange={({ currentTarget }) => setSite(currentTarget.value)}
          />
        )}
        <NativeSelect
          label={say('add.role')}
          value={role}
          data={(['sub', 'source'] as const).map((value) => ({ value, label: say(`add.role.${value}`) }))}
          onChange={({ currentTarget }) => setRole(currentTarget.value === 'source' ? 'source' : 'sub')}
        />
        {role === 'sub' && (
          <NativeSelect
            label={say('add.space')}
            value={space}
            data={[
              { value: '', label: say('add.common') },
              ...spaces.items
                .filter(({ siteId }) => siteId === site)
                .map(({ id, code: its, name: label }) => ({ value: id, label: `${its}, ${label}` })),
            ]}
            onChange={({ currentTarget }) => setSpace(currentTarget.value)}
          />
        )}
        <Group grow align="flex-end">
          <NativeSelect
            label={say('add.unit')}
            value={unit}
            data={[...units]}
            onChange={({ currentTarget }) => setUnit(units.find((one) => one === currentTarget.value) ?? 'kWh')}
          />
          <TextInput
            label={say('add.shows')}
            inputMode="decimal"
            autoComplete="off"
            value={typed}
            error={isIncomplete ? say('add.figure') : undefined}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </Group>
        <NativeSelect
          label={say('add.speaks')}
          value={language}
          data={languages.map((value) => ({ value, label: say(`speaks.${value}`) }))}
          onChange={({ currentTarget }) => setLanguage(languages.find((one) => one === currentTarget.value) ?? 'http')}
        />
        {add.isError && <ProblemNote error={add.error} />}
        <Button type="submit" loading={add.isPending}>
          {say('add.do')}
        </Button>
      </Stack>
    </Paper>
  );
}

function Connect({ added: { meter, unit, typed, since, key, language } }: { added: Added }) {
  const say = useDeviceWords();
  const [isCopied, setCopied] = useState(false);
  const text = pasteOf(language, { origin: location.origin, key: key ?? 'KEY', meter, register, unit });
  return (
    <>
      <Paper>
        <Stack gap="sm" align="flex-start">
          <Title order={2} size="h4">
            {say('add.paste')}
          </Title>
          <Text size="sm">{say(`how.${language}`)}</Text>
          <pre className="paste" tabIndex={0} aria-label={say('add.paste')}>
            {text}
          </pre>
          <Button
            variant="default"
            onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
          >
            {say(isCopied ? 'add.copied' : 'add.copy')}
          </Button>
          {!isByBroker(language) && <Text size="sm">{say(key === null ? 'add.no-key' : 'add.key-once')}</Text>}
        </Stack>
      </Paper>
      <FirstReading meter={meter} register={register} typed={typed} since={since} />
      <DisplayPhoto meter={meter} />
    </>
  );
}
