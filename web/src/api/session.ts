import { sessionEnd, sessionShow } from './generated/sdk.gen';
import './client';
import { queries } from './queries';

/** Who is signed in, as the service says; asked again when a page is opened after a while. */
export const sessionOptions = {
  queryKey: ['session'],
  queryFn: async () => (await sessionShow({ throwOnError: true })).data,
  staleTime: 60_000,
  // Who loses the network goes on from page to page; without the session every page would lead to the door.
  gcTime: Infinity,
};

export const currentSession = () => queries.ensureQueryData(sessionOptions);

/** Ends the session and forgets everything that was fetched in it. */
export async function leave(): Promise<void> {
  await sessionEnd({ throwOnError: true });
  queries.clear();
}
