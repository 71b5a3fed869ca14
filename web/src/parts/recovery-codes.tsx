import { Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useLogInWords } from '../messages/log-in';

/** Ten codes that are shown once; the way on is to say that they are kept. */
export function RecoveryCodes({ codes, kept }: { codes: readonly string[]; kept: () => void }) {
  const say = useLogInWords();
  return (
    <Paper>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {say('codes.title')}
        </Title>
        <Text>{say('codes.text')}</Text>
        <ol className="codes">
          {codes.map((code) => (
            <li key={code}>
              <Code fz="md">{code}</Code>
            </li>
          ))}
        </ol>
        <Group className="no-print">
          <Button onClick={kept}>{say('codes.kept')}</Button>
          <Button variant="default" onClick={() => print()}>
            {say('codes.print')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
