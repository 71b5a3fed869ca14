import { shellyGen1Topics } from './shelly-gen1-topics.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const said = (topic: string, payload: string) =>
  shellyGen1Topics(`shellies/${topic}`.split('/'), payload, receivedAt).map((item) =>
    'value' in item ? [item.meter, item.register, item.at, item.value, item.unit] : item,
  );

describe('a Shelly of generation 1', () => {
  it.each([
    ['shellyem3-AABBCCDDEEFF/emeter/0/total', '1234567.8', 'emeters.0.total', '1234.5678'],
    ['shellyem3-AABBCCDDEEFF/emeter/2/total_returned', '12.5', 'emeters.2.total_returned', '0.0125'],
    ['shelly1pm-AABBCCDDEEFF/relay/0/energy', '60000', 'meters.0.total', '1'],
    ['shelly1pm-AABBCCDDEEFF/relay/0/energy', '34', 'meters.0.total', '0.000567'],
    ['shellyswitch25-AABBCC/roller/0/energy', '120000', 'meters.0.total', '2'],
    ['ShellyVintage-AABBCC/light/0/energy', '1', 'meters.0.total', '0.000017'],
  ])('on %s says %s, which is %s %s kWh', (topic, payload, register, value) => {
    expect(said(topic, payload)).toEqual([[topic.split('/')[0], register, receivedAt, value, 'kWh']]);
  });

  it.each([
    ['shellyem3-A/emeter/0/power', '12.5'],
    ['shellyem3-A/emeter/0/energy', '400'],
    ['shelly1pm-A/relay/0/command', 'on'],
    ['shelly1pm-A/relay/x/energy', '5'],
    ['shelly1pm-A/relay/0/energy', ''],
  ])('says nothing that counts on %s with "%s"', (topic, payload) => {
    expect(said(topic, payload)).toEqual([]);
  });

  it('that says what is no number is told so', () => {
    expect(said('shellyem-A/emeter/0/total', '12,5')).toEqual([
      expect.objectContaining({ unread: '"12,5" is not a number that can be kept.' }),
    ]);
  });
});
