import { epochMs, type Instant, instant } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import { canonicalJson, textSha256 } from '../../domain/proof/canonical.js';
import { type DeviceSignature, readOcmfSection } from '../../domain/proof/device-signature.js';
import {
  compareSigned,
  type DeviceName,
  type DeviceText,
  type DeviceTexts,
} from '../../domain/proof/signed-figures.js';
import { readSigned, type SignedReading } from '../../domain/proof/signed-readings.js';
import type { Statement } from '../../domain/statement/model.js';
import type { Tx } from '../../platform/database/transactions.js';

/*
 * What devices signed of the readings of a statement, as far as its member may see it.
 *
 * A push is whole or nothing: its signature is of all of it. So one goes into a bundle only where each reading of it is of a register in a space of
 * the member and of a time in which the member was there. Of others not even the hash is told: who knows most of a text can try the rest. A
 * record of a charge point that names who charged is not told either.
 */

interface OwnRegister {
  readonly no: number;
  readonly meter: string;
  readonly register: string;
  readonly zone: string;
  /** Names by which devices call it: meter and register. */
  readonly names: readonly (readonly [string, string])[];
  /** When it measured for the member; a last one may be open. */
  readonly spans: readonly { readonly from: Instant; readonly to: Instant | null }[];
  readonly from: Instant;
  readonly to: Instant;
  /** Of the displays that its uses begin and end with. */
  readonly ends: readonly Instant[];
}

interface SignedRow {
  readonly kind: DeviceSignature['kind'];
  readonly payload: Buffer;
  readonly signature: string;
  readonly key: string;
  /** Of the entry by which the key was registered. */
  readonly entryId: string;
}

/** As much as makes a bundle no heavier than its sealed sums in a large hall. */
const mostCharacters = 2_000_000;

export interface ToldTexts {
  readonly devices: DeviceTexts;
  /** Entries of the record by which the keys were registered. */
  readonly keyEntries: readonly string[];
}

/** The texts for a statement; null where no device signed anything that its member may see. */
export async function deviceTextsOf(
  tx: Tx,
  runId: string,
  memberId: string,
  statement: Statement,
): Promise<ToldTexts | null> {
  // Where no device signs, which is most places, nothing more is looked for.
  if (!(await anySigned(tx))) return null;
  const registers = await ownRegisters(tx, runId, memberId);
  const [first] = registers;
  if (first === undefined) return null;
  const rows = await signedRows(tx, registers);
  const texts: DeviceText[] = [];
  let left = mostCharacters;
  for (const row of rows) {
    const text = ownText(row, registers);
    if (text === null || text.payload.length > left || texts.some(({ payload }) => payload === text.payload)) continue;
    left -= text.payload.length;
    texts.push(text);
  }
  const devices = needed(statement, { zone: first.zone, names: namesOf(registers), texts });
  if (devices === null) return null;
  const used = new Set(devices.texts.map(({ key }) => key));
  const keyEntries = new Set(rows.filter(({ key }) => used.has(key)).map(({ entryId }) => entryId));
  return { devices, keyEntries: [...keyEntries] };
}

/** Registers that a statement shows, with when they measured for its member. An alias that is the name of another register is none. */
const ownRegisters = (tx: Tx, runId: string, memberId: string): Promise<OwnRegister[]> =>
  tx.query<OwnRegister>(
    `SELECT r.no, m.code AS meter, r.code AS register, s.zone, min(u.from_at) AS "from", max(u.to_at) AS "to",
            array_remove(array_agg(u.opening->>'at') || array_agg(u.closing->>'at'), NULL) AS ends,
            jsonb_build_array(jsonb_build_array(m.code, r.code), jsonb_build_array(m.id, r.code)) || coalesce((
              SELECT jsonb_agg(jsonb_build_array(a.meter_code, a.register_code)) FROM register_alias a
              WHERE a.community_id = r.community_id AND a.register_id = r.id AND NOT EXISTS (
                SELECT FROM meter om JOIN register o ON o.community_id = om.community_id AND o.meter_id = om.id
                WHERE om.community_id = a.community_id AND om.code = a.meter_code AND o.code = a.register_code)), '[]') AS names,
            coalesce((
              SELECT jsonb_agg(jsonb_build_object('from', greatest(lower(i.period), lower(o.days)::timestamp AT TIME ZONE s.zone),
                                                  'to', least(upper(i.period), upper(o.days)::timestamp AT TIME ZONE s.zone)))
              FROM installation i JOIN occupancy o ON o.community_id = i.community_id AND o.space_id = i.space_id AND o.member_id = $2
              WHERE i.community_id = m.community_id AND i.meter_id = m.id), '[]') AS spans
     FROM run_use u
     JOIN register r ON r.community_id = u.community_id AND r.id = u.register_id
     JOIN meter m ON m.community_id = r.community_id AND m.id = r.meter_id
     JOIN site s ON s.community_id = m.community_id AND s.id = m.site_id
     WHERE u.community_id = current_community() AND u.run_id = $1 AND u.member_id = $2 AND u.band = ''
     GROUP BY r.community_id, r.id, r.no, r.code, m.community_id, m.id, m.code, s.zone
     ORDER BY m.code, r.code`,
    [runId, memberId],
  );

const anySigned = async (tx: Tx): Promise<boolean> =>
  (
    await tx.query(
      `SELECT FROM batch_signature WHERE community_id = current_community() AND verdict = 'verified' LIMIT 1`,
    )
  ).length > 0;

/** What came with a signature that holds: of displays at the ends of uses, of intervals within them; those of displays first. */
async function signedRows(tx: Tx, registers: readonly OwnRegister[]): Promise<SignedRow[]> {
  const own = JSON.stringify(registers.map(({ no, from, to, ends }) => ({ no, from, to, ends })));
  const froms = registers.map(({ from }) => from).toSorted((a, b) => epochMs(instant(a)) - epochMs(instant(b)));
  const tos = registers.map(({ to }) => to).toSorted((a, b) => epochMs(instant(a)) - epochMs(instant(b)));
  return tx.query<SignedRow>(
    `SELECT g.kind, g.payload, g.signature, k.key_id AS key, e.id AS "entryId"
     FROM (SELECT f.batch_no, bool_or(f.until IS NULL) AS shown, bool_or(c.at IS NOT NULL) AS corrected
           FROM jsonb_to_recordset($1::jsonb) AS o (no integer, "from" timestamptz, "to" timestamptz, ends timestamptz[])
           JOIN reading f ON f.community_no = (SELECT no FROM community WHERE id = current_community()) AND f.register_no = o.no
             AND f.at >= $2 AND f.at <= $3 AND f.at >= o."from" AND f.at <= o."to" AND (f.until IS NOT NULL OR f.at = ANY(o.ends))
           LEFT JOIN reading_correction c ON c.community_id = current_community() AND c.register_no = f.register_no AND c.at = f.at
           GROUP BY f.batch_no) b
     JOIN batch_signature g ON g.community_id = current_community() AND g.batch_no = b.batch_no AND g.verdict = 'verified' AND g.payload IS NOT NULL
     JOIN signing_key k ON k.community_id = g.community_id AND k.id = g.signing_key_id
     JOIN audit_entry e ON e.community_id = k.community_id AND e.subject_kind = 'signing-key' AND e.subject_id = k.id::text
       AND e.type = 'signing-key.registered'
     WHERE NOT b.corrected ORDER BY b.shown DESC, b.batch_no LIMIT 5000`,
    [own, froms[0], tos.at(-1)],
  );
}

const namesOf = (registers: readonly OwnRegister[]): DeviceName[] =>
  registers.flatMap(({ meter, register, names }) =>
    names.map(([asMeter, asRegister]) => ({ as: { meter: asMeter, register: asRegister }, meter, register })),
  );

/** A text with nothing in it but the member's own; null for any other. */
function ownText({ kind, payload, signature, key }: SignedRow, registers: readonly OwnRegister[]): DeviceText | null {
  const text = payload.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(payload)) return null;
  try {
    const { readings, namesSomebody } = readSigned(kind, text);
    if (namesSomebody || !readings.every((reading) => isOwn(reading, registers))) return null;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
  const written = kind === 'ocmf' ? readOcmfSection(signature) : partsOf(signature);
  return written.parameters === null || written.signature === null
    ? null
    : { kind, key, payload: text, parameters: written.parameters, signature: written.signature };
}

function isOwn({ meter, register, at, until }: SignedReading, registers: readonly OwnRegister[]): boolean {
  const own = registers.find(({ names }) => names.some(([m, r]) => m === meter && r === register));
  const [begins, ends] = [epochMs(instant(at)), epochMs(instant(until ?? at))];
  return (
    own !== undefined &&
    own.spans.some(({ from, to }) => begins >= epochMs(instant(from)) && (to === null || ends <= epochMs(instant(to))))
  );
}

/** What a gateway signed stands with its parameters, a blank, and the signature in base64. */
function partsOf(written: string): Pick<DeviceSignature, 'parameters' | 'signature'> {
  const blank = written.lastIndexOf(' ');
  const signature = Buffer.from(written.slice(blank + 1), 'base64').toString('hex');
  return { parameters: written.slice(0, blank), signature };
}

/**
 * Only what a reading of the statement needs, in the order that the file has. What a person decided otherwise than the device said is no
 * proof of the statement: such a text is left out, and the verifier says that a reading came without.
 */
function needed(statement: Statement, all: DeviceTexts): DeviceTexts | null {
  const agrees = (devices: DeviceTexts): boolean => compareSigned(statement, devices).wrong.length === 0;
  const single = all.texts.filter((text) => agrees({ ...all, texts: [text] }));
  const isShown = ({ kind, payload }: DeviceText) =>
    readSigned(kind, payload).readings.every(({ until }) => until === null);
  const texts = [single, single.filter(isShown)].find((some) => agrees({ ...all, texts: some })) ?? [];
  const { of } = compareSigned(statement, { ...all, texts });
  const [usedTexts, usedNames] = [new Set(of.map(({ text }) => text)), new Set(of.map(({ name }) => name))];
  if (of.length === 0) return null;
  return {
    zone: all.zone,
    names: inOrder(
      all.names.filter((_, i) => usedNames.has(i)),
      canonicalJson,
    ),
    texts: inOrder(
      texts.filter((_, i) => usedTexts.has(i)),
      ({ payload }) => textSha256(payload),
    ),
  };
}

const inOrder = <T>(of: readonly T[], by: (one: T) => string): T[] => of.toSorted((a, b) => (by(a) < by(b) ? -1 : 1));
