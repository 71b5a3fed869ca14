import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../messages/words';
import classes from './photo-field.module.css';
import { smallPhoto } from './small-photo';

interface PhotoFieldProps {
  readonly photo: Blob | null;
  readonly take: (photo: Blob | null) => void;
}

/** Takes a photo of a display with the camera where there is one, else picks a file, and shows what was taken. */
export function PhotoField({ photo, take }: PhotoFieldProps) {
  const say = useWords();
  const id = useId();
  const [isUnreadable, setUnreadable] = useState(false);
  const read = (file: File | undefined): void => {
    if (!file) return;
    smallPhoto(file).then(
      (small) => {
        setUnreadable(false);
        take(small);
      },
      () => {
        setUnreadable(true);
        take(null);
      },
    );
  };
  return (
    <Stack gap="xs" align="flex-start">
      {photo !== null && <Shown photo={photo} />}
      <Group gap="xs">
        <input
          id={id}
          type="file"
          accept="image/*"
          capture="environment"
          className={classes.file}
          onChange={(event) => {
            read(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
        <label htmlFor={id} className={classes.button}>
          <IconCamera size={20} aria-hidden />
          {say(photo === null ? 'photo.take' : 'photo.again')}
        </label>
        {photo !== null && (
          <Button variant="subtle" color="gray" onClick={() => take(null)}>
            {say('photo.without')}
          </Button>
        )}
      </Group>
      {isUnreadable && (
        <Text size="sm" c="var(--bad)" role="alert">
          {say('photo.unreadable')}
        </Text>
      )}
    </Stack>
  );
}

function Shown({ photo }: { photo: Blob }) {
  const say = useWords();
  const place = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const address = URL.createObjectURL(photo);
    if (place.current) place.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [photo]);
  return <img ref={place} alt={say('photo.alt')} className={classes.shown} />;
}
