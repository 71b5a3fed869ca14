import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQueries } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  communityAdoptMutation,
  communityPoliciesOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { CommunityAdoptData, Policy } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { todayIn } from '../../figures/today';
import { useSettingsWords } from '../../messages/settings';
import { ProblemNote } from '../../parts/problem-note';
import { SettingsHead } from './settings-head';
import { TermField } from './term-field';
import {
  type Field,
  fieldsOf,
  inForce,
  nameOf,
  type PolicyName,
  policyWord,
  type Terms,
  termsOf,
  textsOf,
} from './terms';
import classes from './settings.module.css';
import { spelled } from './use-terms-words';

/** A new version of a policy, from a day on. It begins as the last one is. */
export function PolicyPage() {
  const say = useSettingsWords();
  const { policy: name = '' } = useParams({ strict: false });
  const query = { name: name as PolicyName };
  const [{ data: policies }, { data: me }] = useSuspenseQueries({
    queries: [whole(communityPoliciesOptions({ query })), peopleMeOptions()],
  });
  const today = todayIn(me.community.zone);
  const now = policies.items.at(-1) ?? inForce(policies.items, today);
  return (
    <Stack gap="lg" maw={860}>
      <SettingsHead title={now ? say(policyWord(now.name)) : name}>
        {' › '}
        <Link to="/settings/policies">{say('settings.policies')}</Link>
      </SettingsHead>
      {now && <PolicyForm now={now} today={today} />}
    </Stack>
  );
}

function PolicyForm({ now, today }: { now: Policy; today: string }) {
  const say = useSettingsWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const fields = fieldsOf(now.name, now.terms);
  const [texts, setTexts] = useState(() => textsOf(fields, now.terms as Terms));
  const [from, setFrom] = useState(today);
  const [decision, setDecision] = useState('');
  const [isNoList, setNoList] = useState(false);
  const adopting = useMutation({
    ...communityAdoptMutation(),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate({ to: '/settings/policies' });
    },
  });
  const adopt = (): void => {
    try {
      const terms = termsOf(fields, texts);
      setNoList(false);
      // The service knows which terms belong to which name, and says what does not.
      adopting.mutate({ body: { name: now.name, from, terms, decision } as CommunityAdoptData['body'] });
    } catch {
      setNoList(true);
    }
  };
  return (
    <Paper
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        adopt();
      }}
    >
      <Stack gap="md">
        {groupsOf(fields).map(([group, own]) => (
          <FieldGroup key={group} name={group}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              {own.map((field) => (
                <TermField
                  key={nameOf(field)}
                  field={field}
                  text={texts[nameOf(field)] ?? ''}
                  change={(text) => setTexts({ ...texts, [nameOf(field)]: text })}
                />
              ))}
            </SimpleGrid>
          </FieldGroup>
        ))}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput
            type="date"
            label={say('policy.from')}
            description={say('policy.from-note')}
            required
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            label={say('policy.decision')}
            description={say('policy.decision-note')}
            maxLength={1000}
            value={decision}
            onChange={(event) => setDecision(event.currentTarget.value)}
          />
        </SimpleGrid>
        {now.name === 'adoption' && <Text size="sm">{say('policy.waits')}</Text>}
        {isNoList && <Text role="alert">{say('policy.list-wrong')}</Text>}
        {adopting.isError && <ProblemNote error={adopting.error} />}
        <Group>
          <Button type="submit" loading={adopting.isPending}>
            {say('policy.save')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

/** Fields that belong together, as a check of the readings with its figures; those that stand alone come first. */
function groupsOf(fields: readonly Field[]): readonly (readonly [string, readonly Field[]])[] {
  const groups = new Map<string, Field[]>([['', []]]);
  for (const field of fields) {
    const group = field.path.at(-2) ?? '';
    groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  return [...groups].filter(([, own]) => own.length > 0);
}

function FieldGroup({ name, children }: { name: string; children: React.ReactNode }) {
  if (name === '') return children;
  return (
    <fieldset className={classes.group}>
      <legend>{spelled(name)}</legend>
      {children}
    </fieldset>
  );
}
