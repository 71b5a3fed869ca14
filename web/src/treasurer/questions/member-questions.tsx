import { Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { disputesListOptions, peopleMeOptions } from '../../api/generated/@tanstack/react-query.gen';
import { whole } from '../../api/whole';
import { useOfficeWords } from '../../messages/office';
import { waitingFirst } from './decide';
import { Question } from './question';

/** What one member has questioned. */
export default function MemberQuestions({ member }: { member: string }) {
  const say = useOfficeWords();
  const { data } = useSuspenseQuery(whole(disputesListOptions({ query: { member } })));
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  return (
    <Paper>
      <Title order={2} size="h4" mb="xs">
        {say('dispute.title')}
      </Title>
      {data.items.length === 0 ? (
        <Text>{say('dispute.none')}</Text>
      ) : (
        <Stack gap="lg">
          {waitingFirst(data.items).map((dispute) => (
            <Question key={dispute.id} dispute={dispute} me={me} />
          ))}
        </Stack>
      )}
    </Paper>
  );
}
