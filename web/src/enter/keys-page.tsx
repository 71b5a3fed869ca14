import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  secondFactorsListOptions,
  secondFactorsRecoveryCodesMutation,
  secondFactorsRemoveAuthenticatorMutation,
  secondFactorsRemovePasskeyMutation,
} from '../api/generated/@tanstack/react-query.gen';
import { useLogInWords } from '../messages/log-in';
import { useFigures } from '../messages/words';
import { NewApp, NewPasskey } from '../parts/new-factor';
import { ProblemNote } from '../parts/problem-note';
import { RecoveryCodes } from '../parts/recovery-codes';
import { Tag } from '../parts/tag';

/** One's own ways in: passkeys, the app, recovery codes. Each change asks for the one that is there. */
export function KeysPage() {
  const say = useLogInWords();
  const figures = useFigures();
  const client = useQueryClient();
  const { data: own } = useSuspenseQuery(secondFactorsListOptions());
  const [codes, setCodes] = useState<readonly string[]>();
  const onSuccess = (): Promise<void> => client.invalidateQueries();
  const removePasskey = useMutation({ ...secondFactorsRemovePasskeyMutation(), onSuccess });
  const removeApp = useMutation({ ...secondFactorsRemoveAuthenticatorMutation(), onSuccess });
  const newCodes = useMutation({
    ...secondFactorsRecoveryCodesMutation(),
    onSuccess: async ({ recoveryCodes }) => {
      setCodes(recoveryCodes);
      await client.invalidateQueries();
    },
  });
  const added = (made: readonly string[] | null): void => {
    if (made) setCodes(made);
    void client.invalidateQueries();
  };
  const failed = removePasskey.error ?? removeApp.error ?? newCodes.error;
  return (
    <Stack gap="lg" maw={720}>
      <Title order={1}>{say('keys.title')}</Title>
      {failed && <ProblemNote error={failed} />}
      {codes && <RecoveryCodes codes={codes} kept={() => setCodes(undefined)} />}
      <Paper>
        <Title order={2} size="h4" mb="xs">
          {say('keys.passkeys')}
        </Title>
        {own.passkeys.length === 0 && <Text>{say('keys.none')}</Text>}
        <Stack gap="xs">
          {own.passkeys.map(({ id, name, createdAt, lastUsedAt, isBackedUp }) => (
            <Group key={id} justify="space-between" gap="xs">
              <div>
                <Group gap="xs">
                  <b>{name}</b>
                  {isBackedUp && <Tag>{say('keys.synced')}</Tag>}
                </Group>
                <Text size="sm" c="dimmed">
                  {say('keys.made', { at: figures.moment(createdAt) })}
                  {lastUsedAt !== null && `, ${say('keys.used', { at: figures.moment(lastUsedAt) })}`}
                </Text>
              </div>
              <Button
                variant="default"
                aria-label={say('keys.remove-of', { name })}
                loading={removePasskey.isPending && removePasskey.variables.path.id === id}
                onClick={() => removePasskey.mutate({ path: { id } })}
              >
                {say('keys.remove')}
              </Button>
            </Group>
          ))}
        </Stack>
      </Paper>
      <NewPasskey key={own.passkeys.length} done={added} />
      {own.authenticator ? (
        <Paper>
          <Stack gap="sm" align="flex-start">
            <Title order={2} size="h4">
              {say('keys.app')}
            </Title>
            <Text>{say('keys.app-is')}</Text>
            <Button variant="default" loading={removeApp.isPending} onClick={() => removeApp.mutate({})}>
              {say('keys.app-remove')}
            </Button>
          </Stack>
        </Paper>
      ) : (
        <NewApp done={added} />
      )}
      {(own.authenticator || own.passkeys.length > 0) && (
        <Paper>
          <Stack gap="sm" align="flex-start">
            <Title order={2} size="h4">
              {say('keys.codes')}
            </Title>
            <Text>{say('keys.codes-left', { count: own.recoveryCodes })}</Text>
            <Button variant="default" loading={newCodes.isPending} onClick={() => newCodes.mutate({})}>
              {say('keys.codes-new')}
            </Button>
          </Stack>
        </Paper>
      )}
    </Stack>
  );
}
