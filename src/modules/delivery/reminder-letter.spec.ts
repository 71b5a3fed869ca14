import { type ReminderFacts, reminderSubject, writeReminderLetter } from './reminder-letter.js';

const facts = (more: Partial<ReminderFacts> = {}, locale = 'en-GB'): ReminderFacts => ({
  community: { name: 'Old Market Hall', contactEmail: 'energy@hall.example', locale, demo: false },
  memberName: 'Rosa’s Bakery',
  payment: { accountName: 'Old Market Hall', iban: 'GB00TEST', reference: 'MH-0711' },
  currency: 'GBP',
  total: '118.84',
  documents: [
    {
      ...{ number: 'MH-2026-00005', kind: 'invoice', dueOn: '2026-11-17', amount: '118.84', paused: '26.16' },
      period: { from: '2026-10-01', to: '2026-11-01' },
    },
  ],
  ...{ before: null, isLast: false, until: null },
  ...more,
});
const textOf = (given: ReminderFacts): string =>
  writeReminderLetter(given, 'https://hall.example/my/account').text.replaceAll('\u00a0', ' ');

describe('the letter of a reminder', () => {
  it('says how much, of what, what is left out, how to pay, and that one may answer', () => {
    expect(reminderSubject(facts())).toBe('Still open: £118.84, due since 17 Nov 2026 (Rosa’s Bakery)');
    expect(textOf(facts())).toBe(`£118.84 is still open

Perhaps it slipped through. If you have paid in the last few days, thank you: there is nothing more to do.

Statement MH-2026-00005, October 2026: £118.84, due 17 Nov 2026

You have questioned £26.16 of MH-2026-00005. That part waits until your question is decided and is not in this amount.

Amount: £118.84
Pay to: Old Market Hall
IBAN: GB00TEST
Reference: MH-0711

If something stands in the way, or the amount looks wrong to you, answer this mail. We will find a way.

See your account:
https://hall.example/my/account

-- 
Old Market Hall. Questions? Answer this mail: a person reads it.
`);
  });

  it('says what went before, and that it is the last', () => {
    const last = textOf(facts({ before: '2026-12-01', isLast: true }));
    expect(last).toContain('We wrote to you about it on 1 Dec 2026.');
    expect(last).toContain('We do not write about it again.');
    expect(last).not.toContain('slipped through');
  });

  it('speaks German where the community does, and has no word of English left', () => {
    const [first, last] = [facts({}, 'de-CH'), facts({ before: '2026-12-01', isLast: true }, 'de-AT')];
    expect(reminderSubject(first)).toBe('Noch offen: £ 118.84, fällig seit 17.11.2026 (Rosa’s Bakery)');
    expect(textOf(first)).toContain('Abrechnung MH-2026-00005, Oktober 2026');
    for (const text of [textOf(first), textOf(last)])
      expect(text.match(/\b(the|of|your|you|is|are|we|this|with|from|for|to|due|open|statement)\b/gi)).toBeNull();
    expect(textOf(first)).not.toContain('ß');
  });

  it('is marked in a demo, and names the oldest day of several', () => {
    const { community, documents } = facts();
    const older = documents.map((one) => ({ ...one, number: 'MH-2026-00001', dueOn: '2026-10-17' }));
    const demo = facts({
      community: { ...community, demo: true },
      documents: [...documents, ...older],
      total: '237.68',
    });
    expect(reminderSubject(demo)).toBe('DEMO: Still open: £237.68, due since 17 Oct 2026 (Rosa’s Bakery)');
  });
});
