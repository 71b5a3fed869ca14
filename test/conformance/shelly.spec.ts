import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, Digits, digitsAt, type Json, readJson, textAt } from '../../src/modules/intake/devices/exact-json.js';
import { shellyMessage } from '../../src/modules/intake/devices/shelly.js';
import { shellyTopics } from '../../src/modules/intake/mqtt/shelly-topics.js';

/** What real Shellys said of themselves, as aioshelly recorded it, against what can be read there by eye. */

const fixtures = join(process.cwd(), '../shared/data/shelly/fixtures');
const receivedAt = '2026-10-01T12:00:00Z';
const mac = 'AABBCCDDEEFF';

interface Expected {
  /** By the clock of the device. */
  readonly at: string;
  /** Register and kWh. */
  readonly counters: readonly (readonly [string, string])[];
}

/** By the beginning of the file's name; null for what measures no energy. */
const expected: Readonly<Record<string, Expected | null>> = {
  'gen1_Shelly Air_SHAIR-1': { at: '2024-02-07T17:28:48Z', counters: [['meters.0.total', '0']] },
  // One watt-minute.
  'gen1_Shelly Vintage_SHVIN-1': { at: '2024-02-07T17:28:50Z', counters: [['meters.0.total', '0.000017']] },
  'gen2_Shelly Plus 1PM_SNSW-001P16EU': {
    at: '2024-02-07T17:28:56Z',
    counters: [['switch:0.aenergy.total', '0.110046']],
  },
  'gen2_Shelly Pro 3EM_SPEM-003CEBEU': {
    at: '2024-02-07T17:28:47Z',
    counters: [
      ['emdata:0.total_act', '2589.77339'],
      ['emdata:0.total_act_ret', '1.02661'],
      ['emdata:0.a_total_act_energy', '2034.61671'],
      ['emdata:0.a_total_act_ret_energy', '0'],
      ['emdata:0.b_total_act_energy', '185.68689'],
      ['emdata:0.b_total_act_ret_energy', '0.0407'],
      ['emdata:0.c_total_act_energy', '369.4698'],
      ['emdata:0.c_total_act_ret_energy', '0.98591'],
    ],
  },
  'gen2_Shelly Pro 3_SPSW-003XE16EU': null,
  'gen2_Shelly Wall Display_SAWD-0A1XX10EU1': null,
  'gen2_Shelly BLU Gateway_SNGW-BT01_20231219': null,
  'gen2_Shelly BLU Gateway_SNGW-BT01_20240213': null,
};

if (!existsSync(fixtures)) {
  console.warn(`The statuses of real Shellys were not tested: ${fixtures} is not on this machine.`);
  test.skip('real Shellys: skipped, because ../shared/data is not on this machine', () => undefined);
} else {
  const read = (name: string) => readJson(readFileSync(join(fixtures, name), 'utf8'));
  const files = readdirSync(fixtures).map((name) => ({ name, recorded: read(name) }));
  const startOf = (name: string) => Object.keys(expected).find((start) => name.startsWith(start));

  it('there is an expectation for each recording, and a recording for each expectation', () => {
    expect(files.map(({ name }) => startOf(name)).sort()).toEqual(Object.keys(expected).sort());
  });

  describe.each(files)('$name', ({ name, recorded }) => {
    const found = expected[startOf(name) ?? ''] ?? null;
    const status = at(recorded, 'status') as Json;
    const readings = (meter: string) =>
      (found?.counters ?? []).map(([register, value]) => ({ meter, register, at: found?.at, value, unit: 'kWh' }));
    const itemsOf = (meter: string) =>
      found ? readings(meter) : [{ meter, register: '', unread: expect.stringContaining('no counter') as string }];

    it('pushed as it is, has its counters under its MAC and at its time', () => {
      expect(shellyMessage(status, { receivedAt }).items).toEqual(itemsOf(mac));
    });

    it('in a frame of its own, has them under its name', () => {
      const device = textAt(recorded, 'shelly', 'id') ?? textAt(recorded, 'settings', 'device', 'hostname') ?? '';
      expect(device.toUpperCase()).toMatch(/AABBCCDDEEFF$/);
      const frame = { id: new Digits('1'), src: device, dst: 'script', result: status };
      expect(shellyMessage(frame, { receivedAt }).items).toEqual(itemsOf(device));
    });

    if (name.startsWith('gen2')) {
      it('on its status topics at a broker, has just its counters', () => {
        const { status: parts } = JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as { status: object };
        const items = Object.entries(parts).flatMap(([part, said]) =>
          shellyTopics(['shelly', 'status', part], JSON.stringify(said), receivedAt),
        );
        expect(items.map((item) => ('value' in item ? [item.register, item.value] : item))).toEqual(
          found?.counters ?? [],
        );
      });
    }

    if (digitsAt(status, 'sys', 'unixtime') !== undefined) {
      it('in a notice says the same, and nothing where it has no counter', () => {
        const params = { ...(status as object), ts: at(status, 'sys', 'unixtime') as Json };
        const notice = { src: 'd', method: 'NotifyFullStatus', params };
        expect(shellyMessage(notice, { receivedAt }).items).toEqual(readings('d'));
      });
    }
  });
}
