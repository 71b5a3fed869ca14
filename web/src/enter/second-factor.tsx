import { Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../api/generated/types.gen';
import { leave } from '../api/session';
import { useLogInWords } from '../messages/log-in';
import { NewApp, NewPasskey } from '../parts/new-factor';
import { ProveForm } from '../parts/prove-form';
import { RecoveryCodes } from '../parts/recovery-codes';

/** Between the mailbox and the books: a second factor is proved, or set up where there is none yet. */
export default function SecondFactor({ session, goOn }: { session: Session; goOn: () => void }) {
  const say = useLogInWords();
  const client = useQueryClient();
  const [codes, setCodes] = useState<readonly string[]>();
  const { secondFactor } = session;
  const finish = (): void => {
    client.clear();
    goOn();
  };
  if (codes) return <RecoveryCodes codes={codes} kept={finish} />;
  const hasOne = secondFactor.passkeys > 0 || secondFactor.authenticator;
  const added = (made: readonly string[] | null): void => (made === null ? finish() : setCodes(made));
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h3">
          {say(hasOne ? 'factor.title' : 'factor.title-new')}
        </Title>
        <Text c="dimmed">{session.person?.name}</Text>
      </div>
      {hasOne ? (
        <ProveForm factors={secondFactor} done={finish} />
      ) : (
        <>
          <Text>{say('factor.text-new')}</Text>
          <NewPasskey done={added} />
          <NewApp done={added} />
        </>
      )}
      <UnstyledButton className="textual" onClick={() => void leave().then(() => location.reload())}>
        {say('factor.other')}
      </UnstyledButton>
    </Stack>
  );
}
