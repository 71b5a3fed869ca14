import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/problem';
import refusals from '../messages/en-refusals.json';
import { wordsWith } from '../messages/more';

const useRefusalWords = wordsWith('refusals', refusals);
const isKnown = (key: string): key is keyof typeof refusals => key in refusals;

/** A refusal in the language of the page, by its code; below it what the service says, which may know more. */
export default function Refusal({
  problem: { code, message, facts },
}: {
  problem: ApiProblem;
  /** What stands there until the words are. */
  children: ReactNode;
}) {
  const say = useRefusalWords();
  const key = `refused.${code}`;
  const issues = facts['issues'];
  const said = (
    <span lang="en" className="wrap">
      {message}
    </span>
  );
  if (!isKnown(key)) return <Text size="sm">{said}</Text>;
  return (
    <>
      <Text size="sm">{say(key, { count: Array.isArray(issues) ? issues.length : 1 })}</Text>
      {message !== '' && (
        <Text size="sm" c="dimmed">
          {say('said')} {said}
        </Text>
      )}
    </>
  );
}
