import { Button, Container, Stack, Text, Title } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useWords } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';

/** A page that could not be shown: what happened, and the way on. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const say = useWords();
  return (
    <Container size="sm" py="xl" component="main">
      <Stack>
        <Title order={1}>{say('broken.title')}</Title>
        <ProblemNote error={error} again={reset} />
      </Stack>
    </Container>
  );
}

export function NotThere() {
  const say = useWords();
  return (
    <Container size="sm" py="xl" component="main">
      <Stack align="flex-start">
        <Title order={1}>{say('not-there.title')}</Title>
        <Text>{say('not-there.text')}</Text>
        <Button component={Link} to="/">
          {say('not-there.back')}
        </Button>
      </Stack>
    </Container>
  );
}
