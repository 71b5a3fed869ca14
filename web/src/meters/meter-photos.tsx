import { Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { photosListOptions } from '../api/generated/@tanstack/react-query.gen';
import type { PhotosListResponse } from '../api/generated/types.gen';
import { whole } from '../api/whole';
import { useDeviceWords } from '../messages/devices';
import { useFigures } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Waiting } from '../parts/waiting';
import classes from './meter-photos.module.css';

/** Photos of the displays of a meter, from whoever read it or put a device in. For the treasurer, who sees all of them. */
export function MeterPhotos({ meter }: { meter: string }) {
  const say = useDeviceWords();
  const found = useQuery(whole(photosListOptions({ query: { meter } })));
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('meter.photos')}
      </Title>
      {found.isPending && <Waiting lines={1} />}
      {found.isError && <ProblemNote error={found.error} />}
      {found.data?.items.length === 0 && <Text size="sm">{say('meter.photos-none')}</Text>}
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        {found.data?.items.map((photo) => (
          <Photo key={photo.id} photo={photo} />
        ))}
      </SimpleGrid>
    </Paper>
  );
}

function Photo({ photo: { id, readings, devices, sentAt } }: { photo: PhotosListResponse['items'][number] }) {
  const say = useDeviceWords();
  const figures = useFigures();
  const reading = readings[0];
  const text = reading
    ? say('meter.photo-of-reading', { at: figures.moment(reading.at) })
    : say('meter.photo-of-device', { serial: devices.at(-1)?.serial || '–', at: figures.moment(sentAt) });
  return (
    <a href={`/api/v1/photos/${id}`} target="_blank" rel="noreferrer" className={classes.photo}>
      <img src={`/api/v1/photos/${id}`} alt="" loading="lazy" className={classes.picture} />
      <Text size="sm" span>
        {text}
      </Text>
    </a>
  );
}
