import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy } from 'react';
import { auditEntriesOptions, peopleListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { useFigures } from '../messages/words';
import type { StepProps } from './step';

const Preview = lazy(() => import('./preview-step'));

/** Who reads the record, and with it why a run was cancelled. */
const readers = ['treasurer', 'auditor'];

/** A run that was given up: when, by whom and why, and what it would have come to. Nothing is done with it any more. */
export function CancelledRun({ run, roles, isDemo }: StepProps) {
  const say = useOfficeWords();
  const figures = useFigures();
  const mayRead = roles.some((role) => readers.includes(role));
  const asked = { subjectKind: 'billing-run', subjectId: run.id, type: 'billing-run.cancelled' };
  const entries = useQuery({ ...auditEntriesOptions({ query: asked }), enabled: mayRead });
  const people = useQuery({ ...whole(peopleListOptions()), enabled: mayRead });
  const entry = entries.data?.items[0];
  const name = people.data?.items.find(({ id }) => id === entry?.actor.id)?.name ?? '';
  const reason = entry?.data['reason'];
  return (
    <Stack gap="lg">
      <Paper>
        <Title order={2} size="h4" mb="xs">
          {say('cancelled.title')}
        </Title>
        {run.cancelledAt && (
          <Text>
            {name === ''
              ? say('cancelled.at', { at: figures.moment(run.cancelledAt) })
              : say('cancelled.by', { at: figures.moment(run.cancelledAt), name })}
            {typeof reason === 'string' && ` ${say('cancelled.reason', { reason })}`}
          </Text>
        )}
        <Text>{say('cancelled.text')}</Text>
        <Text mt="xs">
          <Link to="/home">{say('cancelled.home')}</Link>
        </Text>
      </Paper>
      {run.totals !== null && <Preview run={run} roles={roles} isDemo={isDemo} />}
    </Stack>
  );
}
