import { QueryClient, queryOptions } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { whole } from './whole';

interface Answer {
  items: number[];
  next: string | null;
}

it('is read to its end, page after page, whatever was asked for', async () => {
  const asked: object[] = [];
  const key: [{ query: { site: string; cursor?: string } }] = [{ query: { site: 'OMH' } }];
  const list = queryOptions({
    queryKey: key,
    queryFn: ({ queryKey: [{ query }] }): Promise<Answer> => {
      asked.push(query);
      const from = query.cursor === undefined ? 0 : parseInt(query.cursor, 10);
      return Promise.resolve({ items: [from, from + 1], next: from < 4 ? String(from + 2) : null });
    },
  });
  const answer = await new QueryClient().fetchQuery(whole(list));
  expect(answer).toEqual({ items: [0, 1, 2, 3, 4, 5], next: null });
  expect(asked).toEqual([
    { site: 'OMH', limit: '1000' },
    { site: 'OMH', limit: '1000', cursor: '2' },
    { site: 'OMH', limit: '1000', cursor: '4' },
  ]);
});
