import { Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useSuspenseQueries, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  keyProposalsListOptions,
  keysListOptions,
  ownTariffsExplainOptions,
  ownTariffsListOptions,
  peopleMeOptions,
} from '../../api/generated/@tanstack/react-query.gen';
import type { Key, Tariff } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { CsvButton } from '../../parts/csv-button';
import { WideTable } from '../../parts/wide-table';
import { Proposals } from './proposals';
import classes from './rules.module.css';
import { Year } from './year';

interface Version {
  readonly id: string;
  readonly days: { readonly from: string; readonly to: string | null };
  readonly sentence: string;
  readonly adoptedBy: string;
  readonly adoptedOn: string;
  readonly decision: string;
  /** How members voted on a key, where it was recorded. */
  readonly vote?: Key['versions'][number]['vote'];
}

/** By what every cost is shared and priced: each rule as a sentence, with who adopted it, when and by what decision. */
export function RulesPage() {
  const say = useOfficeWords();
  const [{ data: keys }, { data: tariffs }, { data: proposals }, { data: me }] = useSuspenseQueries({
    queries: [
      whole(keysListOptions()),
      whole(ownTariffsListOptions()),
      whole(keyProposalsListOptions()),
      peopleMeOptions(),
    ],
  });
  const today = todayIn(me.community.zone);
  const open = proposals.items.filter(({ state }) => state === 'open');
  const mayChange = me.roles.includes('treasurer');
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{say('place.rules')}</Title>
        <Group>
          <Button component={Link} to="/rules/what-if">
            {say('what-if.title')}
          </Button>
          {mayChange && (
            <Button component={Link} to="/rules/new-key" variant="default">
              {say('key.new')}
            </Button>
          )}
        </Group>
      </Group>
      {open.length > 0 && <Proposals proposals={open} me={me} />}
      <section aria-labelledby="keys">
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h3" id="keys">
            {say('rules.keys')}
          </Title>
          <CsvButton name="keys" rows={rowsOf('key', keys.items)} />
        </Group>
        <Stack gap="sm">
          {keys.items.length === 0 && <Text>{say('rules.keys-none')}</Text>}
          {keys.items.map((key) => (
            <Rule key={key.id} rule={key} versions={key.versions} today={today}>
              {mayChange && (
                <Link to="/rules/keys/$key" params={{ key: key.code }} className={classes.another}>
                  {say('key.another', { name: key.name })}
                </Link>
              )}
            </Rule>
          ))}
        </Stack>
      </section>
      <section aria-labelledby="tariffs">
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h3" id="tariffs">
            {say('rules.tariffs')}
          </Title>
          <Group>
            {tariffs.items.length > 0 && <CsvButton name="tariffs" rows={rowsOf('tariff', tariffs.items)} />}
            {mayChange && (
              <Button component={Link} to="/rules/new-tariff" variant="default">
                {say('tariff.new')}
              </Button>
            )}
          </Group>
        </Group>
        <Stack gap="sm">
          {tariffs.items.length === 0 && <Text>{say('rules.tariffs-none')}</Text>}
          {tariffs.items.map((tariff) => (
            <Rule key={tariff.id} rule={tariff} versions={tariff.versions} today={today}>
              <Prices tariff={tariff} today={today} />
              {mayChange && (
                <Link to="/rules/tariffs/$tariff" params={{ tariff: tariff.code }} className={classes.another}>
                  {say('tariff.another', { name: tariff.name })}
                </Link>
              )}
            </Rule>
          ))}
        </Stack>
      </section>
    </Stack>
  );
}

const rowsOf = (kind: 'key' | 'tariff', rules: readonly (Key | Tariff)[]): readonly (readonly string[])[] => [
  [kind, 'name', 'from', 'to', 'rule', 'adopted by', 'adopted on', 'decision'],
  ...rules.flatMap(({ code, name, versions }) =>
    versions.map((one) => [
      ...[code, name, one.days.from, one.days.to ?? '', one.sentence],
      ...[one.adoptedBy, one.adoptedOn, one.decision],
    ]),
  ),
];

const holdsOn = ({ days }: Pick<Version, 'days'>, today: string): boolean =>
  days.from <= today && (days.to === null || days.to > today);

function Rule({
  rule,
  versions,
  today,
  children,
}: {
  rule: { readonly code: string; readonly name: string };
  versions: readonly Version[];
  today: string;
  children?: React.ReactNode;
}) {
  const say = useOfficeWords();
  const now = versions.find((one) => holdsOn(one, today));
  const others = versions.filter((one) => one !== now).toReversed();
  return (
    <Paper component="article" id={`rule-${rule.code}`} aria-label={rule.name}>
      <Group gap="xs" align="baseline">
        <Title order={3} size="h5">
          {rule.name}
        </Title>
        <Text size="sm" c="dimmed">
          {rule.code}
        </Text>
      </Group>
      {now ? <Adopted version={now} /> : <Text>{say('rules.not-in-force')}</Text>}
      {children}
      {others.length > 0 && (
        <details open={!now} className="apart">
          <summary>{say('rules.versions', { count: others.length })}</summary>
          <Stack gap="xs">
            {others.map((one) => (
              <Adopted key={one.id} version={one} />
            ))}
          </Stack>
        </details>
      )}
    </Paper>
  );
}

function Adopted({ version }: { version: Version }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const { days, sentence, adoptedBy, adoptedOn, decision, vote } = version;
  return (
    <div>
      <Text>{sentence}</Text>
      <Text size="sm" c="dimmed">
        {days.to === null
          ? say('charge.since', { from: figures.day(days.from) })
          : figures.period({ from: days.from, to: days.to })}
        . {say('why.adopted', { by: adoptedBy, on: figures.day(adoptedOn), decision })}
        {vote && ` ${say('vote.was', { yes: vote.for, no: vote.against, abstained: vote.abstained })}`}
      </Text>
    </div>
  );
}

/** What a tariff asks now, part by part; and where prices go by the hour, the hours of the year. */
function Prices({ tariff, today }: { tariff: Tariff; today: string }) {
  const say = useOfficeWords();
  const { data } = useSuspenseQuery(ownTariffsExplainOptions({ path: { id: tariff.code } }));
  const now = data.versions.find((one) => holdsOn(one, today));
  if (!now) return null;
  return (
    <>
      <WideTable name={say('rules.prices-of', { name: tariff.name })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('rules.part')}</Table.Th>
            <Table.Th>{say('rules.says')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {now.components.map(({ name, sentence }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>{sentence}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      <Year year={now.year} />
    </>
  );
}
