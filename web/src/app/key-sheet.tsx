import { Modal, Stack, Text, Title } from '@mantine/core';
import { useFindingWords } from '../messages/finding';
import { KeyCaps } from '../parts/key-caps';
import { type PageKeys, useShownKeys } from '../parts/page-keys';
import { switchSingleKeys, useSingleKeys } from '../parts/single-keys';
import classes from './finder.module.css';
import { chordKey, everywhereKeys, leader } from './everywhere-keys';
import type { Place } from './places';

/** Every key of this page and of all pages, from the lists that the pages themselves go by; and the switch for those without Ctrl. */
export default function KeySheet({ places, close }: { places: readonly Place[]; close: () => void }) {
  const say = useFindingWords();
  const shown = useShownKeys();
  const isOn = useSingleKeys();
  const does = { search: say('keys.search'), keys: say('keys.sheet-do') };
  const everywhere: PageKeys = {
    where: say('keys.everywhere'),
    keys: [
      ...everywhereKeys.map(({ key, opens }) => ({ keys: [key], does: does[opens] })),
      ...everywhereKeys.flatMap(({ chord, opens }) =>
        chord === undefined ? [] : [{ keys: [chordKey(), chord.toUpperCase()], does: does[opens] }],
      ),
      { keys: ['Esc'], does: say('keys.close') },
      ...places.map(({ key, name }) => ({ keys: [leader, key], does: say('keys.go', { name: say(name) }) })),
    ],
  };
  return (
    <Modal
      opened
      onClose={close}
      title={<b>{say('keys.sheet')}</b>}
      size="lg"
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      <Stack gap="lg">
        {[...shown, everywhere].map(({ where, keys }) => (
          <section key={where}>
            <Title order={2} size="h5" mb="xs">
              {where}
            </Title>
            <dl className={classes.keys}>
              {keys.map((one) => (
                <div key={one.keys.join(' ')}>
                  <dt>
                    <KeyCaps keys={one.keys} />
                  </dt>
                  <dd>{one.does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <div>
          <label className={classes.switch}>
            <input
              type="checkbox"
              checked={isOn}
              onChange={({ currentTarget }) => switchSingleKeys(currentTarget.checked)}
            />
            {say('keys.single')}
          </label>
          <Text size="sm">{say('keys.single-note', { chord: `${chordKey()} K` })}</Text>
          <Text size="sm">{say('keys.never')}</Text>
        </div>
      </Stack>
    </Modal>
  );
}
