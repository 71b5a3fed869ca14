import { useQuery } from '@tanstack/react-query';
import { myReadingsPush, photosKeep } from '../api/generated/sdk.gen';
import { myReadingsRegistersQueryKey } from '../api/generated/@tanstack/react-query.gen';
import { ApiProblem } from '../api/problem';
import { queries } from '../api/queries';
import { forgetWaiting, keepWaiting, type WaitingReading, waitingOf } from './waiting-readings';

/** What became of a reading that the service has answered for. */
export interface SentReading {
  readonly reading: WaitingReading;
  readonly status: 'created' | 'duplicate' | 'conflict' | 'held' | 'unclaimed';
  /** Why it was not simply taken. */
  readonly detail: string | null;
}

const waitingKey = (person: string) => ['waiting-readings', person];
const sentKey = (person: string) => ['sent-readings', person];

/** Readings of somebody that wait in this browser. */
export const useWaiting = (person: string): readonly WaitingReading[] =>
  useQuery({
    queryKey: waitingKey(person),
    queryFn: () => waitingOf(person),
    // The browser's own database answers without a network.
    networkMode: 'always',
  }).data ?? [];

/** What was sent since the page was opened, the last first. */
export const useSent = (person: string): readonly SentReading[] =>
  useQuery<readonly SentReading[]>({
    queryKey: sentKey(person),
    queryFn: () => [],
    networkMode: 'always',
    staleTime: Infinity,
  }).data ?? [];

const looked = (person: string): Promise<void> => queries.invalidateQueries({ queryKey: waitingKey(person) });

/** Keeps a reading and sends it as soon as that can be done. @returns when it is kept; that is before it is sent */
export async function putReading(reading: WaitingReading): Promise<void> {
  await keepWaiting(reading);
  await looked(reading.person);
  void sendWaiting(reading.person);
}

export async function dropReading({ key, person }: WaitingReading): Promise<void> {
  await forgetWaiting(key);
  await looked(person);
}

/**
 * Sends what waits of somebody, one after the other, and stops where nothing can be sent now. One tab of several does it; if two did, the service would answer both
 * the same and count once.
 */
export const sendWaiting = (person: string): Promise<void> =>
  navigator.locks.request('commonmeter-readings', async () => {
    for (const reading of (await waitingOf(person)).filter(({ refusal }) => refusal === null)) {
      try {
        const sent = await send(reading);
        await forgetWaiting(reading.key);
        queries.setQueryData<readonly SentReading[]>(sentKey(person), (before = []) => [sent, ...before]);
        void queries.invalidateQueries({ queryKey: myReadingsRegistersQueryKey() });
      } catch (error) {
        if (!isRefusal(error)) break;
        await keepWaiting({ ...reading, refusal: error.message });
      }
    }
    await looked(person);
  });

/** No network, a busy house, a session that ended: these pass. What the service says no to once, it says no to again. */
const isRefusal = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem &&
  error.status >= 400 &&
  error.status < 500 &&
  ![401, 408, 409, 429].includes(error.status);

async function send(reading: WaitingReading): Promise<SentReading> {
  const { key, meter, register, unit, at, value } = reading;
  const photo = await sendPhoto(reading);
  const { data } = await myReadingsPush({
    body: { readings: [{ meter, register, unit, at, value, ...(photo === null ? {} : { photo }) }] },
    headers: { 'Idempotency-Key': key },
    throwOnError: true,
  });
  const result = data.results[0];
  const detail = result?.problem?.detail ?? null;
  if (!result || result.status === 'rejected') throw new ApiProblem(400, 'invalid-input', detail ?? '', '');
  return { reading, status: result.status, detail };
}

async function sendPhoto({ key, photo }: WaitingReading): Promise<string | null> {
  if (photo === null) return null;
  const { data } = await photosKeep({
    body: photo,
    headers: { 'Content-Type': photo.type, 'Idempotency-Key': `${key}.photo` },
    throwOnError: true,
  });
  return data.id;
}
