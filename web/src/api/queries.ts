import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem';
import { isBetweenSessions } from '../auth/session';

/** Whose session has ended, or is not whole yet, is led to the door, and back to the same place afterwards. */
function onProblem(error: unknown): void {
  if (!(error instanceof ApiProblem)) return;
  if ((error.status !== 401 && error.code !== 'second-factor-needed') || isBetweenSessions()) return;
  const here = `${location.pathname}${location.search}`;
  location.assign(`/enter?to=${encodeURIComponent(here)}`);
}

const mayHelpAgain = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 0 || error.status === 503);

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: onProblem }),
  mutationCache: new MutationCache({ onError: onProblem }),
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (count, error) => count < 2 && mayHelpAgain(error) },
    mutations: { retry: false },
  },
});
