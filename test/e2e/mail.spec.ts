import { AccessService } from '../../src/modules/access/access.service.js';
import { system } from '../../src/modules/access/access-changes.service.js';
import { Mail, type MailRow } from '../../src/platform/mail/mail.js';
import { beginWork } from '../../src/platform/queue/begin-work.js';
import { Browser } from '../support/browser-session.js';
import { type InProcess, inProcess } from '../support/in-process.js';
import { type Behaviour, type SmtpSink, smtpSink } from '../support/smtp-sink.js';

/** Mail goes through a real server on this machine, over a line that can be broken at the worst moment. */

let sink: SmtpSink;
let service: InProcess;
let community: string;

beforeAll(async () => {
  sink = await smtpSink();
  service = await inProcess(undefined, {
    PUBLIC_URL: 'https://hall.example',
    SMTP_URL: sink.url,
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
  await sink.close();
});
beforeEach(() => {
  sink.behaviour = 'well';
  sink.taken.length = 0;
});

let browsers = 0;

/** Asks for a link and waits until it is known what became of the mail. */
async function send(behaves: Behaviour, email = 'tess@hall.example'): Promise<MailRow> {
  sink.behaviour = behaves;
  browsers += 1;
  const known = new Set((await mails()).map(({ id }) => id));
  const browser = new Browser(service, 'https://hall.example', `10.2.0.${browsers}`);
  expect((await browser.post('log-in/link', { email })).status).toBe(202);
  for (let tries = 0; tries < 400; tries += 1) {
    const made = (await mails()).find(({ id, state }) => !known.has(id) && state !== 'waiting' && state !== 'leaving');
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
    const [{ mail, to } = { mail: undefined, to: [] }] = sink.taken;
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
    expect(sink.taken).toHaveLength(1);
  });

  it('is sent again, the same under the same id, where the line breaks before that word', async () => {
    const row = await send('break-before-word');
    expect(row.state).toBe('accepted');
    expect(sink.taken.map(({ mail }) => mail.messageId)).toEqual([row.messageId, row.messageId]);
    const [first, second] = sink.taken.map(({ mail: { subject, text, html, date } }) => ({
      subject,
      text,
      html,
      date,
    }));
    expect(second).toEqual(first);
  });

  it('waits for a server that is busy', async () => {
    expect(await send('busy')).toMatchObject({ state: 'accepted' });
    expect(sink.taken).toHaveLength(1);
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
    expect(sink.taken).toHaveLength(0);
  });
});
