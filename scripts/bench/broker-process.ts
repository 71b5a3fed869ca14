import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';

/* The broker of the tests, in a process of its own. */

const broker = await Aedes.createBroker();
const server = createServer((socket) => void broker.handle(socket)).listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
process.on('disconnect', () => process.exit(0));
