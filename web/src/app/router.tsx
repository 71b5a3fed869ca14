import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import '../api/client';
import { peopleMeOptions } from '../api/generated/@tanstack/react-query.gen';
import { currentSession } from '../api/session';
import { Broken, NotThere } from './broken';
import { firstPage } from './first-page';
import { queries } from '../api/queries';
import { Shell } from './shell';

const root = createRootRoute({ component: Outlet, errorComponent: Broken, notFoundComponent: NotThere });

const enter = createRoute({
  getParentRoute: () => root,
  path: '/enter',
  validateSearch: ({ to, as }: Record<string, unknown>): { to?: string; as?: string } => ({
    ...(typeof to === 'string' && /^\/(?!\/)/.test(to) ? { to } : {}),
    ...(typeof as === 'string' ? { as } : {}),
  }),
  component: lazyRouteComponent(() => import('../enter/enter-page'), 'EnterPage'),
});

/** Everything behind the door: who comes without being known goes to the door first, and then where they wanted to go. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ location }) => {
    if ((await currentSession()).state !== 'open') throw redirect({ to: '/enter', search: { to: location.href } });
  },
  loader: () => queries.ensureQueryData(peopleMeOptions()),
  component: Shell,
  errorComponent: Broken,
});

const first = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: async () => {
    const { roles } = await queries.ensureQueryData(peopleMeOptions());
    throw redirect({ to: firstPage(roles), replace: true });
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/home',
  component: lazyRouteComponent(() => import('../treasurer/home-page'), 'HomePage'),
});

export const routeTree = root.addChildren([enter, inside.addChildren([first, home])]);

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
