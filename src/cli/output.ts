import type { Writable } from 'node:stream';

/** Exit codes that scripts can trust. */
export const exitCodes = {
  done: 0,
  /** It was refused or failed; the sentence on standard error says why. */
  failed: 1,
  /** The command was written wrongly. */
  usage: 2,
  /** A billing run is blocked by issues that need a person. */
  blocked: 3,
} as const;

/** A failure whose sentence is meant for the person at the terminal. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(message);
  }
}

/** Where a command writes: people read text, machines ask for JSON. */
export interface Output {
  /** One answer: `text` for people, `data` for machines. */
  answer(text: string, data: unknown): void;
  /** A line for people only; silent where JSON was asked for. */
  say(line: string): void;
  /** What is being waited for, on standard error: of work that cannot say how far it is. */
  busy(line: string): void;
  /** Progress of long work, on standard error so that it never mixes with an answer. */
  progress(label: string, done: number, total: number): void;
}

const barWidth = 24;

/** Writes a bar that moves in a terminal; elsewhere a line at the beginning, in the middle and at the end. */
function progressBar(stream: Writable & { isTTY?: boolean }): Output['progress'] {
  let last = '';
  return (label, done, total) => {
    const halves = total === 0 ? 2 : Math.floor((done * 2) / total);
    const filled = total === 0 ? barWidth : Math.floor((done * barWidth) / total);
    if (stream.isTTY) {
      stream.write(
        `\r${label.padEnd(34)} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done}/${total}${done >= total ? '\n' : ''}`,
      );
    } else if (last !== `${label} ${halves}`) {
      last = `${label} ${halves}`;
      stream.write(`${label}: ${done}/${total}\n`);
    }
  };
}

export function output(
  json: boolean,
  out: Writable = process.stdout,
  err: Writable & { isTTY?: boolean } = process.stderr,
): Output {
  const bar = progressBar(err);
  return {
    answer: (text, data) => void out.write(json ? `${JSON.stringify(data)}\n` : `${text}\n`),
    say: (line) => void (json || out.write(`${line}\n`)),
    busy: (line) => void err.write(`${line} …\n`),
    progress: bar,
  };
}

/** Columns, padded; the columns named in `right` are set flush right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
