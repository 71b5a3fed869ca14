import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sessionOptions } from '../api/session';
import { useLogInWords } from '../messages/log-in';
import { ProblemNote } from '../parts/problem-note';
import { ProveForm } from '../parts/prove-form';
import { Waiting } from '../parts/waiting';

/** Asks for a second factor once more; what was asked for waits behind it and goes on by itself. */
export default function StepUpDialog({ settle }: { settle: (isProved: boolean) => void }) {
  const say = useLogInWords();
  const session = useQuery({ ...sessionOptions, staleTime: 0 });
  return (
    <Modal
      opened
      onClose={() => settle(false)}
      title={<b>{say('step-up.title')}</b>}
      centered
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      <Stack gap="md" align="flex-start">
        <Text>{say('step-up.text')}</Text>
        {session.isError && <ProblemNote error={session.error} />}
        {session.isPending && <Waiting lines={2} />}
        {session.data && <ProveForm factors={session.data.secondFactor} done={() => settle(true)} />}
        <Button variant="default" onClick={() => settle(false)}>
          {say('step-up.cancel')}
        </Button>
      </Stack>
    </Modal>
  );
}
