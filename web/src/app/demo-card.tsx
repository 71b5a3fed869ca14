import { Button, Group, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { cards, demoPowers, resetDemo, toNextMonth } from '../auth/session';
import { type DemoKey, useDemoWords } from '../messages/demo';
import { roleWord } from '../messages/roles';
import { ProblemNote } from '../parts/problem-note';
import classes from './demo-card.module.css';

/** What there is to see, by who looks: a sentence and where it is. */
const things: Readonly<Record<string, readonly (readonly [sentence: DemoKey, to: string])[]>> = {
  treasurer: [
    ['demo.try.treasurer', '/home'],
    ['demo.try.treasurer.readings', '/readings'],
    ['demo.try.treasurer.question', '/questions'],
    ['demo.try.treasurer.payments', '/payments'],
    ['demo.try.treasurer.rule', '/rules/what-if'],
    ['demo.try.outbox', '/outbox'],
    ['demo.try.meter', '/meters/add'],
  ],
  approver: [['demo.try.approver', '/runs']],
  auditor: [['demo.try.auditor', '/runs']],
  installer: [
    ['demo.try.installer', '/meters'],
    ['demo.try.meter', '/meters/add'],
  ],
  member: [
    ['demo.try.member', '/my/statements'],
    ['demo.try.member.verify', '/verify'],
  ],
};

const goHome = (): void => location.assign('/');

/** Stands at the end of every page of a demo: what to try next, as whom else to look, and what can be done with the demo as a whole. */
export function DemoCard({ roles }: { roles: readonly string[] }) {
  const say = useDemoWords();
  const role = roles[0] ?? '';
  const people = useQuery({ queryKey: ['cards'], queryFn: cards });
  const powers = useQuery({ queryKey: ['demo-powers'], queryFn: demoPowers });
  const [isSure, setSure] = useState(false);
  const jump = useMutation({ mutationFn: () => toNextMonth(role), onSuccess: goHome });
  const reset = useMutation({ mutationFn: () => resetDemo(role), onSuccess: goHome });
  const isBusy = jump.isPending || jump.isSuccess || reset.isPending || reset.isSuccess;
  const others = (people.data ?? []).filter((one) => !roles.includes(one.role));
  return (
    <aside className={`${classes.card} no-print`} aria-labelledby="demo-title">
      <Title order={2} size="h5" id="demo-title">
        {say('demo.title')}
      </Title>
      <Text size="sm" c="dimmed">
        {say('demo.note')}
      </Text>
      <ul className={classes.things}>
        {(things[role] ?? []).map(([sentence, to]) => (
          <li key={sentence}>
            <a href={to}>{say(sentence)}</a>
          </li>
        ))}
        <li>
          <a href="/reference">{say('demo.try.push')}</a>
        </li>
      </ul>
      {others.length > 0 && (
        <Group gap="sm" mt="md">
          <Text size="sm" fw={600} span>
            {say('demo.as')}
          </Text>
          {others.map((one) => (
            <Button key={one.role} component="a" href={`/enter?as=${one.role}`} variant="default" size="xs">
              {say(roleWord(one.role))}: {one.name}
            </Button>
          ))}
        </Group>
      )}
      <Group gap="sm" mt="md">
        {powers.data?.canJump && !isSure && (
          <Button
            size="xs"
            variant="light"
            disabled={isBusy}
            aria-describedby="demo-jump"
            onClick={() => jump.mutate()}
          >
            {say('demo.jump')}
          </Button>
        )}
        {powers.data?.canReset && !isSure && (
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => setSure(true)}>
            {say('demo.reset')}
          </Button>
        )}
        {isSure && (
          <>
            <Button size="xs" color="red" disabled={isBusy} onClick={() => reset.mutate()}>
              {say('demo.reset-sure')}
            </Button>
            <Button size="xs" variant="default" disabled={isBusy} onClick={() => setSure(false)}>
              {say('demo.reset-keep')}
            </Button>
          </>
        )}
      </Group>
      {powers.data?.canJump && (
        <Text size="sm" c="dimmed" mt={6} id="demo-jump">
          {say('demo.jump-note')}
        </Text>
      )}
      <div role="status">
        {jump.isPending && <Text size="sm">{say('demo.jumping')}</Text>}
        {reset.isPending && <Text size="sm">{say('demo.resetting')}</Text>}
      </div>
      {(jump.isError || reset.isError) && <ProblemNote error={jump.error ?? reset.error} />}
    </aside>
  );
}
