import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { devicesPhotograph } from '../api/generated/sdk.gen';
import { queries } from '../api/queries';
import { useDeviceWords } from '../messages/devices';
import { PhotoField } from '../parts/photo-field';
import { ProblemNote } from '../parts/problem-note';
import { keepPhoto } from './keep-photo';

/** The last step before a meter that was added: its display as a photo, for whoever asks later what it showed. */
export function DisplayPhoto({ meter }: { meter: string }) {
  const say = useDeviceWords();
  const navigate = useNavigate();
  const [photo, setPhoto] = useState<Blob | null>(null);
  const done = useMutation({
    mutationFn: async (taken: Blob | null) => {
      if (taken === null) return;
      const photos = [await keepPhoto(taken)];
      await devicesPhotograph({ path: { id: meter }, body: { photos }, throwOnError: true });
    },
    onSuccess: () => {
      void queries.invalidateQueries();
      void navigate({ to: '/meters/$meter', params: { meter } });
    },
  });
  return (
    <Paper>
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h4">
          {say('add.photo')}
        </Title>
        <Text size="sm">{say('add.photo-note')}</Text>
        <PhotoField photo={photo} take={setPhoto} />
        {done.isError && <ProblemNote error={done.error} />}
        <Button loading={done.isPending} onClick={() => done.mutate(photo)}>
          {say('add.done')}
        </Button>
      </Stack>
    </Paper>
  );
}
