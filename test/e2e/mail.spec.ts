import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { Mail, type MailRow } from '../../src/platform/mail/mail.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import { Browser } from '../support/browser-session.js';
import { type InProcess, inProcess } from '../support/in-process.js';

/** Mail goes through a real server on this machine, over a line that can be broken at the worst moment. */

/** What the server took, in order, as it was sent. */
const taken: { raw: string; mail: ParsedMail; to: string[] }[] = [];
/** How the server and the line behave next. */
let behaviour: 'well' | 'refuse' | 'busy' | 'break-before-word' | 'break-after-word' = 'well';

const smtp = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  logger: false,
  onRcptTo: (_, __, done) => {
    if (behaviour === 'refuse') return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
    if (behaviour === 'busy') {
      behaviour = 'well';
      return done(Object.assign(new Error('try later'), { responseCode: 451 }));
    }
    done();
  },
  onData: (stream, session, done) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const raw = Buffer.concat(pieces).toString('utf8');
      void simpleParser(raw).then((mail) => {
        taken.push({ raw, mail, to: session.envelope.rcptTo.map(({ address }) => address) });
        done();
      });
    });
  },
});

/** A line to the server that lets through everything, and breaks before or after the word that the mail was taken. */
let line: Server;
const openLine = (port: number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((client: Socket) => {
      const up = createServerSide(port);
      let isContentSent = false;
      client.on('data', (piece) => {
        if (piece.toString('latin1').includes('\r\n.\r\n')) isContentSent = true;
        up.write(piece);
      });
      up.on('data', (piece) => {
        const isWord = isContentSent && piece.toString('latin1').startsWith('250');
        if (isWord && behaviour === 'break-before-word') {
          behaviour = 'well';
          client.destroy();
          up.destroy();
          return;
        }
        client.write(piece);
        if (isWord && behaviour === 'break-after-word') {
          behaviour = 'well';
          setImmediate(() => client.destroy());
        }
      });
      for (const side of [client, up]) side.on('error', () => undefined);
      client.on('close', () => up.destroy());
      up.on('close', () => client.destroy());
    }).listen(0, '127.0.0.1', () => resolve(server));
  });
const createServerSide = (port: number): Socket => connect(port, '127.0.0.1');

let service: InProcess;
let community: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  line = await openLine((smtp.server.address() as AddressInfo).port);
  service = await inProcess(undefined, {
    PUBLIC_URL: 'https://hall.example',
    SMTP_URL: `smtp://127.0.0.1:${(line.address() as AddressInfo).port}`,
    MAIL_FROM: 'meters@hall.example',
  });
  beginWork(service.app);
  const founding = { code: 'market', name: 'Old "Market" <Hall>', currency: 'GBP', zone: 'Europe/London' };
  const made = await service.app.get(AccessService).createCommunity({
    ...founding,
    contactEmail: 'energy@hall.example',
    treasurer: { name: 'Tess & Co', email: 'tess@hall.example' },
  });
  community = made.communityId;
});
afterAll(async () => {
  await service.close();
  line.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});
beforeEach(() => {
  behaviour = 'well';
  taken.length = 0;
});

let browsers = 0;

/** Asks for a link and waits until it is known what became of the mail. */
async function send(behaves: typeof behaviour, email = 'tess@hall.example'): Promise<MailRow> {
  behaviour = behaves;
  browsers += 1;
  const known = new Set((await mails()).map(({ id }) => id));
  const browser = new Browser(service, 'https://hall.example', `10.2.0.${browsers}`);
  expect((await browser.post('log-in/link', { email })).status).toBe(202);
  for (let tries = 0; tries < 400; tries += 1) {
    const made = (await mails()).find(({ id, state }) => !known.has(id) && state !== 'waiting');
    if (made) return made;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The mail was never settled.');
}
const mails = () =>
  service.database.transactions.inCommunity(community, (tx) =>
    service.app.get(Mail).list(tx, community, undefined, 100),
  );

describe('a mail', () => {
  it('says the same in text and page, has its facts in the subject, and answers reach a person', async () => {
    const row = await send('well');
    expect(row).toMatchObject({ state: 'accepted', to: 'tess@hall.example', kind: 'log-in' });
    const [{ mail, to } = { mail: undefined, to: [] }] = taken;
    expect(to).toEqual(['tess@hall.example']);
    expect(mail).toMatchObject({
      subject: 'Log in to Old "Market" <Hall>: the link works for 15 minutes',
      messageId: row.messageId,
      from: { value: [{ address: 'meters@hall.example', name: 'Old "Market" <Hall>' }] },
      replyTo: { value: [{ address: 'energy@hall.example' }] },
    });
    const link = /https:\/\/hall\.example\/log-in\/link#[\w-]{43}/;
    expect(mail?.text).toMatch(link);
    expect(mail?.html).toContain(link.exec(mail?.text ?? '')?.[0]);
    expect(mail?.html).toContain('Hello Tess &amp; Co,');
    expect(mail?.html).not.toMatch(/<script|<img|src=/);
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('is not sent again where the line breaks after the word that it was taken', async () => {
    expect(await send('break-after-word')).toMatchObject({ state: 'accepted' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(taken).toHaveLength(1);
  });

  it('is sent again, the same under the same id, where the line breaks before that word', async () => {
    const row = await send('break-before-word');
    expect(row.state).toBe('accepted');
    expect(taken.map(({ mail }) => mail.messageId)).toEqual([row.messageId, row.messageId]);
    const [first, second] = taken.map(({ mail: { subject, text, html, date } }) => ({ subject, text, html, date }));
    expect(second).toEqual(first);
  });

  it('waits for a server that is busy', async () => {
    expect(await send('busy')).toMatchObject({ state: 'accepted' });
    expect(taken).toHaveLength(1);
  });

  it('that is refused for good is marked and not repeated', async () => {
    // Another address: one and the same is sent four links and then waits.
    const person = { name: 'Gone', email: 'gone@hall.example', roles: [{ role: 'installer' as const }] };
    await service.app.get(AccessService).addPerson(community, person, system);
    expect(await send('refuse', 'gone@hall.example')).toMatchObject({
      state: 'refused',
      reason: 'The server said 550.',
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(taken).toHaveLength(0);
  });
});
