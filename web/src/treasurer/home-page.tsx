import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { accountsListOptions, peopleMeOptions, sitesListOptions } from '../api/generated/@tanstack/react-query.gen';
import { useWords } from '../messages/words';
import { MoneyStrip } from './money-strip';
import { SiteCard } from './site-card';

/** What there is to do now: the money of the community, and one card for each site. */
export function HomePage() {
  const say = useWords();
  const { data: sites } = useSuspenseQuery(sitesListOptions({ query: { limit: '1000' } }));
  const { data: accounts } = useSuspenseQuery(accountsListOptions({ query: { limit: '1000' } }));
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  return (
    <Stack gap="lg">
      <Title order={1}>{say('home.title')}</Title>
      <MoneyStrip accounts={accounts.items} isWhole={accounts.next === null} />
      {sites.items.length === 0 ? (
        <Paper>
          <Text>{say('home.no-site')}</Text>
        </Paper>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: sites.items.length > 1 ? 2 : 1 }} spacing="lg">
          {sites.items.map((site) => (
            <SiteCard key={site.id} site={site} mayStart={me.roles.includes('treasurer')} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}
