import type { dataTagSymbol } from '@tanstack/react-query';

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

interface Asking {
  readonly queryKey: readonly [{ readonly query?: object }, ...unknown[]];
  readonly signal: AbortSignal;
}

/**
 * A list to its end, page after page, as one answer: what a screen counts, adds up or looks somebody up in never ends where a page of
 * the service does.
 *
 * @example useSuspenseQuery(whole(accountsListOptions())).data.items
 */
export function whole<List extends { queryKey: Asking['queryKey'] & { [dataTagSymbol]: Page }; queryFn?: unknown }>(
  list: List,
): List {
  const ask = list.queryFn as (asking: Asking) => Promise<Page>;
  const askAll = async ({ queryKey: [key], signal }: Asking): Promise<Page> => {
    const items: unknown[] = [];
    for (let from = {}; ;) {
      const page = await ask({ signal, queryKey: [{ ...key, query: { ...key.query, limit: '1000', ...from } }] });
      items.push(...page.items);
      if (page.next === null) return { ...page, items };
      from = { cursor: page.next };
    }
  };
  return { ...list, queryFn: askAll };
}
