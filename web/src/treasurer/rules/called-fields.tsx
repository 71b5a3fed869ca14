import { Paper, SimpleGrid, TextInput } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';

export interface Called {
  readonly code: string;
  readonly name: string;
}

/** What a new rule is called, in full and for short. */
export function CalledFields({ called, change }: { called: Called; change: (called: Called) => void }) {
  const say = useOfficeWords();
  return (
    <Paper>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          label={say('rules.name')}
          required
          value={called.name}
          onChange={(event) => change({ ...called, name: event.currentTarget.value })}
        />
        <TextInput
          label={say('charge.code')}
          description={say('rules.code-note')}
          required
          value={called.code}
          onChange={(event) => change({ ...called, code: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Paper>
  );
}
