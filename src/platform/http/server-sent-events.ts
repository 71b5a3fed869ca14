import { PassThrough } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { Observable } from 'rxjs';

/** A reply of server-sent events, one for each step as JSON. Who goes away ends the watching. */
export function eventsOf(steps: Observable<unknown>): StreamableFile {
  const events = new PassThrough();
  const watching = steps.subscribe({
    next: (step) => events.write(`data: ${JSON.stringify(step)}\n\n`),
    complete: () => events.end(),
    error: (error: Error) => events.destroy(error),
  });
  events.once('close', () => watching.unsubscribe());
  return new StreamableFile(events, { type: 'text/event-stream' });
}
