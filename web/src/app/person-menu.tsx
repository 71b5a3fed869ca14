import { Text, UnstyledButton } from '@mantine/core';
import { IconDoorExit, IconKey, IconUserCircle, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { leave } from '../api/session';
import { roleWord } from '../messages/roles';
import { useWords } from '../messages/words';
import { FoldOut } from './fold-out';
import classes from './shell.module.css';

/** Who one is, and the ways to be somebody else. */
export function PersonMenu({ person, roles }: { person: string; roles: readonly string[] }) {
  const say = useWords();
  const end = (): void => void leave().then(() => location.assign('/enter'));
  return (
    <>
      <UnstyledButton className={classes.person} popoverTarget="person">
        <IconUserCircle size={24} aria-hidden />
        <span className={classes.name}>
          <Text size="sm" fw={600} lh={1.2} span>
            {person}
          </Text>
          <Text size="xs" c="dimmed" lh={1.2} span>
            {roles.map((role) => say(roleWord(role))).join(', ')}
          </Text>
        </span>
      </UnstyledButton>
      <FoldOut id="person" at="top">
        <Link to="/enter">
          <IconUsers size={18} aria-hidden /> {say('shell.other')}
        </Link>
        <Link to="/second-factors">
          <IconKey size={18} aria-hidden /> {say('shell.keys')}
        </Link>
        <button type="button" onClick={end}>
          <IconDoorExit size={18} aria-hidden /> {say('shell.leave')}
        </button>
      </FoldOut>
    </>
  );
}
