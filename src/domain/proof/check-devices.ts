import { zone as readZone } from '../calendar/zone.js';
import type { Statement } from '../statement/model.js';
import { fromBase64, utf8 } from './bytes.js';
import { canonicalJson, textSha256 } from './canonical.js';
import { type Check, differs, holds, looking, notTold } from './check.js';
import type { Checkpoint } from './checkpoint.js';
import { deviceKeyId, isSignedByDevice } from './device-signature.js';
import { flawOf, type ProvedFact } from './proved.js';
import { compareSigned, type DeviceTexts, readingsIn, type Signed } from './signed-figures.js';

/**
 * Checks what devices signed of a statement.
 *
 * @param devices the texts; absent where none is told
 * @param keys their keys, as the record knows them
 * @law with any character of a text, a signature, a key or a signed figure changed something differs
 */
export function deviceChecks(
  statement: Statement,
  devices: DeviceTexts | undefined,
  keys: readonly ProvedFact[] | undefined,
  head: Checkpoint,
): readonly Check[] {
  const all = readingsIn(statement);
  if (devices === undefined && keys === undefined)
    return all === 0 ? [] : [notTold('devices', `None of the ${all} readings comes with the signature of a device.`)];
  if (devices === undefined || keys === undefined)
    return [differs('devices', 'What devices signed and their keys do not come together.')];
  return looking('devices', 'What devices signed', () => {
    const known = keys.map(deviceKeyOf);
    const flaws = keys.flatMap((fact, i) => flawOf(fact, head) ?? known[i]?.flaw ?? []);
    const unsigned = devices.texts.filter((one) => {
      const key = known.find(({ id }) => id === one.key);
      return !key?.der || !isSignedByDevice(utf8(one.payload), one, key.der);
    });
    const { wrong, of } = compareSigned(statement, devices);
    const found = [
      ...flaws.map((flaw) => differs('devices', `The key of a device: ${flaw}.`)),
      ...unsigned.map(({ key }) =>
        differs('devices', `A text is not what a device signed with the key ${key}, or the key is not in the record.`),
      ),
      ...wrong,
      ...(isInOrder(devices, keys, of)
        ? []
        : [
            differs(
              'devices',
              'What devices signed holds something that no reading needs, or stands in another order.',
            ),
          ]),
    ];
    if (found.length > 0) return found;
    return [
      ...known.map(({ says }, i) => holds('devices', `${says}, entry ${keys[i]?.index ?? 0} of the record.`)),
      holds('devices', `${of.length} of ${all} readings were signed by the device that made them.`),
      ...(of.length === all ? [] : [unsignedRest(all - of.length)]),
    ];
  });
}

const unsignedRest = (left: number): Check =>
  notTold(
    'devices',
    `Of ${left} readings this file carries no signature of a device: they came without one, or beside readings of others, which are shown to nobody else, or somebody decided on them.`,
  );

interface KnownKey {
  readonly id: string;
  readonly der: Uint8Array | null;
  readonly says: string;
  readonly flaw: string | null;
}

/** The key of a device, as it was registered: whose it is, and since when. */
function deviceKeyOf({ entry, fact }: ProvedFact): KnownKey {
  const none: KnownKey = { id: '', der: null, says: '', flaw: 'it is not one that was registered' };
  if (entry.type !== 'signing-key.registered') return none;
  const said = saidOf(fact.data ?? '');
  const der = typeof said.publicKey === 'string' ? fromBase64(said.publicKey) : null;
  if (der === null || deviceKeyId(der) !== said.keyId) return none;
  const whose = typeof said.meter === 'string' ? 'a meter that signs for itself' : 'a gateway';
  const since = entry.at.slice(0, 16).replace('T', ' ');
  const id = deviceKeyId(der);
  return { id, der, says: `Key ${id} of ${whose} was registered at ${since} UTC`, flaw: null };
}

function saidOf(data: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(data) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** One order and nothing that is not needed, so that what nobody looks at cannot stand where all is looked at. */
function isInOrder({ zone, names, texts }: DeviceTexts, keys: readonly ProvedFact[], of: Signed['of']): boolean {
  const isRising = <Value extends string | number>(values: readonly Value[]): boolean =>
    values.slice(1).every((value, i) => value > (values[i] ?? value));
  const used = (which: 'text' | 'name'): number => new Set(of.map((one) => one[which])).size;
  const ids = keys.map((fact) => deviceKeyOf(fact).id);
  return (
    readZone(zone) === zone &&
    isRising(texts.map(({ payload }) => textSha256(payload))) &&
    isRising(names.map((one) => canonicalJson(one))) &&
    isRising(keys.map(({ index }) => index)) &&
    used('text') === texts.length &&
    used('name') === names.length &&
    ids.every((id) => texts.some(({ key }) => key === id))
  );
}
