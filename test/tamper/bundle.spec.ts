import { type Bundle, readBundle, writeBundle } from '../../src/domain/proof/bundle.js';
import type { Check } from '../../src/domain/proof/check.js';
import { verifyBundle } from '../../src/domain/proof/verify.js';
import { writeKey } from '../../src/domain/proof/note.js';
import { DomainError } from '../../src/domain/errors.js';
import { RecordService } from '../../src/modules/proofs/record.service.js';
import { calculated, foundMarket, issued } from '../e2e/billing-market.js';
import { bundles, chanceOf, key as hallKey, names, runId, statementOf } from '../support/bundle.js';
import { commitToRun } from '../../src/domain/proof/run-sums.js';
import { inProcess } from '../support/in-process.js';
import { otherCharacter, otherValue, placesOf } from './changes.js';
import { chance, changes, Tally } from './tally.js';

/*
 * Whatever is changed in a bundle, whoever checks it sees it: the file is refused, something differs, or it says less than it did. What
 * was given unchanged is never called wrong.
 */

interface Given {
  readonly name: string;
  readonly bundle: Bundle;
  readonly key: string;
}

const outcomes = (checks: readonly Check[], outcome: Check['outcome']) =>
  checks.filter((check) => check.outcome === outcome);
const checked = (text: string, key?: string): Check[] | null => {
  try {
    return verifyBundle(readBundle(text), key === undefined ? {} : { key });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid-input') return null;
    throw error;
  }
};

/** Refused, wrong, or a proof is not there any more that was. */
function isCaught(text: string, key: string | undefined, before: readonly Check[]): boolean {
  const checks = checked(text, key);
  return (
    checks === null ||
    outcomes(checks, 'differs').length > 0 ||
    outcomes(checks, 'not-told').some(({ says }) => !before.some((one) => one.says === says))
  );
}

/** The statement before is called by a name that nobody vouches for: its head is what counts, and that is checked. */
function isOnlyTheName(bundle: Bundle, text: string): boolean {
  try {
    const other = readBundle(text);
    const { earlier } = other.record ?? {};
    if (earlier === undefined || bundle.record?.earlier === undefined) return false;
    const back = { ...earlier, document: bundle.record.earlier.document };
    return writeBundle({ ...other, record: { ...other.record!, earlier: back } }) === writeBundle(bundle);
  } catch {
    return false;
  }
}

const random = chance();
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

function tamper(tally: Tally, given: readonly Given[], count: number): void {
  const known = given.map((one) => ({
    ...one,
    text: writeBundle(one.bundle),
    places: placesOf(JSON.parse(writeBundle(one.bundle)) as never),
    before: verifyBundle(one.bundle, { key: one.key }),
    alone: verifyBundle(one.bundle),
  }));
  for (let no = 0; no < count; no += 1) {
    const { name, bundle, key, text, places, before, alone } = pick(known);
    const hasKey = random() < 0.8;
    let [other, what] = [text, `${name}: a character`];
    if (random() < 0.3) other = otherCharacter(text, random);
    else {
      const place = pick(places);
      const { copy, way } = otherValue(JSON.parse(text) as never, place, random);
      what = `${name}: ${place.path.join('/')} ${way}`;
      try {
        other = writeBundle(copy as never);
      } catch {
        continue;
      }
    }
    if (other === text || isOnlyTheName(bundle, other)) continue;
    tally.change(what, isCaught(other, hasKey ? key : undefined, hasKey ? before : alone));
  }
}

function honest(tally: Tally, given: readonly Given[]): void {
  for (const { name, bundle, key } of given) {
    for (const known of [key, undefined]) {
      const checks = checked(writeBundle(bundle), known);
      tally.unchanged(name, checks !== null && outcomes(checks, 'differs').length === 0);
    }
  }
}

/** A small hall, sealed in other envelopes each time. */
const halls = (count: number): Given[] =>
  Array.from({ length: count }, (_, i) => {
    const statements = names.map(statementOf);
    const sums = commitToRun(hallKey.name, runId, statements, chanceOf(`tamper ${i}`));
    const made = bundles({ statements, ...(sums === null ? {} : { sums }) });
    return names.map((name) => ({ name: `${name} ${i}`, bundle: made[name], key: writeKey(hallKey) }));
  }).flat();

it('a bundle of a small hall: every change is caught, no honest one is called wrong', () => {
  const tally = new Tally('bundles of a hall');
  honest(tally, halls(Math.ceil(changes(40) / 40)));
  tamper(tally, halls(2), changes(150));
  tally.close();
}, 3_600_000);

it('bundles that the service gave, credit notes among them: the same', async () => {
  const tally = new Tally('bundles of the service');
  const service = await inProcess();
  try {
    const market = await foundMarket(service);
    const run = await issued(market, await calculated(market));
    const record = service.app.get(RecordService);
    await record.bringUpToDate(market.communityId);
    const opened = await market.ask('POST', 'invoices/MH-2026-00005/credit-notes', { reason: 'a trial' });
    expect([run.status, opened.status]).toEqual(['issued', 201]);
    await record.bringUpToDate(market.communityId);
    const { key } = (await market.ask('GET', 'log/head')).body as { key: string };
    const numbers = [1, 2, 3, 4, 5].map((no) => `MH-2026-0000${no}`);
    const given: Given[] = [];
    for (const name of [...numbers, (opened.body as { number: string }).number]) {
      const { status, text } = await market.ask('GET', `invoices/${name}/bundle`);
      expect(status).toBe(200);
      given.push({ name, bundle: readBundle(text), key });
    }
    honest(tally, given);
    tamper(tally, given, changes(100));
  } finally {
    await service.close();
  }
  tally.close();
}, 3_600_000);
