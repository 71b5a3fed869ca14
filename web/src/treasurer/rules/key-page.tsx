import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  communityPoliciesOptions,
  keysListOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Key } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { monthOf } from '../../figures/figures';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { AlreadyBilled } from './already-billed';
import { CalledFields } from './called-fields';
import { useChoices } from './choices';
import { daysOf, decided, type DecisionDraft, voteOf } from './decision';
import { DecisionFields } from './decision-fields';
import { Told, useToldKey } from './drafted';
import { draftOf, emptyRule, termsOf } from './key-draft';
import { RuleFields } from './rule-fields';
import { TryPast } from './try-past';
import { asTyped } from './typed-terms';
import { useAdoptingKey } from './use-adopting';

/** A key that is not there yet, with the rule that it begins with. */
export const NewKeyPage = () => <KeyForm own={undefined} />;

/** Another rule for a key, written on from the one it goes by. */
export function KeyVersionPage() {
  const say = useOfficeWords();
  const { key: code } = useParams({ from: '/inside/rules/keys/$key' });
  const [{ data: keys }] = useSuspenseQueries({ queries: [whole(keysListOptions())] });
  const own = keys.items.find((key) => key.code === code);
  return own ? <KeyForm own={own} key={own.id} /> : <Text>{say('key.not-there', { code })}</Text>;
}

function useKeyForm(own: Key | undefined) {
  const [{ data: keys }, { data: me }] = useSuspenseQueries({
    queries: [whole(keysListOptions()), peopleMeOptions()],
  });
  const { typed } = useFigures();
  const today = todayIn(me.community.zone);
  const [{ data: policies }] = useSuspenseQueries({
    queries: [whole(communityPoliciesOptions({ query: { name: 'adoption', on: today } }))],
  });
  const [policy] = policies.items;
  const needs = policy && 'keys' in policy.terms ? policy.terms.keys : 'treasurer';
  const before = own?.versions.at(-1);
  const [called, setCalled] = useState({ code: '', name: '' });
  const [rule, setRule] = useState(before ? draftOf(asTyped(before.terms, typed)) : emptyRule);
  const [decision, setDecision] = useState<DecisionDraft>({
    ...{ from: monthOf(today, 1).from, to: '', adoptedBy: '', adoptedOn: today, decision: '' },
    ...{ votesFor: '', votesAgainst: '', votesAbstained: '' },
  });
  return { keys: keys.items, needs, before, called, setCalled, rule, setRule, decision, setDecision };
}

function KeyForm({ own }: { own: Key | undefined }) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const choices = useChoices();
  const { keys, needs, before, called, setCalled, rule, setRule, decision, setDecision } = useKeyForm(own);
  const { adopt, isPending, error, billed } = useAdoptingKey(own);
  const terms = termsOf(rule, read);
  const told = useToldKey(
    terms && decision.from !== '' ? { key: own?.code ?? null, days: daysOf(decision), terms } : undefined,
  );
  if (own && billed.length > 0) return <AlreadyBilled name={own.name} runs={billed} />;
  const submit = (): void => {
    if (!terms) return;
    const vote = voteOf(decision);
    adopt({ ...decided(decision), terms, ...(vote ? { vote } : {}) }, called);
  };
  return (
    <Stack
      gap="lg"
      maw={980}
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/rules">{say('place.rules')}</Link>
        </Text>
        <Title order={1} size="h2">
          {own ? say('key.another', { name: own.name }) : say('key.new')}
        </Title>
        {before && <Text>{say('adopt.now', { sentence: before.sentence })}</Text>}
      </div>
      {!own && <CalledFields called={called} change={setCalled} />}
      <Paper component="section" aria-labelledby="rule">
        <Title order={2} size="h3" id="rule" mb="xs">
          {say('key.rule')}
        </Title>
        <Stack gap="sm">
          <RuleFields draft={rule} choices={choices} change={setRule} />
        </Stack>
      </Paper>
      <Told {...told} />
      <Paper>
        <DecisionFields
          draft={decision}
          set={(part) => setDecision({ ...decision, ...part })}
          vote={needs === 'recorded-vote' ? 'needed' : 'welcome'}
        />
      </Paper>
      <TryPast
        places={own ? [own] : keys}
        changeOf={(key) => (terms ? { kind: 'key', key, by: { terms } } : undefined)}
      />
      {error !== null && <ProblemNote error={error} />}
      {needs === 'second-person' && <Text>{say('decision.second-person')}</Text>}
      <Group>
        <Button type="submit" loading={isPending}>
          {say(needs === 'second-person' ? 'decision.propose' : 'adopt.do')}
        </Button>
        {!terms && <Text size="sm">{say('draft.waiting')}</Text>}
      </Group>
    </Stack>
  );
}
