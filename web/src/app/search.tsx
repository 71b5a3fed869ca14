import { Group, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useFindingWords } from '../messages/finding';
import { ProblemNote } from '../parts/problem-note';
import { Waiting } from '../parts/waiting';
import classes from './finder.module.css';
import { isOfficer } from './first-page';
import { find, type Thing } from './found';
import type { Place } from './places';
import { useThings } from './use-things';

/** Of each kind so many are shown; the rest says how many it is. */
const mostOfAKind = 6;

interface Props {
  readonly places: readonly Place[];
  readonly roles: readonly string[];
  readonly close: () => void;
  readonly showKeys: () => void;
}

/** Finds whatever has a name or a number among what its person may see, and goes there. */
export default function Search({ places, roles, close, showKeys }: Props) {
  const say = useFindingWords();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { kinds, isWaiting, failed, again } = useThings(places, roles, typed.trim() !== '');
  const found = kinds
    .map(({ name, things }) => ({ name, things: typed.trim() === '' ? things : find(things, typed) }))
    .filter(({ things }) => things.length > 0);
  const shown = found.flatMap(({ things }) => things.slice(0, mostOfAKind));
  const here = shown[at];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [here]);
  const goTo = ({ to }: Thing): void => {
    close();
    void navigate({ to: to as '/' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && shown.length > 0) setAt((at + step + shown.length) % shown.length);
    else if (event.key === 'Enter' && here) goTo(here);
    else return;
    event.preventDefault();
  };
  const total = found.reduce((sum, { things }) => sum + things.length, 0);
  return (
    <Modal
      opened
      onClose={close}
      title={<b>{say('search.title')}</b>}
      yOffset="8vh"
      size="lg"
      closeButtonProps={{ 'aria-label': say('close') }}
      attributes={{ header: { role: 'presentation' } }}
    >
      <Stack gap="sm">
        <TextInput
          data-autofocus
          type="search"
          role="combobox"
          aria-expanded={shown.length > 0}
          aria-autocomplete="list"
          {...(shown.length > 0 ? { 'aria-controls': 'found' } : {})}
          {...(here ? { 'aria-activedescendant': idOf(here) } : {})}
          autoComplete="off"
          label={say('search.label')}
          description={say(isOfficer(roles) ? 'search.note' : 'search.note-own')}
          value={typed}
          onKeyDown={onKeyDown}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setAt(0);
          }}
        />
        {failed && <ProblemNote error={failed} again={again} />}
        {shown.length > 0 && (
          <div ref={list} id="found" role="listbox" aria-label={say('search.results')} className={classes.found}>
            {found.map(({ name, things }) => (
              <div key={name} role="group" aria-labelledby={`found ${name}`.replaceAll(/\W/g, '-')}>
                <div id={`found ${name}`.replaceAll(/\W/g, '-')} role="presentation" className={classes.head}>
                  {name}
                </div>
                {things.slice(0, mostOfAKind).map((one) => (
                  <div
                    key={one.to}
                    id={idOf(one)}
                    role="option"
                    aria-selected={one === here}
                    className={classes.one}
                    onClick={() => goTo(one)}
                  >
                    <span>{one.name}</span>
                    <span className={classes.note}>{one.note}</span>
                  </div>
                ))}
                {things.length > mostOfAKind && (
                  <div role="presentation" className={classes.head}>
                    {say('search.more', { count: things.length - mostOfAKind })}
                  </div>
                )}
              </div>
            ))}
          </div>
        )}
        {isWaiting && <Waiting lines={2} />}
        <Group justify="space-between">
          <Text size="sm" role="status">
            {typed.trim() === '' || isWaiting
              ? ''
              : total === 0
                ? say('search.none')
                : say('search.found', { count: total })}
          </Text>
          <UnstyledButton className="textual" onClick={showKeys}>
            {say('keys.sheet')}
          </UnstyledButton>
        </Group>
      </Stack>
    </Modal>
  );
}

const idOf = ({ to }: Thing): string => `found-${to.replaceAll(/\W/g, '-')}`;
