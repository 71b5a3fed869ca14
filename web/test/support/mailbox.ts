import { createServer, type AddressInfo } from 'node:net';

/** A mail server that takes everything and keeps it, as text. */
export interface Mailbox {
  readonly url: string;
  /** The newest link for a log-in; waits until one has come. */
  link(): Promise<string>;
  close(): void;
}

export async function openMailbox(): Promise<Mailbox> {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let said = '';
    let isLetter = false;
    socket.setEncoding('utf8').write('220 mailbox\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (piece: string) => {
      said += piece;
      for (let end = ends(said, isLetter); end; end = ends(said, isLetter)) {
        const what = said.slice(0, end.at);
        said = said.slice(end.at + end.mark.length);
        if (isLetter) letters.push(what.replaceAll('=\r\n', '').replaceAll('=3D', '='));
        isLetter = !isLetter && /^DATA$/i.test(what);
        socket.write(isLetter ? '354 go on\r\n' : /^QUIT$/i.test(what) ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const link = async (): Promise<string> => {
    for (let tries = 0; tries < 300; tries += 1) {
      const found = letters.at(-1)?.match(/https?:\/\/\S+\/log-in\/link#[\w.~-]+/)?.[0];
      if (found !== undefined) {
        letters.length = 0;
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('No link came by mail.');
  };
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, link, close: () => void server.close() };
}

function ends(said: string, isLetter: boolean): { at: number; mark: string } | undefined {
  const mark = isLetter ? '\r\n.\r\n' : '\r\n';
  const at = said.indexOf(mark);
  return at < 0 ? undefined : { at, mark };
}
