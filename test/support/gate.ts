import net from 'node:net';

/** A way through to a server, which a test can close. */
export interface Gate {
  readonly port: number;
  /** Breaks all connections and lets nobody in. */
  shut(): void;
  open(): void;
  /** From now on the server hears nothing of what comes through, though it still speaks. */
  deafen(): void;
  stop(): Promise<void>;
}

export async function gateTo(target: number): Promise<Gate> {
  const open = new Set<net.Socket>();
  let [isShut, isDeaf] = [false, false];
  const server = net.createServer((client) => {
    if (isShut) return client.destroy();
    const upstream = net.connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          other.destroy();
        });
    }
    client.on('data', (bytes) => !isDeaf && upstream.write(bytes));
    upstream.on('data', (bytes) => client.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = () => open.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as net.AddressInfo).port,
    shut: () => {
      isShut = true;
      breakAll();
    },
    open: () => {
      [isShut, isDeaf] = [false, false];
    },
    deafen: () => {
      isDeaf = true;
    },
    stop: async () => {
      breakAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
