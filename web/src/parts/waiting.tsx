import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useWords } from '../messages/words';

/** What stands where something is being fetched. */
export function Waiting({ lines = 4 }: { lines?: number }) {
  const say = useWords();
  return (
    <Stack gap="sm" role="status" aria-busy>
      <VisuallyHidden>{say('waiting')}</VisuallyHidden>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} height={i === 0 ? 32 : 20} radius="sm" />
      ))}
    </Stack>
  );
}
