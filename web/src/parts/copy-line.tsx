import { Button, Code, Group } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../messages/words';

/** Something to be pasted elsewhere, with a button that copies it; where the browser lets nobody copy, it can be marked. */
export function CopyLine({ text, name }: { text: string; name: string }) {
  const say = useWords();
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <Group gap="xs">
      <Code fz="sm" className="wrap" aria-label={name}>
        {text}
      </Code>
      <Button variant="default" size="xs" mih={32} onClick={copy}>
        {say(isCopied ? 'copied' : 'copy')}
      </Button>
    </Group>
  );
}
