import { Anchor, Container, Group, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconBuildingStore, IconChecks, IconEye, IconScale, IconTool } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { queries } from '../api/queries';
import { sessionOptions } from '../api/session';
import { cards, enter } from '../auth/session';
import { roleWord } from '../messages/roles';
import { useWords, type WordKey } from '../messages/words';
import { ProblemNote } from '../parts/problem-note';
import { Waiting } from '../parts/waiting';
import classes from './enter-page.module.css';
import { LinkForm } from './link-form';

const SecondFactor = lazy(() => import('./second-factor'));
const PasskeyButton = lazy(() => import('./passkey-button'));

const looks = {
  treasurer: [IconChecks, 'enter.treasurer'],
  member: [IconBuildingStore, 'enter.member'],
  approver: [IconEye, 'enter.approver'],
  installer: [IconTool, 'enter.installer'],
  auditor: [IconScale, 'enter.auditor'],
} as const satisfies Record<string, readonly [typeof IconEye, WordKey]>;
type Known = keyof typeof looks;

/** The door. In the demo it offers its people as cards; one press and one is in. */
export function EnterPage() {
  const say = useWords();
  const { to = '/', as } = useSearch({ from: '/enter' });
  const found = useQuery({ queryKey: ['cards'], queryFn: cards });
  const session = useQuery(sessionOptions);
  const goOn = (): void => location.assign(to);
  const going = useMutation({
    mutationFn: enter,
    onSuccess: () => {
      queries.clear();
      location.assign(to);
    },
  });
  const { mutate } = going;
  // A card without pages would lead nowhere.
  const offered =
    found.data &&
    (Object.keys(looks) as Known[]).flatMap((role) =>
      found.data.filter((card) => card.role === role).map(({ name }) => ({ role, name })),
    );
  useEffect(() => {
    if (as !== undefined) mutate(as);
  }, [as, mutate]);
  return (
    <Container size="md" py={{ base: 'lg', sm: 48 }} px="md" component="main">
      <Stack gap="lg">
        <Group gap="sm" wrap="nowrap">
          <img src="/icon.svg" alt="" width={40} height={40} />
          <Title order={1}>{say('enter.title')}</Title>
        </Group>
        <Text size="lg" maw={620}>
          {say('enter.promise')}
        </Text>
        {going.isError && <ProblemNote error={going.error} />}
        {found.isPending && <Waiting />}
        {found.isError && <ProblemNote error={found.error} again={() => void found.refetch()} />}
        {offered && offered.length > 0 && (
          <>
            <Text>{say('enter.choose')}</Text>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" component="ul" className={classes.cards}>
              {offered.map(({ role, name }) => {
                const [Icon, text] = looks[role];
                return (
                  <li key={role}>
                    <UnstyledButton
                      className={classes.card}
                      disabled={going.isPending || going.isSuccess}
                      onClick={() => mutate(role)}
                    >
                      <Icon size={30} aria-hidden className={classes.icon} />
                      <span>
                        <Text fw={650} size="lg" span display="block">
                          {say(roleWord(role))}
                        </Text>
                        <Text size="sm" c="dimmed" span display="block">
                          {name}
                        </Text>
                        <Text size="sm" mt={6} span display="block">
                          {say(text)}
                        </Text>
                      </span>
                    </UnstyledButton>
                  </li>
                );
              })}
            </SimpleGrid>
          </>
        )}
        {session.data?.state === 'incomplete' ? (
          <Suspense fallback={<Waiting />}>
            <SecondFactor session={session.data} goOn={goOn} />
          </Suspense>
        ) : (
          offered?.length === 0 &&
          session.isSuccess && (
            <>
              <LinkForm to={to} />
              <Suspense>
                <PasskeyButton goOn={goOn} />
              </Suspense>
            </>
          )
        )}
        <Text size="sm" c="dimmed">
          <Anchor href="/reference">{say('enter.reference')}</Anchor>
        </Text>
      </Stack>
    </Container>
  );
}
