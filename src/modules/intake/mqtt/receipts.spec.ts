import { onReceipt, Receipts } from './receipts.js';

const receivedAt = '2026-10-01T12:00:00.25Z';
const total = (value: string, at = onReceipt, register = 'total') => ({
  meter: 'kiln',
  register,
  at,
  value,
  unit: 'kWh',
});

describe('what a message says without a time', () => {
  it('is of the millisecond in which it came', () => {
    expect(new Receipts().date([total('5')], receivedAt, 'live')).toEqual({
      said: [total('5', receivedAt)],
      undated: 0,
    });
  });

  it('never shares its instant with another value of its register', () => {
    const receipts = new Receipts();
    const times = ['5', '6', '7'].flatMap((value) => receipts.date([total(value)], receivedAt, 'live').said);
    const other = receipts.date([total('5', onReceipt, 'other')], receivedAt, 'live').said;
    const later = receipts.date([total('8')], '2026-10-01T12:00:01Z', 'live').said;
    expect([...times, ...other, ...later]).toMatchObject([
      { value: '5', at: '2026-10-01T12:00:00.25Z' },
      { value: '6', at: '2026-10-01T12:00:00.251Z' },
      { value: '7', at: '2026-10-01T12:00:00.252Z' },
      { register: 'other', at: '2026-10-01T12:00:00.25Z' },
      { value: '8', at: '2026-10-01T12:00:01Z' },
    ]);
  });

  it('does not run backwards with the clock', () => {
    const receipts = new Receipts();
    receipts.date([total('5')], receivedAt, 'live');
    const [set] = receipts.date([total('6')], '2026-10-01T11:00:00Z', 'live').said;
    expect(set).toMatchObject({ at: '2026-10-01T12:00:00.251Z' });
  });

  it('is an estimate where it has waited at the broker', () => {
    expect(new Receipts().date([total('5')], receivedAt, 'waited').said).toEqual([
      { ...total('5', receivedAt), quality: 'estimated' },
    ]);
  });

  it('is no reading where nobody knows how old it is', () => {
    expect(new Receipts().date([total('5')], receivedAt, 'undated')).toEqual({ said: [], undated: 1 });
  });
});

describe('what a message says with a time', () => {
  it.each(['live', 'waited', 'undated'] as const)('stays as it is, whether it is %s', (arrival) => {
    const said = [
      total('5', '2026-10-01T11:00:00Z'),
      total('6', receivedAt),
      { meter: 'kiln', register: 'hh', from: 'x', to: 'y', quantity: '1', unit: 'kWh' },
      { meter: 'kiln', register: '', unread: 'why' },
    ];
    expect(new Receipts().date(said, receivedAt, arrival)).toEqual({ said, undated: 0 });
  });
});
