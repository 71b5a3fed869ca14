import { SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { useOfficeWords } from '../../messages/office';
import { DayInput } from '../../parts/day-input';
import { type DecisionDraft, voteOf } from './decision';

interface Props {
  readonly draft: DecisionDraft;
  readonly set: (part: Partial<DecisionDraft>) => void;
  /** What a vote is: needed, welcome, or nothing that is kept with such a rule. */
  readonly vote: 'needed' | 'welcome' | 'none';
}

/** When a rule holds, who decided it and by what; and how members voted. */
export function DecisionFields({ draft, set, vote }: Props) {
  const say = useOfficeWords();
  const text = (name: 'adoptedBy' | 'decision' | 'votesFor' | 'votesAgainst' | 'votesAbstained') => ({
    value: draft[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => set({ [name]: event.currentTarget.value }),
  });
  const isCounted = voteOf(draft) !== undefined;
  const count = { inputMode: 'numeric' as const, pattern: '[0-9]{1,5}', required: vote === 'needed' || isCounted };
  const votes = (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" mt="xs">
      <TextInput label={say('vote.for')} {...count} {...text('votesFor')} />
      <TextInput label={say('vote.against')} {...count} {...text('votesAgainst')} />
      <TextInput label={say('vote.abstained')} {...count} {...text('votesAbstained')} />
    </SimpleGrid>
  );
  return (
    <>
      <Title order={2} size="h3" mb="xs">
        {say('decision.title')}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <DayInput
          label={say('adopt.from')}
          description={say('adopt.from-note')}
          required
          value={draft.from}
          onDay={(from) => set({ from })}
        />
        <DayInput
          label={say('charge.first-day-not')}
          description={say('charge.open')}
          min={draft.from}
          value={draft.to}
          onDay={(to) => set({ to })}
        />
        <TextInput label={say('adopt.by')} description={say('adopt.by-note')} required {...text('adoptedBy')} />
        <TextInput
          label={say('adopt.decision')}
          description={say('adopt.decision-note')}
          required
          {...text('decision')}
        />
        <DayInput label={say('adopt.on')} required value={draft.adoptedOn} onDay={(adoptedOn) => set({ adoptedOn })} />
      </SimpleGrid>
      {vote === 'needed' && (
        <section aria-labelledby="vote">
          <Title order={3} size="h5" mt="md" id="vote">
            {say('vote.title')}
          </Title>
          <Text size="sm">{say('vote.needed')}</Text>
          {votes}
        </section>
      )}
      {vote === 'welcome' && (
        <details className="apart">
          <summary>{say('vote.welcome')}</summary>
          {votes}
        </details>
      )}
    </>
  );
}
