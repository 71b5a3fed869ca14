import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  keyProposalsConfirmMutation,
  keyProposalsRefuseMutation,
  keyProposalsWithdrawMutation,
} from '../../api/generated/@tanstack/react-query.gen';
import type { KeyProposal, Me } from '../../api/generated/types.gen';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';

/** Rules that wait for a second person. Who proposed one takes it back; another confirms it or refuses it. */
export function Proposals({ proposals, me }: { proposals: readonly KeyProposal[]; me: Me }) {
  const say = useOfficeWords();
  return (
    <section aria-labelledby="proposals">
      <Title order={2} size="h3" id="proposals" mb="sm">
        {say('proposals.title', { count: proposals.length })}
      </Title>
      <Stack gap="sm">
        {proposals.map((one) => (
          <Proposal key={one.id} proposal={one} me={me} />
        ))}
      </Stack>
    </section>
  );
}

function Proposal({ proposal, me }: { proposal: KeyProposal; me: Me }) {
  const say = useOfficeWords();
  const figures = useFigures();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const onSuccess = (): Promise<void> => client.invalidateQueries();
  const confirming = useMutation({ ...keyProposalsConfirmMutation(), onSuccess });
  const refusing = useMutation({ ...keyProposalsRefuseMutation(), onSuccess });
  const withdrawing = useMutation({ ...keyProposalsWithdrawMutation(), onSuccess });
  const { id, key, sentence, days, adoptedBy, adoptedOn, decision, vote, proposedBy, proposedAt } = proposal;
  const path = { id };
  const isOwn = proposedBy.id === me.person.id;
  const mayDecide = !isOwn && me.roles.some((role) => role === 'treasurer' || role === 'approver');
  const failed = confirming.error ?? refusing.error ?? withdrawing.error;
  return (
    <Paper component="article" id={`proposal-${id}`} aria-label={key.name}>
      <Title order={3} size="h5">
        {key.name}
      </Title>
      <Text>{sentence}</Text>
      <Text size="sm" c="dimmed">
        {say('charge.since', { from: figures.day(days.from) })}.{' '}
        {say('why.adopted', { by: adoptedBy, on: figures.day(adoptedOn), decision })}{' '}
        {vote && `${say('vote.was', { yes: vote.for, no: vote.against, abstained: vote.abstained })} `}
        {say('proposals.by', { name: proposedBy.name, at: figures.moment(proposedAt) })}
      </Text>
      {failed && <ProblemNote error={failed} />}
      {isOwn && (
        <Group mt="sm">
          <Text size="sm">{say('proposals.own')}</Text>
          <Button variant="default" loading={withdrawing.isPending} onClick={() => withdrawing.mutate({ path })}>
            {say('proposals.withdraw')}
          </Button>
        </Group>
      )}
      {mayDecide && (
        <Group mt="sm" align="flex-end">
          <Button loading={confirming.isPending} onClick={() => confirming.mutate({ path })}>
            {say('proposals.confirm')}
          </Button>
          <TextInput
            label={say('proposals.refuse-why')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={reason.trim() === ''}
            loading={refusing.isPending}
            onClick={() => refusing.mutate({ path, body: { reason } })}
          >
            {say('proposals.refuse')}
          </Button>
        </Group>
      )}
    </Paper>
  );
}
