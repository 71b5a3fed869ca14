import { type Config, loadConfig } from '../platform/config.js';
import { isOnLoopback } from '../platform/http/cookies.js';
import { ApiClient } from './client.js';
import { askedToStop, type House, openHouse } from './house.js';
import { type Memory, memoryFile, remember, remembered } from './memory.js';
import type { LocatedDatabase } from '../platform/database/locate.js';
import type { Output } from './output.js';
import { OwnDemo } from './own-demo.js';

type Api = NonNullable<House['api']>;

export interface StartOptions {
  readonly role: Config['role'];
  readonly check: boolean;
  readonly demo: boolean;
}

/**
 * `start`: the API and the worker on the configured or the embedded database, with the demo co-op where there is nothing yet.
 *
 * From the first moment on it can be asked to stop, also while the database or the demo is being made.
 */
export async function startCommand(out: Output, { role, check, demo }: StartOptions): Promise<void> {
  const given = { ...loadConfig(), role };
  const stop = askedToStop();
  if (check) return (await import('../demo/check.js')).checkDemo(given, out, stop);
  for (let config: Config | undefined = given; config;) config = await live(config, demo && role === 'all', stop, out);
}

/**
 * One life of the service, from the opening of its database to the close.
 *
 * @returns how to live again, at the same place, where the demo is to be made anew
 */
async function live(
  given: Config,
  mayBeDemo: boolean,
  stop: Promise<unknown>,
  out: Output,
): Promise<Config | undefined> {
  const { clearUnfinished } = await import('../demo/unfinished.js');
  out.busy('Opening the database');
  const own = mayBeDemo ? await OwnDemo.open(given) : undefined;
  const config = own?.config ?? given;
  const prepare = async (database: LocatedDatabase) => {
    if (await clearUnfinished(config, database)) out.say('What there was of a demo is thrown away; it is made anew.');
  };
  const state = { isWhole: false, reset: () => {} };
  const reset = new Promise<'reset'>((resolve) => {
    state.reset = () => {
      state.isWhole = false;
      resolve('reset');
    };
  });
  const isReady = () => state.isWhole;
  const house = await openHouse(config, prepare, {
    ...(mayBeDemo ? { demo: own?.controls(isReady, () => state.reset()) ?? { isReady } } : {}),
    ...(own ? { clock: own.clock } : {}),
  });
  try {
    out.say(`Database     ${house.database.described}`);
    if (own) out.say(`Devices      ${own.brokerUrl}, from this machine only`);
    const goOn = async (api: Api, memory: Memory) => {
      await own?.goOn(api, memory, out);
      state.isWhole = true;
    };
    const open = openDoors(house, config, mayBeDemo, goOn, out);
    open.catch(() => undefined); // what fails because we stop is no failure
    const opened = await Promise.race([open.then(() => true), stop.then(() => false)]);
    const asked = opened ? await Promise.race([stop.then(() => 'stop' as const), reset]) : 'stop';
    if (asked === 'reset') await own?.giveUp(house);
    out.say(
      `${asked === 'reset' ? 'The demo is made anew' : 'Stopping'}: requests and jobs under way are finished first.`,
    );
    return asked === 'reset' ? { ...given, port: Number.parseInt(new URL(house.url ?? '').port, 10) } : undefined;
  } finally {
    await own?.fallSilent();
    await house.close();
    await own?.close();
  }
}

/** Makes the demo where it is wanted and there is nothing, lets it go on, and says where to go. */
async function openDoors(
  house: House,
  config: Config,
  mayBeDemo: boolean,
  goOn: (api: Api, memory: Memory) => Promise<void>,
  out: Output,
): Promise<void> {
  const { url, api } = house;
  const made = mayBeDemo ? await demoWhereEmpty(house, config, out) : undefined;
  house.speakUp();
  if (url === undefined || !api) {
    out.answer('Working. Press Ctrl-C to stop.', { database: house.database.described });
    return;
  }
  const memory = made?.memory ?? (await stillKnown(config, await api.getUrl()));
  if (memory && mayBeDemo) await goOn(api, memory);
  const doors = memory && mayBeDemo ? doorsOf(url, config) : {};
  const { isEmpty } = await import('../demo/seed.js');
  const isNobodys = await isEmpty(api);
  const places = { app: url, api: `${url}/api/v1`, reference: `${url}/reference`, health: `${url}/health/ready` };
  const text = [
    ...(made ? ['', made.welcome] : []),
    ...doorLines(doors),
    ...(memory ? ['', ...tokenLines(config, memory)] : []),
    '',
    `App          ${places.app}`,
    `API          ${places.api}`,
    `Reference    ${places.reference}`,
    `Health       ${places.health}`,
    ...(isNobodys ? ['', 'No community is here yet: npm run cli -- setup --help says how to found one.', ''] : []),
    'Press Ctrl-C to stop.',
  ].join('\n');
  out.answer(text, { url, ...places, database: house.database.described, tokens: memory?.tokens ?? {}, doors });
}

/** Where a newcomer enters the demo, by role; nowhere, where others can reach the service. */
const doorsOf = (url: string, config: Config): Readonly<Record<string, string>> =>
  isOnLoopback(config)
    ? Object.fromEntries(
        (['treasurer', 'approver', 'member', 'installer'] as const).map((role) => [role, `${url}/enter?as=${role}`]),
      )
    : {};

const doorLines = (doors: Readonly<Record<string, string>>): string[] => {
  const known: Readonly<Record<string, string>> = { member: "Member (Rosa's Bakery)" };
  const lines = Object.entries(doors).map(
    ([role, at]) => `  ${(known[role] ?? role.charAt(0).toUpperCase() + role.slice(1)).padEnd(24)}${at}`,
  );
  return lines.length === 0 ? [] : ['', 'Enter as, in a browser of this machine:', ...lines];
};

async function demoWhereEmpty(
  { api, url, database }: House,
  config: Config,
  out: Output,
): Promise<{ memory: Memory; welcome: string } | undefined> {
  const { isEmpty, seed, welcome } = await import('../demo/seed.js');
  const { begin, finish } = await import('../demo/unfinished.js');
  if (!api || url === undefined || !(await isEmpty(api))) return undefined;
  begin(config, database);
  const hall = await seed(api, out);
  const memory = { url: await api.getUrl(), tokens: hall.tokens };
  remember(config, memory);
  finish(config);
  return { memory, welcome: welcome(url, hall) };
}

/** The tokens of an earlier start, where they are of this very database. `url` is where the service listens now. */
async function stillKnown(config: Config, url: string): Promise<Memory | undefined> {
  const memory = remembered(config);
  const treasurer = memory?.tokens['treasurer'];
  if (!memory || treasurer === undefined) return undefined;
  const known = await new ApiClient(url, treasurer).get('/community').then(
    () => true,
    () => false,
  );
  if (!known) return undefined;
  if (memory.url !== url) remember(config, { ...memory, url });
  return { ...memory, url };
}

const tokenLines = (config: Config, { tokens }: Memory): string[] => [
  `Tokens of the demo, for Authorization: Bearer …; "npm run cli" finds them in ${memoryFile(config)}`,
  ...Object.entries(tokens).map(([role, token]) => `  ${role.padEnd(10)} ${token}`),
];
