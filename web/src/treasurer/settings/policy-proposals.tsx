import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { communityConfirmMutation, communityWithdrawMutation } from '../../api/generated/@tanstack/react-query.gen';
import type { Me, PolicyProposal } from '../../api/generated/types.gen';
import { useSettingsWords } from '../../messages/settings';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { policyWord, type Terms } from './terms';
import { useTermsWords } from './use-terms-words';

interface Props {
  readonly proposals: readonly PolicyProposal[];
  readonly me: Me;
  readonly nameOf: (id: string | null) => string | undefined;
}

/** Policies that wait for a second person. Who proposed one takes it back; another confirms it. */
export function PolicyProposals({ proposals, me, nameOf }: Props) {
  const say = useSettingsWords();
  return (
    <section aria-labelledby="proposals">
      <Title order={2} size="h3" id="proposals" mb="sm">
        {say('proposal.title', { count: proposals.length })}
      </Title>
      <Stack gap="sm">
        {proposals.map((one) => (
          <Proposal key={one.id} proposal={one} me={me} by={nameOf(one.proposedBy) ?? ''} />
        ))}
      </Stack>
    </section>
  );
}

function Proposal({ proposal, me, by }: { proposal: PolicyProposal; me: Me; by: string }) {
  const say = useSettingsWords();
  const figures = useFigures();
  const wordsOf = useTermsWords();
  const client = useQueryClient();
  const onSuccess = (): Promise<void> => client.invalidateQueries();
  const confirming = useMutation({ ...communityConfirmMutation(), onSuccess });
  const withdrawing = useMutation({ ...communityWithdrawMutation(), onSuccess });
  const { id, name, from, terms, decision, proposedBy } = proposal;
  const isOwn = proposedBy === me.person.id;
  const mayConfirm = !isOwn && me.roles.some((role) => role === 'treasurer' || role === 'approver');
  const failed = confirming.error ?? withdrawing.error;
  return (
    <Paper component="article" aria-label={say(policyWord(name))}>
      <Title order={3} size="h5">
        {say(policyWord(name))}
      </Title>
      {wordsOf(name, terms as Terms).map((one) => (
        <Text key={one}>{one}</Text>
      ))}
      <Text size="sm" c="dimmed">
        {say('policies.since', { from: figures.day(from) })} {say('proposal.by', { name: by })} {decision}
      </Text>
      {failed && <ProblemNote error={failed} />}
      <Group mt="sm">
        {isOwn && (
          <>
            <Text size="sm">{say('proposal.own')}</Text>
            <Button
              variant="default"
              loading={withdrawing.isPending}
              onClick={() => withdrawing.mutate({ path: { id } })}
            >
              {say('proposal.withdraw')}
            </Button>
          </>
        )}
        {mayConfirm && (
          <Button loading={confirming.isPending} onClick={() => confirming.mutate({ path: { id } })}>
            {say('proposal.confirm')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
