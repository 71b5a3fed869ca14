import net from 'node:net';
import { DataSource } from 'typeorm';
import { applicationDataSource, requestPatience } from '../../src/platform/database/connection.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { insertCommunity, testDatabase, type TestDatabase } from '../support/database.js';

/* The network between service and database fails: who asked is told to come again, and never that the software is wrong. */

let db: TestDatabase;
let arches: string;
/** A way to the database that can be cut. */
let way: net.Server;
const sockets = new Set<net.Socket>();
let app: DataSource;
let transactions: Transactions;

beforeAll(async () => {
  db = await testDatabase();
  arches = await insertCommunity(db, 'arches');
  const { hostname, port } = new URL(db.url);
  way = net.createServer((from) => {
    const to = net.connect(Number.parseInt(port || '5432', 10), hostname);
    for (const one of [from, to]) sockets.add(one.on('error', () => undefined).on('close', () => cut([from, to])));
    from.pipe(to).pipe(from);
  });
  await listening(0);
  const { port: own } = way.address() as net.AddressInfo;
  const url = Object.assign(new URL(db.url), { hostname: '127.0.0.1', port: String(own) }).href;
  app = new DataSource(applicationDataSource({ url, size: 2, patience: requestPatience, onError: () => undefined }));
  await app.initialize();
  transactions = new Transactions(app);
});
afterAll(async () => {
  await app.destroy();
  cut([...sockets]);
  way.close();
  await db.drop();
});

const cut = (which: readonly net.Socket[]): void => which.forEach((socket) => socket.destroy());
const listening = (port: number) => new Promise<void>((done) => way.listen(port, '127.0.0.1', done));

it('asks for patience where a connection breaks off in the midst, and works again on the next', async () => {
  const broken = transactions.inCommunity(arches, async (tx) => {
    await tx.query(`UPDATE community SET name = 'half done'`);
    cut([...sockets]);
    await tx.query('SELECT 1');
  });
  await expect(broken).rejects.toMatchObject({ code: 'too-busy', message: expect.stringContaining('broke off') });
  const names = await transactions.inCommunity(arches, (tx) => tx.query('SELECT name FROM community'));
  expect(names).toEqual([{ name: 'The arches' }]);
});

it('asks for patience where nobody answers, says that nothing was stored, and keeps the cause for the log', async () => {
  const { port } = way.address() as net.AddressInfo;
  const closed = new Promise((done) => way.close(done));
  cut([...sockets]);
  await closed;
  const refused: unknown = await transactions
    .inCommunity(arches, () => Promise.resolve())
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'too-busy', message: expect.stringContaining('nothing was stored') });
  expect((refused as Error).cause).toBeInstanceOf(Error);
  await listening(port);
  await expect(transactions.inCommunity(arches, () => Promise.resolve('there'))).resolves.toBe('there');
});

it('leaves what the server itself refuses, and what is wrong in the work, as it is', async () => {
  const wrong = transactions.inCommunity(arches, (tx) => tx.query('SELECT nothing_there'));
  await expect(wrong).rejects.toMatchObject({ driverError: { code: '42703' } });
  const own = new Error('a mistake of ours');
  await expect(transactions.inCommunity(arches, () => Promise.reject(own))).rejects.toBe(own);
});
