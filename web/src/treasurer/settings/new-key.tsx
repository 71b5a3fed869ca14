import { Button, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import {
  deviceKeysIssueMutation,
  peopleMeOptions,
  tokensIssueMutation,
} from '../../api/generated/@tanstack/react-query.gen';
import type { IssuedKey } from '../../api/generated/types.gen';
import { useSettingsWords } from '../../messages/settings';
import { ProblemNote } from '../../parts/problem-note';

interface Named {
  readonly code: string;
  readonly name: string;
}
type Issued = (key: IssuedKey) => Promise<void>;

/** A key for a device: it reaches a site, or one meter. */
export function NewDeviceKey({
  sites,
  meters,
  issued,
}: {
  sites: readonly Named[];
  meters: readonly Named[];
  issued: Issued;
}) {
  const say = useSettingsWords();
  const [reach, setReach] = useState('');
  const issuing = useMutation({ ...deviceKeysIssueMutation(), onSuccess: issued });
  const reaches = [
    ...sites.map(({ code, name }) => ({ value: `site ${code}`, label: say('keys.for-site', { site: name }) })),
    ...meters.map(({ code, name }) => ({
      ...{ value: `meter ${code}`, label: say('keys.for-meter', { meter: `${code}, ${name}` }) },
    })),
  ];
  const chosen = reach === '' ? (reaches[0]?.value ?? '') : reach;
  return (
    <NewKey
      title={say('keys.new-device')}
      isPending={issuing.isPending}
      error={issuing.error}
      make={(name, expiresAt) => {
        const [kind, code = ''] = [chosen.split(' ')[0], chosen.slice(chosen.indexOf(' ') + 1)];
        const where = kind === 'site' ? { site: code } : { meters: [code] };
        issuing.mutate({ body: { name, expiresAt, ...where } });
      }}
    >
      <NativeSelect
        label={say('keys.reach')}
        value={chosen}
        data={reaches}
        onChange={(event) => setReach(event.currentTarget.value)}
      />
    </NewKey>
  );
}

/** A token, one's own or the first one of somebody else. @param people who may be given one; nobody but oneself where it is empty */
export function NewToken({
  people,
  issued,
}: {
  people: readonly { readonly id: string; readonly name: string }[];
  issued: Issued;
}) {
  const say = useSettingsWords();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const [personId, setPersonId] = useState(me.person.id);
  const issuing = useMutation({ ...tokensIssueMutation(), onSuccess: issued });
  return (
    <NewKey
      title={say('keys.new-token')}
      isPending={issuing.isPending}
      error={issuing.error}
      make={(name, expiresAt) => issuing.mutate({ body: { name, personId, expiresAt } })}
    >
      {people.length > 0 && (
        <NativeSelect
          label={say('keys.owner')}
          value={personId}
          data={people.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => setPersonId(event.currentTarget.value)}
        />
      )}
    </NewKey>
  );
}

interface NewKeyProps {
  readonly title: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly make: (name: string, expiresAt: string | null) => void;
  readonly children: ReactNode;
}

function NewKey({ title, isPending, error, make, children }: NewKeyProps) {
  const say = useSettingsWords();
  const [name, setName] = useState('');
  const [day, setDay] = useState('');
  return (
    <details className="apart">
      <summary>{title}</summary>
      <Stack
        gap="sm"
        mt="sm"
        align="flex-start"
        component="form"
        aria-label={title}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          // To the end of the day, in the same clock for every device.
          make(name, day === '' ? null : `${day}T23:59:59Z`);
          setName('');
        }}
      >
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
          <TextInput
            label={say('keys.name')}
            description={say('keys.name-note')}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label={say('keys.expires')}
            description={say('keys.expires-note')}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          {children}
        </SimpleGrid>
        {error !== null && <ProblemNote error={error} />}
        <Button type="submit" loading={isPending}>
          {say('keys.make')}
        </Button>
      </Stack>
    </details>
  );
}
