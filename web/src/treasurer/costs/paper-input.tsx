import { Button, Group, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useOfficeWords } from '../../messages/office';
import type { Paper } from './bill-draft';

const types = ['application/pdf', 'image/png', 'image/jpeg', 'text/csv', 'application/xml'] as const;
const most = 3_670_016;

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsDataURL(file);
  });
}

/** The paper itself, kept with the bill under its hash; members who ask for their reasons end at it. */
export function PaperInput({ paper, take }: { paper: Paper | undefined; take: (paper: Paper | undefined) => void }) {
  const say = useOfficeWords();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<'bill.paper-type' | 'bill.paper-size'>();
  const choose = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const mediaType = types.find((type) => type === (file.type === 'text/xml' ? 'application/xml' : file.type));
    const refused = mediaType === undefined ? 'bill.paper-type' : file.size > most ? 'bill.paper-size' : undefined;
    setProblem(refused);
    take(
      refused || mediaType === undefined ? undefined : { name: file.name, mediaType, content: await base64Of(file) },
    );
  };
  return (
    <Group mt="sm" gap="sm">
      <input
        ref={input}
        type="file"
        hidden
        accept={types.join(',')}
        aria-label={say('bill.paper')}
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
      <Button variant="default" onClick={() => input.current?.click()}>
        {say(paper ? 'bill.paper-other' : 'bill.paper-choose')}
      </Button>
      <Text size="sm" role="status" c={problem ? 'var(--bad)' : undefined}>
        {problem ? say(problem) : (paper?.name ?? say('bill.paper-note'))}
      </Text>
    </Group>
  );
}
