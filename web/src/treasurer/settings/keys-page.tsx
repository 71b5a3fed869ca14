import { Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  deviceKeysListOptions,
  deviceKeysRevokeMutation,
  deviceKeysRotateMutation,
  metersListOptions,
  peopleListOptions,
  peopleMeOptions,
  sitesListOptions,
  tokensListOptions,
  tokensRevokeMutation,
  tokensRotateMutation,
} from '../../api/generated/@tanstack/react-query.gen';
import type { IssuedKey } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { useSettingsWords } from '../../messages/settings';
import { ProblemNote } from '../../parts/problem-note';
import { KeyTable } from './key-table';
import { NewDeviceKey, NewToken } from './new-key';
import { SettingsHead } from './settings-head';
import { ShownOnce } from './shown-once';

/** What devices and programs come in with. A secret is shown once, when it is made. */
export function KeysAndTokensPage() {
  const say = useSettingsWords();
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  const [issued, setIssued] = useState<IssuedKey>();
  const seesDevices = me.roles.some((role) => role === 'treasurer' || role === 'auditor' || role === 'installer');
  return (
    <Stack gap="lg">
      <SettingsHead title={say('settings.keys')} />
      {issued && <ShownOnce issued={issued} kept={() => setIssued(undefined)} />}
      {seesDevices && <DeviceKeys mayChange={me.roles.includes('treasurer')} issued={setIssued} />}
      <Tokens issued={setIssued} />
    </Stack>
  );
}

interface PartProps {
  readonly issued: (key: IssuedKey) => void;
}

function DeviceKeys({ mayChange, issued }: PartProps & { mayChange: boolean }) {
  const say = useSettingsWords();
  const client = useQueryClient();
  const [{ data: keys }, { data: sites }, { data: meters }] = useSuspenseQueries({
    queries: [whole(deviceKeysListOptions()), whole(sitesListOptions()), whole(metersListOptions())],
  });
  const known = async (key: IssuedKey): Promise<void> => {
    issued(key);
    await client.invalidateQueries();
  };
  const rotating = useMutation({ ...deviceKeysRotateMutation(), onSuccess: known });
  const ending = useMutation({ ...deviceKeysRevokeMutation(), onSuccess: () => client.invalidateQueries() });
  const failed = rotating.error ?? ending.error;
  const reachOf = ({ siteId, meterIds }: (typeof keys.items)[number]): string => {
    const site = sites.items.find(({ id }) => id === siteId);
    if (site) return say('keys.whole-site', { site: site.code });
    const named = meters.items.filter(({ id }) => meterIds.includes(id)).map(({ code }) => code);
    return named.length > 0 && named.length <= 3 ? named.join(', ') : say('keys.meters', { count: meterIds.length });
  };
  return (
    <Paper>
      <Title order={2} size="h4">
        {say('keys.devices')}
      </Title>
      <Text mb="xs">{say('keys.devices-text')}</Text>
      {failed && <ProblemNote error={failed} />}
      <KeyTable
        name={say('keys.devices')}
        file="device-keys"
        about={say('keys.reach')}
        rows={keys.items.map((key) => ({ ...key, about: reachOf(key), mayRotate: mayChange, mayEnd: mayChange }))}
        rotate={(id) => rotating.mutate({ path: { id }, body: {} })}
        end={(id) => ending.mutate({ path: { id } })}
      />
      {mayChange && <NewDeviceKey sites={sites.items} meters={meters.items} issued={known} />}
    </Paper>
  );
}

function Tokens({ issued }: PartProps) {
  const say = useSettingsWords();
  const client = useQueryClient();
  const [{ data: tokens }, { data: people }, { data: me }] = useSuspenseQueries({
    queries: [whole(tokensListOptions()), whole(peopleListOptions()), peopleMeOptions()],
  });
  const known = async (key: IssuedKey): Promise<void> => {
    issued(key);
    await client.invalidateQueries();
  };
  const rotating = useMutation({ ...tokensRotateMutation(), onSuccess: known });
  const ending = useMutation({ ...tokensRevokeMutation(), onSuccess: () => client.invalidateQueries() });
  const failed = rotating.error ?? ending.error;
  const isTreasurer = me.roles.includes('treasurer');
  return (
    <Paper>
      <Title order={2} size="h4">
        {say('keys.tokens')}
      </Title>
      <Text mb="xs">{say('keys.tokens-text')}</Text>
      {failed && <ProblemNote error={failed} />}
      <KeyTable
        name={say('keys.tokens')}
        file="tokens"
        about={say('keys.owner')}
        rows={tokens.items.map((token) => {
          const isOwn = token.personId === me.person.id;
          const owner = people.items.find(({ id }) => id === token.personId)?.name ?? '–';
          return { ...token, about: isOwn ? say('keys.mine') : owner, mayRotate: isOwn, mayEnd: isOwn || isTreasurer };
        })}
        rotate={(id) => rotating.mutate({ path: { id }, body: {} })}
        end={(id) => ending.mutate({ path: { id } })}
      />
      <NewToken people={isTreasurer ? people.items.filter(({ roles }) => roles.length > 0) : []} issued={known} />
    </Paper>
  );
}
