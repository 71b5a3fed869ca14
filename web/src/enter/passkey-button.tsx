import { Button, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { queries } from '../api/queries';
import { hasPasskeys, logInWithPasskey } from '../api/passkeys';
import { useLogInWords } from '../messages/log-in';
import { ProblemNote } from '../parts/problem-note';

/** Logs in with a passkey, for whoever has made one; the device asks which. */
export default function PasskeyButton({ goOn }: { goOn: () => void }) {
  const say = useLogInWords();
  const going = useMutation({
    mutationFn: logInWithPasskey,
    onSuccess: () => {
      queries.clear();
      goOn();
    },
  });
  if (!hasPasskeys()) return null;
  return (
    <Stack gap="sm" align="flex-start">
      <Button
        variant="default"
        leftSection={<IconKey size={18} aria-hidden />}
        loading={going.isPending}
        onClick={() => going.mutate()}
      >
        {say('enter.passkey')}
      </Button>
      {going.isError && <ProblemNote error={going.error} />}
    </Stack>
  );
}
