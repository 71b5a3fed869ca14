import { Button, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { proofProve } from '../api/generated/sdk.gen';
import type { Session } from '../api/generated/types.gen';
import { hasPasskeys, provePasskey } from '../api/passkeys';
import { sessionOptions } from '../api/session';
import { useLogInWords } from '../messages/log-in';
import { ProblemNote } from './problem-note';

type Factors = Pick<Session['secondFactor'], 'passkeys' | 'authenticator' | 'recoveryCodes'>;

/** Proves a second factor in the session that is there: whichever of them somebody has, the quickest first. */
export function ProveForm({ factors, done }: { factors: Factors; done: () => void }) {
  const say = useLogInWords();
  const client = useQueryClient();
  const [isRecovery, setRecovery] = useState(!factors.authenticator && factors.passkeys === 0);
  const [code, setCode] = useState('');
  const onSuccess = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: sessionOptions.queryKey });
    done();
  };
  const passkey = useMutation({ mutationFn: provePasskey, onSuccess });
  const byCode = useMutation({
    mutationFn: async () => {
      const kind = isRecovery ? ('recovery' as const) : ('authenticator' as const);
      await proofProve({ body: { kind, code: code.trim() }, throwOnError: true });
    },
    onSuccess,
    onError: () => setCode(''),
  });
  const asksCode = isRecovery || factors.authenticator;
  const failed = byCode.error ?? passkey.error;
  return (
    <Stack gap="md" align="flex-start">
      {factors.passkeys > 0 && hasPasskeys() && (
        <Button
          leftSection={<IconKey size={18} aria-hidden />}
          loading={passkey.isPending}
          data-autofocus
          onClick={() => {
            byCode.reset();
            passkey.mutate();
          }}
        >
          {say('factor.use-passkey')}
        </Button>
      )}
      {asksCode && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            passkey.reset();
            byCode.mutate();
          }}
        >
          <Stack gap="sm" align="flex-start">
            <TextInput
              key={isRecovery ? 'recovery' : 'app'}
              label={say(isRecovery ? 'factor.recovery' : 'factor.code')}
              {...(isRecovery ? { description: say('factor.recovery-note') } : { inputMode: 'numeric', maxLength: 7 })}
              autoComplete={isRecovery ? 'off' : 'one-time-code'}
              required
              data-autofocus
              value={code}
              onChange={(event) => {
                const typed = event.currentTarget.value;
                setCode(isRecovery ? typed : typed.replaceAll(/\D/g, ''));
              }}
            />
            <Button
              type="submit"
              variant={factors.passkeys > 0 && hasPasskeys() ? 'default' : 'filled'}
              loading={byCode.isPending}
            >
              {say('factor.prove')}
            </Button>
          </Stack>
        </form>
      )}
      {failed && <ProblemNote error={failed} />}
      {factors.recoveryCodes > 0 && (factors.authenticator || factors.passkeys > 0) && (
        <UnstyledButton
          className="textual"
          onClick={() => {
            setRecovery(!isRecovery);
            setCode('');
            byCode.reset();
          }}
        >
          {say(isRecovery && factors.authenticator ? 'factor.to-code' : 'factor.to-recovery')}
        </UnstyledButton>
      )}
    </Stack>
  );
}
