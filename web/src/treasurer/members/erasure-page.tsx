import { Button, Group, List, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { erasureEraseMutation, membersOneOptions } from '../../api/generated/@tanstack/react-query.gen';
import type { Erasure } from '../../api/generated/types.gen';
import { useSettingsWords } from '../../messages/settings';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { CardTable } from '../../parts/card-table';
import { ListHead } from '../../parts/list-head';
import { erasedWord } from './erased-words';

/** What of a member would go and what stays until when and why, by a dry run of the real thing; then it is done, once its code was typed. */
export function ErasurePage() {
  const say = useSettingsWords();
  const figures = useFigures();
  const client = useQueryClient();
  const { member: code = '' } = useParams({ strict: false });
  const path = { id: code };
  const { data: member } = useSuspenseQuery(membersOneOptions({ path }));
  const [typed, setTyped] = useState('');
  const looking = useMutation({ ...erasureEraseMutation() });
  const erasing = useMutation({ ...erasureEraseMutation(), onSuccess: () => client.invalidateQueries() });
  const found = erasing.data ?? looking.data;
  const name = member.name || member.code;
  return (
    <Stack gap="lg" maw={900}>
      <div>
        <Text size="sm">
          <Link to="/members/$member" params={{ member: member.code }}>
            {name}
          </Link>
        </Text>
        <Title order={1} size="h2">
          {say('erasure.title', { name })}
        </Title>
        <Text>{say('erasure.text')}</Text>
      </div>
      {member.erasedAt !== null && (
        <Text role="status">{say('erasure.done', { at: figures.moment(member.erasedAt) })}</Text>
      )}
      {member.erasedAt === null && !found && (
        <Stack gap="sm" align="flex-start">
          <Text>{say('erasure.look-text')}</Text>
          {looking.isError && <ProblemNote error={looking.error} />}
          <Button loading={looking.isPending} onClick={() => looking.mutate({ path, body: { dryRun: true } })}>
            {say('erasure.look')}
          </Button>
        </Stack>
      )}
      {found && found.obstacles.length > 0 && (
        <Paper>
          <Title order={2} size="h4">
            {say('erasure.obstacles')}
          </Title>
          <List size="sm">
            {found.obstacles.map((one) => (
              <List.Item key={one}>{figures.sentence(one)}</List.Item>
            ))}
          </List>
        </Paper>
      )}
      {found && <WhatOf erasure={found} />}
      {found && found.obstacles.length === 0 && member.erasedAt === null && (
        <Paper
          component="form"
          onSubmit={(event) => {
            event.preventDefault();
            erasing.mutate({ path, body: { dryRun: false } });
          }}
        >
          <Stack gap="sm" align="flex-start">
            <Text>{say('erasure.for-good')}</Text>
            <TextInput
              label={say('erasure.type', { code: member.code })}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            {erasing.isError && <ProblemNote error={erasing.error} />}
            <Group>
              <Button
                type="submit"
                color="red"
                aria-label={say('erasure.do-of', { name })}
                variant="outline"
                disabled={typed.trim() !== member.code}
                loading={erasing.isPending}
              >
                {say('erasure.do')}
              </Button>
            </Group>
          </Stack>
        </Paper>
      )}
    </Stack>
  );
}

/** What goes or went, and what is kept. */
function WhatOf({ erasure: { removed, kept, entries, done } }: { erasure: Erasure }) {
  const say = useSettingsWords();
  const figures = useFigures();
  const count = (value: number): string => figures.number(String(value));
  return (
    <>
      {removed.length > 0 && (
        <Paper>
          <ListHead
            title={say(done ? 'erasure.went' : 'erasure.goes')}
            csv={['erased', ['what', 'count'], ...removed.map((one) => [one.what, String(one.count)])]}
          />
          <CardTable
            name={say(done ? 'erasure.went' : 'erasure.goes')}
            heads={[say('erasure.what'), say('erasure.count')]}
            figures={[1]}
            rows={removed.map((one) => ({ key: one.what, cells: [say(erasedWord(one.what)), count(one.count)] }))}
          />
          <Text size="sm">{say('erasure.entries', { count: entries })}</Text>
        </Paper>
      )}
      <Paper>
        <ListHead
          title={say('erasure.stays')}
          csv={[
            'kept',
            ['what', 'count', 'until', 'why'],
            ...kept.map((one) => [one.what, String(one.count), one.until ?? '', one.why]),
          ]}
        />
        <CardTable
          name={say('erasure.stays')}
          heads={[say('erasure.what'), say('erasure.count'), say('erasure.until'), say('erasure.why')]}
          figures={[1]}
          rows={kept.map(({ what, count: many, until, why }) => ({
            key: what,
            cells: [
              ...[say(erasedWord(what)), count(many)],
              until === null ? say('erasure.always') : say('erasure.until-day', { day: figures.day(until) }),
              why,
            ],
          }))}
        />
      </Paper>
    </>
  );
}
