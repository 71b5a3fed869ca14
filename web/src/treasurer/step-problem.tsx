import { Button, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem';
import { useOfficeWords } from '../messages/office';
import { ProblemNote } from '../parts/problem-note';

/** What stood in the way of a step, and the way on where the figures changed meanwhile. */
export function StepProblem({ run, error }: { run: string; error: unknown }) {
  const say = useOfficeWords();
  const isChanged = error instanceof ApiProblem && error.code === 'run-changed';
  return (
    <Stack gap="sm" my="sm" align="flex-start">
      <ProblemNote error={error} />
      {isChanged && (
        <Button component={Link} to={`/runs/${run}/preview` as '/runs'}>
          {say('step.to-preview')}
        </Button>
      )}
    </Stack>
  );
}
