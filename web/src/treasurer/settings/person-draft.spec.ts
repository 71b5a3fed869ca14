import { expect, it } from 'vitest';
import { bodyOf, draftOf } from './person-draft';

it('keeps every role of a person who is opened and saved again, and every member', () => {
  const roles = [
    { role: 'approver' as const, memberId: null },
    { role: 'member' as const, memberId: 'a' },
    { role: 'member' as const, memberId: 'b' },
  ];
  const draft = draftOf({
    id: '1',
    name: 'Jo Lund',
    email: 'jo@hall.example',
    roles,
    createdAt: '2026-10-01T08:00:00Z',
  });
  expect(bodyOf(draft)).toEqual({
    name: 'Jo Lund',
    email: 'jo@hall.example',
    roles: [{ role: 'approver' }, { role: 'member', member: 'a' }, { role: 'member', member: 'b' }],
  });
});
