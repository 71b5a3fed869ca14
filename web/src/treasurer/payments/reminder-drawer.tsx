import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { remindersLetterOptions } from '../../api/generated/@tanstack/react-query.gen';
import type { OverdueMember } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { ProblemNote } from '../../parts/problem-note';
import { Waiting } from '../../parts/waiting';

interface Props {
  readonly of: OverdueMember | undefined;
  readonly send: () => void;
  readonly close: () => void;
}

/** A reminder as it would go, word for word, and the way to send it. */
export function ReminderDrawer({ of, send, close }: Props) {
  const say = useOfficeWords();
  const read = useQuery({
    ...remindersLetterOptions({ path: { id: of?.member.id ?? '' } }),
    enabled: of !== undefined,
    // It says what is open now.
    staleTime: 0,
  });
  const letter = read.data?.letter;
  return (
    <Drawer
      opened={of !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title={letter?.subject ?? say('reminders.title')}
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      {read.isError && <ProblemNote error={read.error} />}
      {read.isLoading && <Waiting lines={4} />}
      {read.data && (
        <Stack gap="md">
          <dl className="pairs">
            <dt>{say('outbox.to')}</dt>
            <dd className="wrap">{read.data.to === '' ? say('reminders.no-address') : read.data.to}</dd>
          </dl>
          <Text component="pre" ff="inherit" className="wrap" style={{ whiteSpace: 'pre-wrap' }} m={0}>
            {letter ? letter.text : say('reminders.not-due')}
          </Text>
          {letter && read.data.to === '' && <Text>{say('reminders.speak')}</Text>}
          <Group>
            {letter && read.data.to !== '' && <Button onClick={send}>{say('reminders.send')}</Button>}
            <Button variant="default" onClick={close}>
              {say('close')}
            </Button>
          </Group>
        </Stack>
      )}
    </Drawer>
  );
}
