import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { IssuedKey } from '../../api/generated/types.gen';
import { useSettingsWords } from '../../messages/settings';
import { CopyLine } from '../../parts/copy-line';

/** A secret, shown until somebody says that it is kept; and never again. */
export function ShownOnce({ issued: { name, token }, kept }: { issued: IssuedKey; kept: () => void }) {
  const say = useSettingsWords();
  return (
    <Paper role="status">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {say('keys.shown', { name })}
        </Title>
        <Text>{say(token === null ? 'keys.shown-repeated' : 'keys.shown-text')}</Text>
        {token !== null && <CopyLine text={token} name={say('keys.shown', { name })} />}
        <Group>
          <Button onClick={kept}>{say('keys.shown-kept')}</Button>
        </Group>
      </Stack>
    </Paper>
  );
}
