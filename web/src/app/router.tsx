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
import { queries } from '../api/queries';
import { currentSession } from '../api/session';
import { Broken, NotThere } from './broken';
import { firstPage } from './first-page';
import type { UseSearch } from '../member/use-page';
import { Shell } from './shell';

const root = createRootRoute({ component: Outlet, errorComponent: Broken, notFoundComponent: NotThere });

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const own = (value: unknown): string | undefined => {
  const path = text(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
};
/** Only what is there stands in the address. */
const some = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

const enter = createRoute({
  getParentRoute: () => root,
  path: '/enter',
  validateSearch: (search: Record<string, unknown>): { to?: string; as?: string } =>
    some({ to: own(search['to']), as: text(search['as']) }),
  component: lazyRouteComponent(() => import('../enter/enter-page'), 'EnterPage'),
});

const verifyPage = lazyRouteComponent(() => import('../open/verify-page'), 'VerifyPage');
const verify = createRoute({ getParentRoute: () => root, path: '/verify', component: verifyPage });
const verifyCode = createRoute({ getParentRoute: () => root, path: '/verify/$code', component: verifyPage });

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

const within = <Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => inside,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, () => React.ReactNode>>, name),
    errorComponent: Broken,
  });

const runPage = () => import('../treasurer/run-page');
const runStep = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$run/$step',
  validateSearch: (search: Record<string, unknown>): { member?: string } => some({ member: text(search['member']) }),
  component: lazyRouteComponent(runPage, 'RunPage'),
  errorComponent: Broken,
});
const meters = createRoute({
  getParentRoute: () => inside,
  path: '/meters',
  validateSearch: (search: Record<string, unknown>): { site?: string } => some({ site: text(search['site']) }),
  component: lazyRouteComponent(() => import('../meters/meters-page'), 'MetersPage'),
  errorComponent: Broken,
});

const steps = ['day', 'interval'] as const;
const use = createRoute({
  getParentRoute: () => inside,
  path: '/my/use',
  validateSearch: (search: Record<string, unknown>): UseSearch =>
    some({
      by: steps.find((one) => one === search['by']),
      show: search['show'] === 'money' ? ('money' as const) : undefined,
      on: /^\d{4}-\d\d-\d\d$/.test(String(search['on'])) ? text(search['on']) : undefined,
      member: text(search['member']),
    }) as UseSearch,
  component: lazyRouteComponent(() => import('../member/use-page'), 'UsePage'),
  errorComponent: Broken,
});

const book = createRoute({
  getParentRoute: () => inside,
  path: '/my/book',
  validateSearch: (search: Record<string, unknown>): { of?: string } => some({ of: text(search['of']) }),
  component: lazyRouteComponent(() => import('../member/book-page'), 'BookPage'),
  errorComponent: Broken,
});

const lineOf = (search: Record<string, unknown>): { line?: number } => {
  const line = search['line'];
  return typeof line === 'number' && Number.isInteger(line) && line > 0 ? { line } : {};
};
const statementPage = lazyRouteComponent(() => import('../member/statement-page'), 'StatementPage');
const statement = createRoute({
  getParentRoute: () => inside,
  path: '/statements/$number',
  validateSearch: lineOf,
  component: statementPage,
  errorComponent: Broken,
});
const myStatement = createRoute({
  getParentRoute: () => inside,
  path: '/my/statements/$number',
  validateSearch: lineOf,
  component: statementPage,
  errorComponent: Broken,
});

const newBill = createRoute({
  getParentRoute: () => inside,
  path: '/costs/bills/new',
  validateSearch: (search: Record<string, unknown>): { site?: string; from?: string; to?: string } =>
    some({ site: text(search['site']), from: text(search['from']), to: text(search['to']) }),
  component: lazyRouteComponent(() => import('../treasurer/costs/bill-form-page'), 'BillFormPage'),
  errorComponent: Broken,
});
const payments = createRoute({
  getParentRoute: () => inside,
  path: '/payments',
  validateSearch: (search: Record<string, unknown>): { member?: string } => some({ member: text(search['member']) }),
  component: lazyRouteComponent(() => import('../treasurer/payments/payments-page'), 'PaymentsPage'),
  errorComponent: Broken,
});

const outbox = createRoute({
  getParentRoute: () => inside,
  path: '/outbox',
  validateSearch: (search: Record<string, unknown>): { mail?: string } => some({ mail: text(search['mail']) }),
  component: lazyRouteComponent(() => import('../treasurer/outbox-page'), 'OutboxPage'),
  errorComponent: Broken,
});

const whatIf = createRoute({
  getParentRoute: () => inside,
  path: '/rules/what-if',
  validateSearch: (search: Record<string, unknown>): { key?: string } => some({ key: text(search['key']) }),
  component: lazyRouteComponent(() => import('../treasurer/rules/what-if-page'), 'WhatIfPage'),
  errorComponent: Broken,
});

const readings = createRoute({
  getParentRoute: () => inside,
  path: '/readings',
  validateSearch: (search: Record<string, unknown>): { site?: string } => some({ site: text(search['site']) }),
  component: lazyRouteComponent(() => import('../treasurer/readings/readings-page'), 'ReadingsPage'),
  errorComponent: Broken,
});

const questions = createRoute({
  getParentRoute: () => inside,
  path: '/questions',
  validateSearch: (search: Record<string, unknown>): { show?: 'all' } =>
    search['show'] === 'all' ? { show: 'all' } : {},
  component: lazyRouteComponent(() => import('../treasurer/questions/questions-page'), 'QuestionsPage'),
  errorComponent: Broken,
});

export const routeTree = root.addChildren([
  enter,
  verify,
  verifyCode,
  inside.addChildren([
    first,
    within('/second-factors', () => import('../enter/keys-page'), 'KeysPage'),
    within('/home', () => import('../treasurer/home-page'), 'HomePage'),
    within('/runs', () => import('../treasurer/runs-page'), 'RunsPage'),
    within('/runs/$run', runPage, 'RunPage'),
    runStep,
    within('/costs', () => import('../treasurer/costs/costs-page'), 'CostsPage'),
    newBill,
    within('/costs/bills/$bill', () => import('../treasurer/costs/bill-page'), 'BillPage'),
    within('/costs/charges/new', () => import('../treasurer/costs/charge-form-page'), 'ChargeFormPage'),
    outbox,
    payments,
    within('/members', () => import('../treasurer/members/members-page'), 'MembersPage'),
    within('/members/new', () => import('../treasurer/members/move-in-page'), 'MoveInPage'),
    within('/members/$member', () => import('../treasurer/members/member-page'), 'MemberPage'),
    within('/members/$member/erasure', () => import('../treasurer/members/erasure-page'), 'ErasurePage'),
    within('/rules', () => import('../treasurer/rules/rules-page'), 'RulesPage'),
    within('/rules/new-key', () => import('../treasurer/rules/key-page'), 'NewKeyPage'),
    within('/rules/keys/$key', () => import('../treasurer/rules/key-page'), 'KeyVersionPage'),
    within('/rules/new-calendar', () => import('../treasurer/rules/calendar-page'), 'CalendarPage'),
    within('/rules/new-tariff', () => import('../treasurer/rules/tariff-page'), 'NewTariffPage'),
    within('/rules/tariffs/$tariff', () => import('../treasurer/rules/tariff-page'), 'TariffVersionPage'),
    whatIf,
    readings,
    questions,
    within('/settings', () => import('../treasurer/settings/settings-page'), 'SettingsPage'),
    within('/settings/people', () => import('../treasurer/settings/people-page'), 'PeoplePage'),
    within('/settings/people/new', () => import('../treasurer/settings/new-person-page'), 'NewPersonPage'),
    within('/settings/people/$person', () => import('../treasurer/settings/person-page'), 'PersonPage'),
    within('/settings/policies', () => import('../treasurer/settings/policies-page'), 'PoliciesPage'),
    within('/settings/policies/$policy', () => import('../treasurer/settings/policy-page'), 'PolicyPage'),
    within('/settings/community', () => import('../treasurer/settings/community-page'), 'CommunityPage'),
    within('/settings/keys', () => import('../treasurer/settings/keys-page'), 'KeysAndTokensPage'),
    within('/settings/tax', () => import('../treasurer/settings/tax-page'), 'TaxPage'),
    within('/record', () => import('../treasurer/record/record-page'), 'RecordPage'),
    meters,
    within('/meters/add', () => import('../meters/add-meter-page'), 'AddMeterPage'),
    within('/meters/unclaimed', () => import('../meters/unclaimed-page'), 'UnclaimedPage'),
    within('/meters/$meter', () => import('../meters/meter-page'), 'MeterPage'),
    statement,
    within('/my', () => import('../member/my-page'), 'MyPage'),
    within('/my/account', () => import('../member/account-page'), 'AccountPage'),
    within('/my/questions', () => import('../member/questions-page'), 'QuestionsPage'),
    within('/my/reading', () => import('../member/reading-page'), 'ReadingPage'),
    within('/my/statements', () => import('../member/statements-page'), 'StatementsPage'),
    book,
    use,
    myStatement,
  ]),
]);

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
