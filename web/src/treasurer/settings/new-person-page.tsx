import { Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { peopleAddMutation } from '../../api/generated/@tanstack/react-query.gen';
import { useSettingsWords } from '../../messages/settings';
import { bodyOf, nobodyYet } from './person-draft';
import { PersonForm } from './person-form';
import { SettingsHead } from './settings-head';

/** Somebody new, with what they may do. */
export function NewPersonPage() {
  const say = useSettingsWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const adding = useMutation({
    ...peopleAddMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/settings/people' });
    },
  });
  return (
    <Stack gap="lg" maw={860}>
      <SettingsHead title={say('people.add')}>
        {' › '}
        <Link to="/settings/people">{say('settings.people')}</Link>
      </SettingsHead>
      <PersonForm
        given={nobodyYet}
        button={say('people.save-new')}
        isPending={adding.isPending}
        error={adding.error}
        save={(draft) => adding.mutate({ body: bodyOf(draft) })}
      />
    </Stack>
  );
}
