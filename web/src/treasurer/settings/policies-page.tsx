import { Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  communityPoliciesOptions,
  communityWaitingOptions,
  peopleListOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Policy } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { todayIn } from '../../figures/today';
import { useSettingsWords } from '../../messages/settings';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { PolicyProposals } from './policy-proposals';
import { SettingsHead } from './settings-head';
import { inForce, isFixed, type PolicyName, policyWord } from './terms';
import { useTermsWords } from './use-terms-words';

/** Every policy as a sentence, with the day from which it holds and who entered it by what decision. */
export function PoliciesPage() {
  const say = useSettingsWords();
  const [{ data: policies }, { data: proposals }, { data: people }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(communityPoliciesOptions()),
      whole(communityWaitingOptions()),
      whole(peopleListOptions()),
      peopleMeOptions(),
    ],
  });
  const nameOf = (id: string | null): string | undefined => people.items.find((one) => one.id === id)?.name;
  const today = todayIn(me.community.zone);
  const names = [...new Set(policies.items.map(({ name }) => name))];
  const wordsOf = useTermsWords();
  const waiting = proposals.items.filter(({ policy, withdrawnAt }) => policy === null && withdrawnAt === null);
  return (
    <Stack gap="lg" maw={900}>
      <SettingsHead title={say('settings.policies')} />
      <Group justify="space-between">
        <Text>{say('policies.text')}</Text>
        <CsvButton
          name="policies"
          rows={[
            ['policy', 'from', 'to', 'terms', 'decided by', 'decision'],
            ...policies.items.map(({ name, days, terms, decidedBy, decision }) => [
              ...[name, days.from, days.to ?? '', wordsOf(name, terms).join(' ')],
              ...[nameOf(decidedBy) ?? '', decision],
            ]),
          ]}
        />
      </Group>
      {waiting.length > 0 && <PolicyProposals proposals={waiting} me={me} nameOf={nameOf} />}
      {names.map((name) => (
        <OnePolicy
          key={name}
          name={name}
          versions={policies.items.filter((one) => one.name === name)}
          today={today}
          nameOf={nameOf}
          mayChange={me.roles.includes('treasurer')}
        />
      ))}
    </Stack>
  );
}

interface OneProps {
  readonly name: PolicyName;
  readonly versions: readonly Policy[];
  readonly today: string;
  readonly nameOf: (id: string | null) => string | undefined;
  readonly mayChange: boolean;
}

function OnePolicy({ name, versions, today, nameOf, mayChange }: OneProps) {
  const say = useSettingsWords();
  const now = inForce(versions, today);
  const others = versions.filter((one) => one !== now).toReversed();
  return (
    <Paper component="article" aria-label={say(policyWord(name))}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Title order={2} size="h4">
          {say(policyWord(name))}
        </Title>
        {mayChange && !isFixed(name) && (
          <Button
            component={Link}
            variant="default"
            size="xs"
            mih={32}
            to={`/settings/policies/${name}` as '/settings/policies'}
            aria-label={say('policies.change-of', { name: say(policyWord(name)) })}
          >
            {say('policies.change')}
          </Button>
        )}
      </Group>
      {now ? <Version version={now} nameOf={nameOf} /> : <Text>{say('policies.none')}</Text>}
      {isFixed(name) && <Text size="sm">{say('policies.fixed')}</Text>}
      {others.length > 0 && (
        <details>
          <summary>{say('policies.others', { count: others.length })}</summary>
          <Stack gap="xs">
            {others.map((one) => (
              <Version key={one.id} version={one} nameOf={nameOf} />
            ))}
          </Stack>
        </details>
      )}
    </Paper>
  );
}

function Version({ version, nameOf }: { version: Policy; nameOf: OneProps['nameOf'] }) {
  const say = useSettingsWords();
  const figures = useFigures();
  const wordsOf = useTermsWords();
  const { name, days, terms, decidedBy, decision } = version;
  const [first, ...parts] = wordsOf(name, terms);
  const by = nameOf(decidedBy);
  return (
    <div>
      <Text className="wrap">{first}</Text>
      {parts.length > 0 && (
        <List size="sm">
          {parts.map((one) => (
            <List.Item key={one}>{one}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed">
        {days.to === null
          ? say('policies.since', { from: figures.day(days.from) })
          : say('policies.days', { days: figures.period({ from: days.from, to: days.to }) })}{' '}
        {by === undefined ? say('policies.by-founding') : say('policies.by', { name: by })} {decision}
      </Text>
    </div>
  );
}
