import net from 'node:net';
import { Aedes } from 'aedes';

/** A broker of MQTT for whoever tries the demo with a device or a line of `mosquitto_pub`. */
export interface DemoBroker {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const usualPort = 1883;

/**
 * Opens it on this machine only. It asks nobody who they are.
 *
 * @param wanted port; where somebody has it, a free one is taken
 */
export async function openBroker(wanted = usualPort): Promise<DemoBroker> {
  const broker = await Aedes.createBroker();
  const server = net.createServer((socket) => void broker.handle(socket));
  const port = await listening(server, wanted).catch(() => listening(server, 0));
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const listening = (server: net.Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((server.address() as net.AddressInfo).port);
    });
  });
