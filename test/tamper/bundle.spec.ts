import { readBundle } from '../../src/domain/proof/bundle.js';
import { canonicalJson } from '../../src/domain/proof/canonical.js';
import type { Check } from '../../src/domain/proof/check.js';
import { writeKey } from '../../src/domain/proof/note.js';
import type { Given } from '../../src/domain/proof/proved.js';
import { DomainError } from '../../src/domain/errors.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { RotateKeyService } from '../../src/modules/proofs/rotate-key.service.js';
import { configToken, Secret } from '../../src/platform/config.js';
import { calculated, foundMarket, hourly, issued, stalls } from '../e2e/billing-market.js';
import { bundles, chanceOf, key as hallKey, names, runId, statementOf } from '../support/bundle.js';
import { commitToRun } from '../../src/domain/proof/run-sums.js';
import { inProcess } from '../support/in-process.js';
import { signingGateway } from '../support/signing-gateway.js';
import { otherCharacter, otherValue, placesOf } from './changes.js';
import {
  bundleFile,
  certificateFiles,
  cosignedFiles,
  handedOverFiles,
  openingsFiles,
  signedFiles,
  type Tampered,
} from './files.js';
import { chance, changes, Tally } from './tally.js';

/*
 * Whatever is changed in a file that proves something, whoever checks it sees it: the file is refused, something differs, or it says less
 * than it did. What was given unchanged is never called wrong.
 */

const outcomes = (checks: readonly Check[], outcome: Check['outcome']) =>
  checks.filter((check) => check.outcome === outcome);
function checked({ check }: Tampered, text: string, given: Given): readonly Check[] | null {
  try {
    return check(text, given);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid-input') return null;
    throw error;
  }
}

/** Refused, wrong, or a proof is not there any more that was. */
function isCaught(file: Tampered, text: string, given: Given, before: readonly Check[]): boolean {
  const checks = checked(file, text, given);
  return (
    checks === null ||
    outcomes(checks, 'differs').length > 0 ||
    outcomes(checks, 'not-told').some(({ says }) => !before.some((one) => one.says === says))
  );
}

type Json = Record<string, never>;
const listed = <T>(list: readonly T[] | undefined, by: (one: T) => string): T[] | undefined =>
  list?.toSorted((a, b) => (by(a) < by(b) ? -1 : 1));

/**
 * What a file says, whatever the order of those who cosigned and of the members of openings; without the name of the statement before, for
 * which nobody vouches: its head is what counts, and that is checked.
 */
function saidIn(text: string): string {
  try {
    const file = JSON.parse(text) as Json & {
      record?: { earlier?: object; cosigners?: { index: number }[] };
      register?: string[];
      members?: { unitId: string }[];
    };
    const { record } = file;
    const earlier = record?.earlier === undefined ? {} : { earlier: { ...record.earlier, document: '' } };
    const cosigners = listed(record?.cosigners, ({ index }) => String(index).padStart(9, '0'));
    const register = listed(file.register, String);
    const members = listed(file.members, ({ unitId }) => unitId);
    return canonicalJson({
      ...file,
      ...(record === undefined ? {} : { record: { ...record, ...earlier, ...(cosigners && { cosigners }) } }),
      ...(register && { register }),
      ...(members && { members }),
    });
  } catch {
    return text;
  }
}

const random = chance();
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

function tamper(tally: Tally, files: readonly Tampered[], count: number): void {
  const known = files.map((file) => {
    const tree = JSON.parse(file.text) as never;
    const among = file.places ?? /^/;
    return {
      ...{ file, said: saidIn(file.text) },
      places: placesOf(tree).filter(({ path }) => among.test(path.join('/'))),
      before: new Map(file.givens.map((given) => [given, file.check(file.text, given)])),
    };
  });
  for (let no = 0; no < count; no += 1) {
    const { file, said, places, before } = pick(known);
    const [{ text, name }, given] = [file, pick(file.givens)];
    let [other, what] = [text, `${name}: a character`];
    const place = pick(places);
    const isCharacter = random() < 0.3;
    if (isCharacter && file.places === undefined) other = otherCharacter(text, random);
    else {
      const { copy, way } = isCharacter
        ? { copy: withOtherCharacter(JSON.parse(text) as never, place.path), way: 'a character' }
        : otherValue(JSON.parse(text) as never, place, random);
      what = `${name}: ${place.path.join('/')} ${way}`;
      try {
        other = canonicalJson(copy);
      } catch {
        continue;
      }
    }
    if (other === text || saidIn(other) === said) continue;
    tally.change(what, isCaught(file, other, given, before.get(given) ?? []));
  }
}

/** One character of a text at a place; a value that is no text stays as it is. */
function withOtherCharacter(tree: never, path: readonly (string | number)[]): unknown {
  const holder = path.slice(0, -1).reduce((at: Record<string | number, never>, name) => at[name] as never, tree);
  const last = path.at(-1) ?? '';
  const value: unknown = holder[last];
  if (typeof value === 'string' && value !== '') holder[last] = otherCharacter(value, random) as never;
  return tree;
}

function honest(tally: Tally, files: readonly Tampered[]): void {
  for (const file of files) {
    for (const given of file.givens) {
      const checks = checked(file, file.text, given);
      tally.unchanged(file.name, checks !== null && outcomes(checks, 'differs').length === 0);
    }
  }
}

/** With the key known four times in five. */
const readers = (key: string): readonly Given[] => [{ key }, { key }, { key }, { key }, {}];

/** A small hall, sealed in other envelopes each time. */
const halls = (count: number): Tampered[] =>
  Array.from({ length: count }, (_, i) => {
    const statements = names.map(statementOf);
    const sums = commitToRun(hallKey.name, runId, statements, chanceOf(`tamper ${i}`));
    const made = bundles({ statements, ...(sums === null ? {} : { sums }) });
    return names.map((name) => bundleFile(`${name} ${i}`, made[name], readers(writeKey(hallKey))));
  }).flat();

it('a bundle of a small hall: every change is caught, no honest one is called wrong', () => {
  const tally = new Tally('bundles of a hall');
  honest(tally, halls(Math.ceil(changes(40) / 40)));
  tamper(tally, halls(2), changes(150));
  tally.close();
}, 3_600_000);

it.each([
  ['cosignatures', cosignedFiles],
  ['signatures of devices', signedFiles],
  ['certificates', certificateFiles],
  ['openings of the auditor', openingsFiles],
  ['hand-overs of the key', handedOverFiles],
] as const)(
  '%s: every change is caught, no honest file is called wrong',
  (of, files) => {
    const tally = new Tally(of);
    const made = files();
    honest(tally, made);
    tamper(tally, made, changes(100));
    tally.close();
  },
  3_600_000,
);

it('bundles that the service gave, with signed readings, credit notes, and after another key: the same', async () => {
  const tally = new Tally('bundles of the service');
  const service = await inProcess();
  try {
    const market = await foundMarket(service, { withReadings: false });
    const gateway = await signingGateway(service, market);
    const [from, to] = ['2026-09-30T23:00:00Z', '2026-11-01T00:00:00Z'];
    const [first, ...others] = stalls;
    await gateway.push(hourly(first.meter, first.watts, from, '2026-10-03T00:00:00Z'));
    const readings = [
      ...hourly(first.meter, first.watts, '2026-10-03T00:00:00Z', to),
      ...others.flatMap(({ meter, watts }) => hourly(meter, watts, from, to)),
    ];
    expect((await market.ask('POST', 'readings', { readings })).status).toBe(200);
    const run = await issued(market, await calculated(market));
    const record = service.app.get(RecordService);
    await record.bringUpToDate(market.communityId);
    const opened = await market.ask('POST', 'invoices/MH-2026-00005/credit-notes', { reason: 'a trial' });
    expect([run.status, opened.status]).toEqual(['issued', 201]);
    await record.bringUpToDate(market.communityId);
    const files: Tampered[] = [];
    const add = async (numbers: readonly string[]) => {
      const { key } = (await market.ask('GET', 'log/head')).body as { key: string };
      for (const name of numbers) {
        const { status, text } = await market.ask('GET', `invoices/${name}/bundle`);
        expect(status).toBe(200);
        files.push(bundleFile(name, readBundle(text), readers(key)));
      }
    };
    const numbers = [1, 2, 3, 4, 5].map((no) => `MH-2026-0000${no}`);
    await add([...numbers, (opened.body as { number: string }).number]);
    const config = service.app.get<{ signingSecret: Secret | undefined }>(configToken);
    const next = new Secret('7e'.repeat(32));
    await service.app.get(RotateKeyService).rotate(next);
    Object.assign(config, { signingSecret: next });
    await market.ask('POST', 'members', { code: 'LATER', name: 'Later', trade: 'tailor' });
    await record.bringUpToDate(market.communityId);
    await add(numbers.slice(0, 2));
    expect(files.filter(({ text }) => text.includes('"changes":'))).toHaveLength(2);
    expect(files.filter(({ text }) => text.includes('"deviceKeys":')).length).toBeGreaterThan(0);
    honest(tally, files);
    tamper(tally, files, changes(100));
  } finally {
    await service.close();
  }
  tally.close();
}, 3_600_000);
