import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** How the server and the line behave next; after once they behave well again, but for `refuse` and `silent`: that takes mails and says nothing of it. */
export type Behaviour = 'well' | 'refuse' | 'busy' | 'silent' | 'break-before-word' | 'break-after-word';

/** A real mail server on this machine, behind a line that can be broken at the worst moment. */
export interface SmtpSink {
  readonly url: string;
  /** What the server took, in order. */
  readonly taken: { readonly mail: ParsedMail; readonly to: readonly string[] }[];
  behaviour: Behaviour;
  close(): Promise<void>;
}

export async function smtpSink(): Promise<SmtpSink> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo: (_, __, done) => {
      if (sink.behaviour === 'refuse') return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      if (sink.behaviour === 'busy') {
        sink.behaviour = 'well';
        return done(Object.assign(new Error('try later'), { responseCode: 451 }));
      }
      done();
    },
    onData: (stream, session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        void simpleParser(Buffer.concat(pieces)).then((mail) => {
          sink.taken.push({ mail, to: session.envelope.rcptTo.map(({ address }) => address) });
          if (sink.behaviour !== 'silent') done();
        });
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line = await openLine((server.server.address() as AddressInfo).port, {
    get behaviour() {
      return sink.behaviour;
    },
    mend: () => {
      sink.behaviour = 'well';
    },
  });
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${(line.address() as AddressInfo).port}`,
    taken: [],
    behaviour: 'well',
    close: async () => {
      line.close();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
  return sink;
}

/** Lets everything through, and breaks before or after the word that a mail was taken. */
const openLine = (port: number, state: { readonly behaviour: Behaviour; mend(): void }): Promise<Server> =>
  new Promise((resolve) => {
    const line = createServer((client: Socket) => {
      const up = connect(port, '127.0.0.1');
      let isContentSent = false;
      client.on('data', (piece) => {
        if (piece.toString('latin1').includes('\r\n.\r\n')) isContentSent = true;
        up.write(piece);
      });
      up.on('data', (piece) => {
        const isWord = isContentSent && piece.toString('latin1').startsWith('250');
        if (isWord && state.behaviour === 'break-before-word') {
          state.mend();
          client.destroy();
          up.destroy();
          return;
        }
        client.write(piece);
        if (isWord && state.behaviour === 'break-after-word') {
          state.mend();
          setImmediate(() => client.destroy());
        }
      });
      for (const side of [client, up]) side.on('error', () => undefined);
      client.on('close', () => up.destroy());
      up.on('close', () => client.destroy());
    }).listen(0, '127.0.0.1', () => resolve(line));
  });
