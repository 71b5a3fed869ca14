import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { outboxOneOptions } from '../api/generated/@tanstack/react-query.gen';
import type { MailRead } from '../api/generated/types.gen';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Tag } from '../parts/tag';
import { Waiting } from '../parts/waiting';
import { mailTone } from './mail-state';

/** One mail as it went or would have gone, as plain text: nothing in it is fetched, run or followed. */
export function LetterDrawer({ mail, close }: { mail: string | undefined; close: () => void }) {
  const say = useOfficeWords();
  const read = useQuery({ ...outboxOneOptions({ path: { id: mail ?? '' } }), enabled: mail !== undefined });
  return (
    <Drawer
      opened={mail !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title={read.data?.letter?.subject ?? say('outbox.letter')}
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      {read.isError && <ProblemNote error={read.error} />}
      {read.isLoading && <Waiting lines={4} />}
      {read.data && <Letter read={read.data} />}
    </Drawer>
  );
}

function Letter({ read: { mail, letter } }: { read: MailRead }) {
  const say = useOfficeWords();
  const figures = useFigures();
  return (
    <Stack gap="md">
      <dl className="pairs">
        <dt>{say('outbox.to')}</dt>
        <dd className="wrap">{mail.to}</dd>
        {letter && (
          <>
            <dt>{say('outbox.from')}</dt>
            <dd className="wrap">{letter.from}</dd>
          </>
        )}
        {letter && letter.replyTo !== '' && (
          <>
            <dt>{say('outbox.reply-to')}</dt>
            <dd className="wrap">{letter.replyTo}</dd>
          </>
        )}
        <dt>{say('outbox.when')}</dt>
        <dd>{figures.moment(mail.settledAt ?? mail.createdAt)}</dd>
        <dt>{say('payments.state')}</dt>
        <dd>
          <Tag tone={mailTone(mail.state)}>{say(`mail.state.${mail.state}`)}</Tag> {mail.reason}
        </dd>
      </dl>
      {letter === null ? (
        <Text>{say('outbox.unreadable-text')}</Text>
      ) : (
        <>
          <Text component="pre" ff="inherit" className="wrap" style={{ whiteSpace: 'pre-wrap' }} m={0}>
            {letter.text}
          </Text>
          {letter.attachments.map(({ filename, bytes }) => (
            <Text key={filename}>
              {say('outbox.attached')}{' '}
              <Anchor href={`/api/v1/invoices/${mail.subjectId}/document.pdf`}>{filename}</Anchor> (
              {say('outbox.kilobytes', { size: figures.number(String(Math.ceil(bytes / 1000))) })})
            </Text>
          ))}
        </>
      )}
    </Stack>
  );
}
