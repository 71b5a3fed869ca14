import { Button, Paper, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { peopleChangeMutation, peopleOneOptions } from '../../api/generated/@tanstack/react-query.gen';
import { useSettingsWords } from '../../messages/settings';
import { ProblemNote } from '../../parts/problem-note';
import { bodyOf, draftOf } from './person-draft';
import { PersonForm } from './person-form';
import { SettingsHead } from './settings-head';

/** One person, to be changed, or to have everything taken away. */
export function PersonPage() {
  const say = useSettingsWords();
  const client = useQueryClient();
  const { person: id = '' } = useParams({ strict: false });
  const { data: person } = useSuspenseQuery(peopleOneOptions({ path: { id } }));
  const onSuccess = (): Promise<void> => client.invalidateQueries();
  const changing = useMutation({ ...peopleChangeMutation(), onSuccess });
  const ending = useMutation({ ...peopleChangeMutation(), onSuccess });
  return (
    <Stack gap="lg" maw={860}>
      <SettingsHead title={person.name}>
        {' › '}
        <Link to="/settings/people">{say('settings.people')}</Link>
      </SettingsHead>
      <PersonForm
        key={JSON.stringify(person)}
        given={draftOf(person)}
        button={say('people.save')}
        note={say('people.save-note')}
        isPending={changing.isPending}
        error={changing.error}
        save={(draft) => changing.mutate({ path: { id }, body: bodyOf(draft) })}
      />
      {changing.isSuccess && <Text role="status">{say('people.saved')}</Text>}
      {person.roles.length > 0 && (
        <Paper>
          <details>
            <summary>{say('people.end')}</summary>
            <Stack gap="sm" align="flex-start" mt="sm">
              <Text>{say('people.end-text', { name: person.name })}</Text>
              <Button
                color="red"
                aria-label={say('people.end-of', { name: person.name })}
                variant="outline"
                loading={ending.isPending}
                onClick={() => ending.mutate({ path: { id }, body: { roles: [] } })}
              >
                {say('people.end-do')}
              </Button>
            </Stack>
          </details>
          {ending.isError && <ProblemNote error={ending.error} />}
        </Paper>
      )}
    </Stack>
  );
}
