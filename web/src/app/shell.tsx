import { ActionIcon, AppShell, Group, NavLink, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDeviceDesktop, IconDots, IconMoon, IconSun } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { peopleMeOptions } from '../api/generated/@tanstack/react-query.gen';
import { textLocale } from '../messages/languages';
import { Words, useWords } from '../messages/words';
import { Tag } from '../parts/tag';
import { Waiting } from '../parts/waiting';
import { PersonMenu } from './person-menu';
import classes from './shell.module.css';
import { FoldOut } from './fold-out';
import { type Place, placesInBar, placesOf } from './places';
import { StepUp } from './step-up';

const Finder = lazy(() => import('./finder'));
const DemoCard = lazy(async () => ({ default: (await import('./demo-card')).DemoCard }));
const WaitingNote = lazy(async () => ({ default: (await import('../member/waiting-note')).WaitingNote }));

/** What stands around every page: where one is, where one can go, and who one is. */
export function Shell() {
  const { data: me } = useSuspenseQuery(peopleMeOptions());
  useEffect(() => {
    document.documentElement.lang = textLocale(me.community.locale);
  }, [me.community.locale]);
  return (
    <Words locale={me.community.locale} zone={me.community.zone}>
      <Frame community={me.community.name} person={me.person} roles={me.roles} isDemo={me.community.demo} />
    </Words>
  );
}

interface FrameProps {
  readonly community: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly roles: readonly string[];
  readonly isDemo: boolean;
}

function Frame({ community, person, roles, isDemo }: FrameProps) {
  const say = useWords();
  const isWide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const places = useMemo(() => placesOf(roles), [roles]);
  const here = useHere(places);
  const fits = places.length > placesInBar + 1 ? placesInBar : places.length;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: true } }}
      footer={{ height: isWide ? 0 : 60 }}
      padding={{ base: 'sm', sm: 'lg' }}
      transitionDuration={0}
    >
      <a className="skip" href="#content">
        {say('shell.skip')}
      </a>
      <AppShell.Header className="no-print">
        <Group h="100%" justify="space-between" wrap="nowrap" className={classes.head}>
          <Group gap="sm" wrap="nowrap" className={classes.brand}>
            <Link to="/" className={classes.mark} aria-label={say('shell.home')}>
              <img src="/icon.svg" alt="" width={28} height={28} />
            </Link>
            <Text fw={650} truncate>
              {community}
            </Text>
            {isDemo && (
              <span className={classes.demo}>
                <Tag tone="warn">{say('shell.demo')}</Tag>
              </span>
            )}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Suspense fallback={<span className={classes.finder} />}>
              <Finder places={places} roles={roles} />
            </Suspense>
            <SchemeButton />
            <PersonMenu person={person.name} roles={roles} />
          </Group>
        </Group>
      </AppShell.Header>
      {isWide ? (
        <AppShell.Navbar p="sm" className="no-print" aria-label={say('shell.places')}>
          {places.map((place) => (
            <SidePlace key={place.to} place={place} isHere={place.to === here} />
          ))}
        </AppShell.Navbar>
      ) : (
        <AppShell.Footer className="no-print">
          <nav className={classes.bar} aria-label={say('shell.places')}>
            {places.slice(0, fits).map((place) => (
              <BarPlace key={place.to} place={place} isHere={place.to === here} />
            ))}
            {places.length > fits && <MorePlaces places={places.slice(fits)} here={here} />}
          </nav>
        </AppShell.Footer>
      )}
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {roles.includes('member') && (
          <Suspense fallback={null}>
            <WaitingNote person={person.id} />
          </Suspense>
        )}
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
        {isDemo && (
          <Suspense fallback={null}>
            <DemoCard roles={roles} />
          </Suspense>
        )}
      </AppShell.Main>
      <StepUp />
    </AppShell>
  );
}

/** The place that one is in: of those whose address the page's own begins with, the longest. */
function useHere(places: readonly Place[]): string | undefined {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return places
    .map(({ to }) => to)
    .filter((to) => path === to || path.startsWith(`${to}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

interface PlaceProps {
  readonly place: Place;
  readonly isHere: boolean;
}

function SidePlace({ place: { to, icon: Icon, name }, isHere }: PlaceProps) {
  const say = useWords();
  return (
    <NavLink
      component={Link}
      to={to}
      activeOptions={{ exact: true }}
      label={say(name)}
      leftSection={<Icon size={20} aria-hidden />}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      className={classes.side}
    />
  );
}

function BarPlace({ place: { to, icon: Icon, name }, isHere }: PlaceProps) {
  const say = useWords();
  return (
    <Link
      to={to}
      activeOptions={{ exact: true }}
      className={classes.place}
      data-here={isHere || undefined}
      aria-current={isHere ? 'page' : undefined}
    >
      <Icon size={22} aria-hidden />
      <span>{say(name)}</span>
    </Link>
  );
}

function MorePlaces({ places, here }: { places: readonly Place[]; here: string | undefined }) {
  const say = useWords();
  return (
    <>
      <UnstyledButton
        className={classes.place}
        popoverTarget="more"
        data-here={places.some(({ to }) => to === here) || undefined}
      >
        <IconDots size={22} aria-hidden />
        <span>{say('place.more')}</span>
      </UnstyledButton>
      <FoldOut id="more" at="bottom">
        {places.map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: true }} aria-current={to === here ? 'page' : undefined}>
            <Icon size={18} aria-hidden /> {say(name)}
          </Link>
        ))}
      </FoldOut>
    </>
  );
}

const schemes = { auto: ['light', IconDeviceDesktop], light: ['dark', IconSun], dark: ['auto', IconMoon] } as const;

function SchemeButton() {
  const say = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [next, Icon] = schemes[colorScheme];
  const label = say(`shell.scheme.${colorScheme}`);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={40}
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      <Icon size={20} aria-hidden />
    </ActionIcon>
  );
}
