import { Alert, Anchor, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useIntl } from 'react-intl';
import { PasskeyDeclined } from '../api/passkey-declined';
import { ApiProblem } from '../api/problem';
import { useWords } from '../messages/words';

/** The service refuses in English. Other pages fetch their words with the first refusal; where they cannot be fetched, what it said stands. */
const Refusal = lazy(() =>
  import('./refusal').catch(() => ({ default: ({ children }: { children: ReactNode }) => <>{children}</> })),
);

/** What went wrong, in the language of the page and in the service's own sentence, with the way to its explanation and the reference that helps whoever is asked. */
export function ProblemNote({ error, again }: { error: unknown; again?: () => void }) {
  const say = useWords();
  const isEnglish = useIntl().locale.startsWith('en');
  const known = error instanceof ApiProblem ? error : undefined;
  const sentence = known ? known.message : error instanceof PasskeyDeclined ? say('passkey.declined') : '';
  const said = (
    <Text size="sm">{known?.status === 0 ? say('problem.no-answer') : sentence || say('problem.unknown')}</Text>
  );
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={say('problem.title')}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        {known?.status && !isEnglish ? (
          <Suspense fallback={said}>
            <Refusal problem={known}>{said}</Refusal>
          </Suspense>
        ) : (
          said
        )}
        {known && known.errors.length > 0 && (
          <List size="sm">
            {known.errors.map(({ pointer, detail }) => (
              <List.Item key={pointer}>
                <Code>{pointer}</Code> {detail}
              </List.Item>
            ))}
          </List>
        )}
        <Group gap="md">
          {again && (
            <Button size="xs" variant="light" color="red" onClick={again}>
              {say('problem.again')}
            </Button>
          )}
          {known && known.status > 0 && (
            <Anchor size="sm" href={`/docs/problems.md#${known.code}`}>
              {say('problem.explained')}
            </Anchor>
          )}
          {known?.reference && (
            <Text size="sm" c="dimmed">
              {say('problem.reference')} <Code>{known.reference}</Code>
            </Text>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
