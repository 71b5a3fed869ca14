import { openBroker } from '../../src/demo/broker.js';

/* The broker of the demo, in a process of its own. */

process.send?.({ port: (await openBroker(0)).port });
process.on('disconnect', () => process.exit(0));
