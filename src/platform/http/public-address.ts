import type { Server } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Config, configToken } from '../config.js';

/** Addresses that stand for every interface of a machine; people reach it under its own. */
const everywhere = new Set(['0.0.0.0', '::']);

/** What is typed to reach a service that listens there. */
export function addressAt(host: string, port: number): string {
  const name = everywhere.has(host) ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Where people reach this installation, as it is printed on documents and written in e-mails. Never what a request says of itself. */
@Injectable()
export class PublicAddress {
  constructor(
    @Inject(configToken) private readonly config: Config,
    private readonly http: HttpAdapterHost,
  ) {}

  /** Where a verification code is typed: `https://meters.example.org/verify`. */
  ofVerification(): string {
    return this.of('/verify');
  }

  /** A page of ours, by its path: `https://meters.example.org/log-in/link`. */
  of(path: string): string {
    return `${this.config.publicUrl ?? this.listening()}${path}`;
  }

  /** The address on which this process listens; the port may have been chosen by the system. */
  private listening(): string {
    const server = this.http.httpAdapter?.getHttpServer() as Server | undefined;
    const bound = server?.address();
    const { host, port } = this.config;
    const open = typeof bound === 'object' && bound !== null ? bound : { address: host, port };
    return addressAt(open.address, open.port);
  }
}
