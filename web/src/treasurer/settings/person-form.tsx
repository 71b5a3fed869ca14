import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { membersListOptions } from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { roleWord } from '../../messages/roles';
import { useSettingsWords } from '../../messages/settings';
import { ProblemNote } from '../../parts/problem-note';
import { officeRoles, type PersonDraft } from './person-draft';
import classes from './settings.module.css';

interface Props {
  readonly given: PersonDraft;
  readonly button: string;
  readonly note?: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly save: (draft: PersonDraft) => void;
}

/** A person with everything that they are; which of it is new, the service finds out. */
export function PersonForm({ given, button, note, isPending, error, save }: Props) {
  const say = useSettingsWords();
  const { data: members } = useSuspenseQuery(whole(membersListOptions()));
  const [draft, setDraft] = useState(given);
  const set = (part: Partial<PersonDraft>): void => setDraft({ ...draft, ...part });
  const nameOf = (id: string): string => members.items.find((one) => one.id === id)?.name || say('people.gone-member');
  const others = members.items.filter(({ id, erasedAt }) => erasedAt === null && !draft.members.includes(id));
  return (
    <Paper
      component="form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save(draft);
      }}
    >
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            label={say('people.name')}
            required
            maxLength={200}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            type="email"
            label={say('people.email')}
            description={say('people.email-note')}
            value={draft.email}
            onChange={(event) => set({ email: event.currentTarget.value })}
          />
        </SimpleGrid>
        <fieldset className={classes.group}>
          <legend>{say('people.roles')}</legend>
          {officeRoles.map((role) => (
            <label key={role} className={classes.box}>
              <input
                type="checkbox"
                checked={draft.roles.includes(role)}
                onChange={() =>
                  set({
                    roles: draft.roles.includes(role)
                      ? draft.roles.filter((one) => one !== role)
                      : [...draft.roles, role],
                  })
                }
              />
              <span>
                <b>{say(roleWord(role))}</b>: {say(`people.role-note.${role}`)}
              </span>
            </label>
          ))}
        </fieldset>
        <fieldset className={classes.group}>
          <legend>{say('people.members')}</legend>
          {draft.members.length === 0 && <Text size="sm">{say('people.members-none')}</Text>}
          {draft.members.map((id) => (
            <Group key={id} gap="sm">
              <span>{nameOf(id)}</span>
              <Button
                variant="default"
                size="xs"
                mih={32}
                aria-label={say('people.member-remove-of', { name: nameOf(id) })}
                onClick={() => set({ members: draft.members.filter((one) => one !== id) })}
              >
                {say('people.member-remove')}
              </Button>
            </Group>
          ))}
          <NativeSelect
            label={say('people.member-add')}
            maw={420}
            value=""
            data={[
              { value: '', label: '' },
              ...others.map(({ id, name, code }) => ({ value: id, label: `${name} (${code})` })),
            ]}
            onChange={(event) => set({ members: [...draft.members, event.currentTarget.value] })}
          />
        </fieldset>
        {note !== undefined && <Text size="sm">{note}</Text>}
        {error !== null && <ProblemNote error={error} />}
        <Group>
          <Button type="submit" loading={isPending}>
            {button}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
