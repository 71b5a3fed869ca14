import { Button, Group, Paper, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { type ChangeEvent, useState } from 'react';
import {
  communityChangeMutation,
  communityGetOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Community } from '../../api/generated/types.gen';
import { useSettingsWords } from '../../messages/settings';
import { ProblemNote } from '../../parts/problem-note';
import { SettingsHead } from './settings-head';

const changeable = ['name', 'address', 'registrationNo', 'contactEmail', 'contactPhone', 'locale'] as const;
type Changeable = (typeof changeable)[number];

/** What the community is, as it is printed; and what it was founded with, which stays. */
export function CommunityPage() {
  const say = useSettingsWords();
  const [{ data: community }, { data: me }] = useSuspenseQueries({
    queries: [communityGetOptions(), peopleMeOptions()],
  });
  return (
    <Stack gap="lg" maw={760}>
      <SettingsHead title={say('settings.community')} />
      <CommunityForm community={community} mayChange={me.roles.includes('treasurer')} />
      <Paper>
        <Title order={2} size="h4">
          {say('community.founded')}
        </Title>
        <Text size="sm" mb="xs">
          {say('community.founded-text')}
        </Text>
        <dl className="pairs">
          <dt>{say('community.code')}</dt>
          <dd>{community.code}</dd>
          <dt>{say('community.currency')}</dt>
          <dd>{community.currency}</dd>
          <dt>{say('community.zone')}</dt>
          <dd>{community.zone}</dd>
        </dl>
      </Paper>
    </Stack>
  );
}

function CommunityForm({ community, mayChange }: { community: Community; mayChange: boolean }) {
  const say = useSettingsWords();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Pick<Community, Changeable>>(community);
  const changing = useMutation({ ...communityChangeMutation(), onSuccess: () => client.invalidateQueries() });
  const field = (name: Changeable) => ({
    ...{ value: draft[name], disabled: !mayChange },
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate({ body: Object.fromEntries(changeable.map((name) => [name, draft[name].trim()])) });
      }}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput label={say('community.name')} required maxLength={200} {...field('name')} />
          <TextInput label={say('community.registration')} maxLength={60} {...field('registrationNo')} />
          <Textarea
            label={say('community.address')}
            description={say('community.address-note')}
            autosize={false}
            rows={3}
            maxLength={500}
            {...field('address')}
          />
          <TextInput
            label={say('community.locale')}
            description={say('community.locale-note')}
            required
            {...field('locale')}
          />
          <TextInput type="email" label={say('community.email')} {...field('contactEmail')} />
          <TextInput type="tel" label={say('community.phone')} maxLength={60} {...field('contactPhone')} />
        </SimpleGrid>
        {changing.isError && <ProblemNote error={changing.error} />}
        {mayChange && (
          <Group>
            <Button type="submit" loading={changing.isPending}>
              {say('community.save')}
            </Button>
            {changing.isSuccess && <Text role="status">{say('community.saved')}</Text>}
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
