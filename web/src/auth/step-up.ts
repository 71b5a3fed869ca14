/**
 * What cannot be taken back asks once more for a second factor. A request that is answered `step-up-needed` waits here until somebody has proved
 * one in the dialog that the app has put up, and then goes again as it was.
 */
type Asker = () => Promise<boolean>;

let asker: Asker | undefined;
let underWay: Promise<boolean> | undefined;

/** Says who asks a person for a proof. @returns how to take it back */
export function setAsker(ask: Asker): () => void {
  asker = ask;
  return () => {
    asker = undefined;
  };
}

async function asksForProof(answer: Response): Promise<boolean> {
  if (answer.status !== 403) return false;
  const body = (await answer
    .clone()
    .json()
    .catch(() => null)) as { code?: unknown } | null;
  return body?.code === 'step-up-needed';
}

/** `fetch` that has a second factor proved where it is asked for. Whoever turns the dialog down gets the service's first answer. */
export async function fetchProved(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const again = request.clone();
  const answer = await fetch(request);
  if (asker === undefined || !(await asksForProof(answer))) return answer;
  underWay ??= asker().finally(() => {
    underWay = undefined;
  });
  return (await underWay) ? fetch(again) : answer;
}
