import { ActionIcon } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useWords } from '../messages/words';
import type { Everywhere } from './everywhere-keys';
import type { Place } from './places';
import { useKeys } from './use-keys';

const Search = lazy(() => import('./search'));
const KeySheet = lazy(() => import('./key-sheet'));

/** The way to whatever has a name, by its button or by keys; and the sheet that lists all keys. It is fetched after the page, and each of the two when it is first asked for. */
export default function Finder({ places, roles }: { places: readonly Place[]; roles: readonly string[] }) {
  const say = useWords();
  const [opened, setOpened] = useState<Everywhere>();
  const open = useCallback((what: Everywhere) => setOpened(what), []);
  const close = (): void => setOpened(undefined);
  useKeys(places, open);
  return (
    <>
      <ActionIcon
        variant="default"
        size={40}
        aria-label={say('shell.search')}
        title={say('shell.search')}
        onClick={() => setOpened('search')}
      >
        <IconSearch size={20} aria-hidden />
      </ActionIcon>
      <Suspense fallback={null}>
        {opened === 'search' && (
          <Search places={places} roles={roles} close={close} showKeys={() => setOpened('keys')} />
        )}
        {opened === 'keys' && <KeySheet places={places} close={close} />}
      </Suspense>
    </>
  );
}
