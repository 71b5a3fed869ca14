import { Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { countryProfilesListOptions, taxRatesListOptions } from '../../api/generated/@tanstack/react-query.gen';
import type { CountryProfile, TaxRate } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { product } from '../../figures/exact';
import { useSettingsWords } from '../../messages/settings';
import { useFigures } from '../../messages/words';
import { CardTable } from '../../parts/card-table';
import { CsvButton } from '../../parts/csv-button';
import { Tag } from '../../parts/tag';
import { SettingsHead } from './settings-head';
import { policyWord, type PolicyName, type Terms } from './terms';
import { useTermsWords } from './use-terms-words';

/** Every rate with the days on which it holds, and what is usual in each country, with its sources. */
export function TaxPage() {
  const say = useSettingsWords();
  const figures = useFigures();
  const [{ data: rates }, { data: profiles }] = useSuspenseQueries({
    queries: [whole(taxRatesListOptions()), countryProfilesListOptions()],
  });
  const daysOf = ({ from, to }: TaxRate['days']): string =>
    to === null ? say('tax.since', { from: figures.day(from) }) : figures.period({ from, to });
  return (
    <Stack gap="lg">
      <SettingsHead title={say('settings.tax')} />
      <Paper>
        {rates.items.length === 0 ? (
          <Text>{say('tax.none')}</Text>
        ) : (
          <>
            <Group justify="flex-end" mb="xs">
              <CsvButton
                name="tax-rates"
                rows={[
                  ['code', 'label', 'rate', 'category', 'from', 'to', 'reason'],
                  ...rates.items.map(({ code, label, rate, category, days, reason }) => [
                    ...[code, label, rate, category, days.from, days.to ?? '', reason],
                  ]),
                ]}
              />
            </Group>
            <CardTable
              name={say('settings.tax')}
              heads={[
                ...[say('tax.code'), say('tax.label'), say('tax.rate'), say('tax.category'), say('tax.days')],
                say('tax.reason'),
              ]}
              figures={[2]}
              rows={rates.items.map(({ id, code, label, rate, category, days, reason }) => ({
                key: id,
                cells: [
                  ...[code, label, `${figures.number(product(rate, '100'))} %`],
                  ...[say(`tax.category.${category}`), daysOf(days), reason],
                ],
              }))}
            />
          </>
        )}
      </Paper>
      <section aria-labelledby="profiles">
        <Title order={2} size="h3" id="profiles">
          {say('tax.profiles')}
        </Title>
        <Text mb="sm">{say('tax.profiles-text')}</Text>
        <Stack gap="sm">
          {profiles.items.map((profile) => (
            <Profile key={profile.code} profile={profile} />
          ))}
        </Stack>
      </section>
    </Stack>
  );
}

function Profile({ profile }: { profile: CountryProfile }) {
  const say = useSettingsWords();
  const figures = useFigures();
  const wordsOf = useTermsWords();
  const seen = (verified: boolean) => (
    <Tag tone={verified ? 'good' : 'warn'}>{say(verified ? 'tax.seen' : 'tax.not-seen')}</Tag>
  );
  return (
    <Paper component="article" aria-label={profile.name}>
      <details>
        <summary>
          <b>{profile.name}</b>, {say('tax.read-on', { day: figures.day(profile.readOn) })}
        </summary>
        <Title order={3} size="h5" mt="sm">
          {say('tax.rates-of')}
        </Title>
        <List size="sm">
          {profile.rates.map(({ code, label, rate, days, source, verified }) => (
            <List.Item key={`${code} ${days.from}`}>
              <b>{code}</b>: {label}, {figures.number(product(rate, '100'))} %. {source} {seen(verified)}
            </List.Item>
          ))}
        </List>
        <Title order={3} size="h5" mt="sm">
          {say('tax.policies-of')}
        </Title>
        <List size="sm">
          {profile.policies.map(({ name, terms, source, verified }) => (
            <List.Item key={name}>
              <b>{say(policyWord(name as PolicyName))}</b>: {wordsOf(name as PolicyName, terms as Terms)[0]} {source}{' '}
              {seen(verified)}
            </List.Item>
          ))}
        </List>
      </details>
    </Paper>
  );
}
