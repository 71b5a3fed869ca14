import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { accountsListOptions, peopleMeOptions, sitesListOptions } from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useOfficeWords } from '../messages/office';
import { MoneyStrip } from './money-strip';
import { SiteCard } from './site-card';
import { WaitingQuestions } from './waiting-questions';

/** What there is to do now: the money of the community, and one card for each site. */
export function HomePage() {
  const say = useOfficeWords();
  const { data: sites } = useSuspenseQuery(whole(sitesListOptions()));
  const { data: accounts } = useSuspenseQuery(whole(accountsListOptions()));
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  return (
    <Stack gap="lg">
      <Title order={1}>{say('home.title')}</Title>
      <MoneyStrip accounts={accounts.items} />
      <WaitingQuestions />
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
