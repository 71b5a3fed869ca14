import { useQueries } from '@tanstack/react-query';
import {
  invoicesListOptions,
  membersListOptions,
  metersListOptions,
  runViewsListOptions,
  supplierBillsListOptions,
} from '../api/generated/@tanstack/react-query.gen';
import { whole } from '../api/whole';
import { useFindingWords } from '../messages/finding';
import { useFigures } from '../messages/words';
import { isOfficer } from './first-page';
import type { Thing } from './found';
import type { Place } from './places';

interface Kind {
  readonly name: string;
  readonly things: readonly Thing[];
}

/** Names change seldom: what was fetched for one search is good for the next. */
const staleTime = 60_000;

/**
 * Everything that somebody may go to, by kind. The service has no search over names, so each list is fetched whole, and once.
 *
 * @param isSought whether anything was typed yet; until then only the places are there
 */
export function useThings(places: readonly Place[], roles: readonly string[], isSought: boolean) {
  const say = useFindingWords();
  const figures = useFigures();
  const isOffice = isOfficer(roles);
  const seesMeters = isOffice || roles.includes('installer');
  const seesStatements = isOffice || roles.includes('member');
  const asked = (mayAsk: boolean) => ({ staleTime, enabled: isSought && mayAsk });
  const [members, meters, runs, invoices, bills] = useQueries({
    queries: [
      { ...whole(membersListOptions()), ...asked(isOffice) },
      { ...whole(metersListOptions()), ...asked(seesMeters) },
      { ...whole(runViewsListOptions()), ...asked(isOffice) },
      { ...whole(invoicesListOptions()), ...asked(seesStatements) },
      { ...whole(supplierBillsListOptions()), ...asked(isOffice) },
    ],
  });
  const all = [members, meters, runs, invoices, bills];
  const listed = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
  const nameOf = new Map(members.data?.items.map(({ id, name }) => [id, name]));
  const kindOf = { invoice: '', 'credit-note': say('search.credit-note'), advance: say('search.advance') };
  const kinds: readonly Kind[] = [
    { name: say('search.pages'), things: places.map(({ to, name }) => ({ to, name: say(name), note: '' })) },
    {
      name: say('search.members'),
      things: (members.data?.items ?? []).map(({ code, name, trade, erasedAt }) => ({
        ...{ to: `/members/${encodeURIComponent(code)}`, name: name || code },
        note: listed([code, erasedAt === null ? trade : say('search.gone')]),
      })),
    },
    {
      name: say('search.meters'),
      things: (meters.data?.items ?? []).map(({ code, name }) => ({
        ...{ to: `/meters/${encodeURIComponent(code)}`, name: code, note: name },
      })),
    },
    {
      name: say('search.runs'),
      things: (runs.data?.items ?? []).map(({ id, period, site, status, leaver }) => ({
        ...{ to: `/runs/${id}`, name: figures.period(period) },
        note: listed([site.code, leaver?.code ?? '', say(`run.state.${status}`)]),
      })),
    },
    {
      name: say('search.statements'),
      things: (invoices.data?.items ?? []).map(({ number, memberId, period, kind }) => ({
        ...{ to: `${isOffice ? '' : '/my'}/statements/${encodeURIComponent(number)}`, name: number },
        note: listed([kindOf[kind], nameOf.get(memberId) ?? '', figures.period(period)]),
      })),
    },
    {
      name: say('search.bills'),
      things: (bills.data?.items ?? []).map(({ id, supplier, number, period }) => ({
        ...{ to: `/costs/bills/${id}`, name: number, note: listed([supplier, figures.period(period)]) },
      })),
    },
  ];
  return {
    kinds,
    isWaiting: all.some(({ isFetching, data }) => isFetching && data === undefined),
    failed: all.find(({ error }) => error !== null)?.error,
    again: () => void Promise.all(all.filter(({ isError }) => isError).map(({ refetch }) => refetch())),
  };
}
