import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  logInRulesChangeMutation,
  logInRulesGetOptions,
  membersListOptions,
  peopleListOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { LogInRules, Person } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { roleWord } from '../../messages/roles';
import { useSettingsWords } from '../../messages/settings';
import { useFigures } from '../../messages/words';
import { CardTable } from '../../parts/card-table';
import { CopyLine } from '../../parts/copy-line';
import { CsvButton } from '../../parts/csv-button';
import { ProblemNote } from '../../parts/problem-note';
import { SettingsHead } from './settings-head';

/** Who may do what, how they come in, and how long they stay. */
export function PeoplePage() {
  const say = useSettingsWords();
  const figures = useFigures();
  const [{ data: people }, { data: members }, { data: rules }, { data: me }] = useSuspenseQueries({
    queries: [whole(peopleListOptions()), whole(membersListOptions()), logInRulesGetOptions(), peopleMeOptions()],
  });
  const mayChange = me.roles.includes('treasurer');
  const nameOf = (id: string | null): string =>
    members.items.find((one) => one.id === id)?.name || say('people.gone-member');
  const rolesOf = ({ roles }: Person): string =>
    roles.length === 0
      ? say('people.no-roles')
      : roles
          .map(({ role, memberId }) =>
            role === 'member'
              ? say('people.acts-for', { role: say(roleWord(role)), member: nameOf(memberId) })
              : say(roleWord(role)),
          )
          .join(', ');
  // Who has a role first; of those, as they came.
  const rows = people.items.toSorted((a, b) => +(a.roles.length === 0) - +(b.roles.length === 0));
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <SettingsHead title={say('settings.people')} />
        {mayChange && (
          <Button component={Link} to="/settings/people/new">
            {say('people.add')}
          </Button>
        )}
      </Group>
      <Paper>
        <Group justify="flex-end">
          <CsvButton
            name="people"
            rows={[
              ['name', 'email', 'roles', 'since'],
              ...rows.map((one) => [one.name, one.email, rolesOf(one), one.createdAt]),
            ]}
          />
        </Group>
        <CardTable
          name={say('settings.people')}
          heads={[say('people.name'), say('people.email'), say('people.roles'), say('people.since')]}
          figures={[]}
          rows={rows.map((one) => ({
            key: one.id,
            cells: [
              mayChange ? (
                <Link to="/settings/people/$person" params={{ person: one.id }}>
                  {one.name}
                </Link>
              ) : (
                one.name
              ),
              one.email === '' ? say('people.no-email') : <span className="wrap">{one.email}</span>,
              rolesOf(one),
              <span className="figure">{figures.moment(one.createdAt)}</span>,
            ],
          }))}
        />
      </Paper>
      <Paper>
        <Title order={2} size="h4">
          {say('people.door')}
        </Title>
        <Text mb="xs">{say('people.door-text')}</Text>
        <CopyLine text={`${location.origin}/enter`} name={say('people.door')} />
      </Paper>
      <Rules rules={rules} mayChange={mayChange} />
    </Stack>
  );
}

function Rules({ rules, mayChange }: { rules: LogInRules; mayChange: boolean }) {
  const say = useSettingsWords();
  const client = useQueryClient();
  const [hours, setHours] = useState({
    ...{ memberHours: String(rules.memberHours), memberIdleHours: String(rules.memberIdleHours) },
  });
  const changing = useMutation({ ...logInRulesChangeMutation(), onSuccess: () => client.invalidateQueries() });
  const field = (name: keyof typeof hours) => ({
    type: 'number',
    ...{ min: 1, max: 2160, required: true, disabled: !mayChange, value: hours[name] },
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => setHours({ ...hours, [name]: event.currentTarget.value }),
  });
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        const { memberHours, memberIdleHours } = hours;
        changing.mutate({ body: { memberHours: +memberHours, memberIdleHours: +memberIdleHours } });
      }}
    >
      <Stack gap="xs" align="flex-start">
        <Title order={2} size="h4">
          {say('people.rules')}
        </Title>
        <Text size="sm">{say(`people.factor.${rules.secondFactor}`)}</Text>
        <Text size="sm">{say('people.rules-text')}</Text>
        <Group align="flex-end">
          <TextInput label={say('people.member-hours')} {...field('memberHours')} />
          <TextInput label={say('people.idle-hours')} {...field('memberIdleHours')} />
          {mayChange && (
            <Button type="submit" loading={changing.isPending}>
              {say('people.rules-save')}
            </Button>
          )}
        </Group>
        {changing.isError && <ProblemNote error={changing.error} />}
        {changing.isSuccess && (
          <Text size="sm" role="status">
            {say('people.rules-saved')}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
