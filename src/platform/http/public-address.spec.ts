import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAdapterHost } from '@nestjs/core';
import { loadConfig } from '../config.js';
import { PublicAddress } from './public-address.js';

const addressOf = (env: NodeJS.ProcessEnv, server?: Server): string => {
  const host = { httpAdapter: server && { getHttpServer: () => server } } as unknown as HttpAdapterHost;
  return new PublicAddress(loadConfig(env), host).ofVerification();
};
const listening = (host: string): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, host, () => resolve(server));
  });

describe('PublicAddress', () => {
  it('is the one that the installation is known by', () => {
    expect(addressOf({ PUBLIC_URL: 'https://meters.example.org/', PORT: '0' })).toBe(
      'https://meters.example.org/verify',
    );
  });

  it('is else the one on which the service listens, with the port that the system chose', async () => {
    const server = await listening('127.0.0.1');
    const { port } = server.address() as AddressInfo;
    expect(port).toBeGreaterThan(0);
    expect(addressOf({ PORT: '0' }, server)).toBe(`http://127.0.0.1:${port}/verify`);
    server.close();
  });

  it('is no address that stands for every interface', async () => {
    const server = await listening('0.0.0.0');
    const { port } = server.address() as AddressInfo;
    expect(addressOf({ HOST: '0.0.0.0', PORT: '0' }, server)).toBe(`http://localhost:${port}/verify`);
    server.close();
  });

  it('is else the one that is configured', () => {
    expect(addressOf({ HOST: '10.0.0.7', PORT: '8080' })).toBe('http://10.0.0.7:8080/verify');
    expect(addressOf({ HOST: '::1' })).toBe('http://[::1]:3000/verify');
  });
});
