import { isIP } from 'node:net';
import { inspect } from 'node:util';
import { z } from 'zod';

/**
 * The only reader of process.env. What the environment says is read once, checked as a whole, and every problem is named
 * at once, so that nobody mends a configuration one error at a time. Business policy is not configuration: it is dated
 * data of a community.
 */

/** A value that prints as `***` wherever it is logged, inspected or serialised; only `reveal` shows it. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '***';
  }
  toJSON(): string {
    return '***';
  }
  [inspect.custom](): string {
    return '***';
  }
}

const address = (schemes: readonly string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `must be an address like ${example}`,
    )
    .transform((text) => new Secret(text));

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform((text) => Number.parseInt(text, 10))
    .refine((n) => n >= from && n <= to, `must lie between ${from} and ${to}`);

/** An address of the network, or a net: 10.0.0.5, 10.0.0.0/8, fd00::/8. Not all of them: then anybody could be anybody. */
function isNet(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  const most = version === 4 ? 32 : 128;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number.parseInt(bits, 10) <= most);
}

const nets = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine((all) => all.every(isNet), 'must be addresses or nets like 127.0.0.1,10.0.0.0/8');

/** An address that every mail program reads in one way: no quotes, no comments, no list. */
export const mailAddress =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

const variables = z.object({
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/commonmeter').optional(),
  DATABASE_POOL: wholeNumber(2, 200).default(10),
  REDIS_URL: address(['redis:', 'rediss:'], 'redis://host:6379/0').optional(),
  MQTT_URL: address(['mqtt:', 'mqtts:', 'ws:', 'wss:'], 'mqtt://user:password@host:1883').optional(),
  MQTT_COMMUNITY: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be the code of a community')
    .optional(),
  MQTT_TICK_MS: wholeNumber(100, 20_000).default(10_000),
  SMTP_URL: address(['smtp:', 'smtps:'], 'smtps://user:password@mail.example.org').optional(),
  MAIL_FROM: z.string().regex(mailAddress, 'must be an e-mail address like meters@example.org').optional(),
  PORT: wholeNumber(0, 65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an address like https://meters.example.org' }).optional(),
  TRUSTED_PROXIES: nets.default([]),
  DATA_DIR: z.string().default('./.commonmeter'),
  SIGNING_SECRET: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits, as `openssl rand -hex 32` makes them')
    .transform((text) => new Secret(text))
    .optional(),
  NEW_SIGNING_SECRET: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits, as `openssl rand -hex 32` makes them')
    .transform((text) => new Secret(text))
    .optional(),
  ARCHIVE_PASSPHRASE: z
    .string()
    .min(15, 'must have 15 characters at least')
    .max(1_000)
    .transform((text) => new Secret(text))
    .optional(),
  IMPORT_LIMIT_MB: wholeNumber(1, 100_000).default(1_024),
  ROLE: z.enum(['all', 'api', 'worker'], 'must be all, api or worker').default('all'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be a level like info or debug')
    .default('info'),
});

/** Whoever gets mail has to find the way back, and to see from whom it came. */
const schema = variables.superRefine((found, context) => {
  for (const name of ['MAIL_FROM', 'PUBLIC_URL'] as const) {
    if (found.SMTP_URL && found[name] === undefined)
      context.addIssue({ code: 'custom', path: [name], message: 'is needed where SMTP_URL is set' });
  }
});

export interface Config {
  /** PostgreSQL to use; without it the embedded server is started. Its user owns the tables. */
  readonly databaseUrl: Secret | undefined;
  /** Connections that one process keeps for requests. */
  readonly databasePool: number;
  /** Redis for the queue; without it the queue lives in PostgreSQL. */
  readonly redisUrl: Secret | undefined;
  /** Broker of devices that speak MQTT; without it none are heard. */
  readonly mqttUrl: Secret | undefined;
  /** Code of the community whose devices speak there; without it, of the only one. */
  readonly mqttCommunity: string | undefined;
  /** How often the broker is asked for a sign of life, by which we know how far we are behind, in milliseconds. */
  readonly mqttTickMs: number;
  /** Mail server; without it no mail is sent, and what would have gone is listed. */
  readonly smtpUrl: Secret | undefined;
  /** Whom mail comes from. */
  readonly mailFrom: string | undefined;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** Address under which people reach the service, where it differs from host and port. */
  readonly publicUrl: string | undefined;
  /** Proxies whose word we take for whom they speak for: with theirs, limits count each client and not the proxy. */
  readonly trustedProxies: readonly string[];
  /** Folder of the embedded database and of files written for people. */
  readonly dataDir: string;
  /** What keys for signing are made from; without it, a file of the data folder. Processes of one house share it. */
  readonly signingSecret: Secret | undefined;
  /** Of `rotate-signing-key` alone: the secret that comes after. */
  readonly newSigningSecret: Secret | undefined;
  /** Of `export --hand-over` and `import-archive` alone: what the key of a record is sealed with in an archive. */
  readonly archivePassphrase: Secret | undefined;
  /** Largest file of readings, as it is sent, in bytes. */
  readonly importLimit: number;
  readonly role: 'all' | 'api' | 'worker';
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** Under this token the configuration is injected. */
export const configToken = Symbol('configuration');

/** The environment does not make a configuration. The message lists every problem, one a line. */
export class ConfigProblem extends Error {
  override name = 'ConfigProblem';
}

/**
 * Reads the configuration.
 *
 * @param env the environment; empty values count as absent
 * @throws ConfigProblem that lists every problem at once
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = schema.safeParse(present);
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigProblem(`The configuration has ${lines.length} problem(s):\n${lines.join('\n')}`);
  }
  const found = read.data;
  return {
    databaseUrl: found.DATABASE_URL,
    databasePool: found.DATABASE_POOL,
    redisUrl: found.REDIS_URL,
    mqttUrl: found.MQTT_URL,
    mqttCommunity: found.MQTT_COMMUNITY,
    mqttTickMs: found.MQTT_TICK_MS,
    smtpUrl: found.SMTP_URL,
    mailFrom: found.MAIL_FROM,
    port: found.PORT,
    host: found.HOST,
    publicUrl: found.PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: found.TRUSTED_PROXIES,
    dataDir: found.DATA_DIR,
    signingSecret: found.SIGNING_SECRET,
    newSigningSecret: found.NEW_SIGNING_SECRET,
    archivePassphrase: found.ARCHIVE_PASSPHRASE,
    importLimit: found.IMPORT_LIMIT_MB * 1_048_576,
    role: found.ROLE,
    logLevel: found.LOG_LEVEL,
  };
}

/** The folders that the platform offers a program for its data, as the environment names them. */
export const platformFolders = (env: NodeJS.ProcessEnv = process.env) => ({
  data: env['XDG_DATA_HOME'] || env['LOCALAPPDATA'] || undefined,
});

/** The environment of the embedded server: enough to run, independent of the language and zone of whoever starts it. */
export const serverEnvironment = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  PATH: env['PATH'],
  ...(env['SystemRoot'] ? { SystemRoot: env['SystemRoot'] } : {}),
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
});
