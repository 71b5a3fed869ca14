import { Alert } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { myReadingsRegistersOptions } from '../api/generated/@tanstack/react-query.gen';
import { queries } from '../api/queries';
import { useWords } from '../messages/words';
import { sendWaiting, useWaiting } from './send-waiting';

const minuteMs = 60_000;

/** Stands on every page of a member: says that a reading waits, and sends it when the network is back. */
export function WaitingNote({ person }: { person: string }) {
  const say = useWords();
  const waiting = useWaiting(person);
  const count = waiting.filter(({ refusal }) => refusal === null).length;
  useEffect(() => {
    const go = (): void => void sendWaiting(person);
    go();
    addEventListener('online', go);
    // Being connected to something is not being heard: where something waits it is tried again.
    const again = setInterval(go, minuteMs);
    return () => {
      removeEventListener('online', go);
      clearInterval(again);
    };
  }, [person]);
  useEffect(() => {
    // Who goes down to the meter has the page and the displays with them.
    void import('./reading-page');
    void queries.prefetchQuery({ ...myReadingsRegistersOptions(), gcTime: Infinity });
  }, []);
  if (waiting.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      mb="md"
      icon={<IconCloudOff aria-hidden />}
      role="status"
      className="no-print"
    >
      {count > 0 ? say('reading.waits', { count }) : say('reading.refused-some')}{' '}
      <Link to="/my/reading">{say('reading.look')}</Link>
    </Alert>
  );
}
