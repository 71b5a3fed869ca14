import { Button, Code, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { encode } from 'uqr';
import { secondFactorsBegin, secondFactorsConfirm } from '../api/generated/sdk.gen';
import { addPasskey, hasPasskeys } from '../api/passkeys';
import { useLogInWords } from '../messages/log-in';
import { ProblemNote } from './problem-note';

/** What came of it: the recovery codes, with a first second factor. */
type Done = (recoveryCodes: readonly string[] | null) => void;

/** A passkey of this device, by a name its owner will know again. */
export function NewPasskey({ done }: { done: Done }) {
  const say = useLogInWords();
  const [name, setName] = useState('');
  const making = useMutation({ mutationFn: () => addPasskey(name.trim()), onSuccess: done });
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        making.mutate();
      }}
    >
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h4">
          {say('factor.passkey')}
        </Title>
        <Text>{say(hasPasskeys() ? 'factor.passkey-note' : 'factor.passkey-here')}</Text>
        {hasPasskeys() && (
          <>
            <TextInput
              label={say('factor.passkey-name')}
              maxLength={60}
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {making.isError && <ProblemNote error={making.error} />}
            <Button type="submit" loading={making.isPending}>
              {say('factor.passkey-do')}
            </Button>
          </>
        )}
      </Stack>
    </Paper>
  );
}

/** An app that makes six digits: it is given the secret, and counts after its first code. */
export function NewApp({ done }: { done: Done }) {
  const say = useLogInWords();
  const [code, setCode] = useState('');
  const begun = useMutation({
    mutationFn: async () => (await secondFactorsBegin({ throwOnError: true })).data,
  });
  const confirming = useMutation({
    mutationFn: async () => (await secondFactorsConfirm({ body: { code }, throwOnError: true })).data.recoveryCodes,
    onSuccess: done,
    onError: () => setCode(''),
  });
  return (
    <Paper>
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h4">
          {say('factor.app')}
        </Title>
        <Text>{say('factor.app-note')}</Text>
        {begun.isError && <ProblemNote error={begun.error} />}
        {!begun.data && (
          <Button variant="default" loading={begun.isPending} onClick={() => begun.mutate()}>
            {say('factor.app-do')}
          </Button>
        )}
        {begun.data && (
          <Group align="flex-start" gap="lg">
            <Square text={begun.data.address} name={say('factor.app-square')} />
            <Stack gap="sm" align="flex-start">
              <Text size="sm">
                {say('factor.app-secret')}
                <br />
                <Code className="wrap">{begun.data.secret}</Code>
              </Text>
              <form
                onSubmit={(event) => {
                  event.preventDefault();
                  confirming.mutate();
                }}
              >
                <Stack gap="sm" align="flex-start">
                  <TextInput
                    label={say('factor.code')}
                    inputMode="numeric"
                    autoComplete="one-time-code"
                    maxLength={7}
                    required
                    value={code}
                    onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\D/g, ''))}
                  />
                  {confirming.isError && <ProblemNote error={confirming.error} />}
                  <Button type="submit" loading={confirming.isPending}>
                    {say('factor.app-confirm')}
                  </Button>
                </Stack>
              </form>
            </Stack>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

/** A QR code, black on white in any light, as cameras want it. */
function Square({ text, name }: { text: string; name: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 3 });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg
      role="img"
      aria-label={name}
      viewBox={`0 0 ${size} ${size}`}
      width={196}
      height={196}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
