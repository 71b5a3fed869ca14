import { useEffect, useState } from 'react';

export interface RunProgress {
  readonly status: string;
  readonly done: number;
  readonly total: number;
}

/**
 * How far the documents of a run are, as the service tells it by server-sent events; undefined until it has said something.
 *
 * @param isOn whether there is anything to wait for
 * @param onEnd called once when the service has told the last of it
 */
export function useProgress(run: string, isOn: boolean, onEnd: () => void): RunProgress | undefined {
  const [progress, setProgress] = useState<RunProgress>();
  useEffect(() => {
    if (!isOn) return undefined;
    const source = new EventSource(`/api/v1/billing-runs/${run}/progress`);
    source.onmessage = (event: MessageEvent<string>) => setProgress(JSON.parse(event.data) as RunProgress);
    // The service ends the stream when all is made; the browser would begin it again.
    source.onerror = () => {
      source.close();
      onEnd();
    };
    return () => source.close();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is called at the end is not what is watched
  }, [run, isOn]);
  return progress;
}
