import type { PeopleAddData, Person } from '../../api/generated/types.gen';

export const officeRoles = ['treasurer', 'approver', 'auditor', 'installer'] as const;
export type OfficeRole = (typeof officeRoles)[number];

/** Somebody as they are being entered: what they are, and the ids of the members that they act for. */
export interface PersonDraft {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly OfficeRole[];
  readonly members: readonly string[];
}

export const nobodyYet: PersonDraft = { name: '', email: '', roles: [], members: [] };

export const draftOf = ({ name, email, roles }: Person): PersonDraft => ({
  name,
  email,
  roles: officeRoles.filter((role) => roles.some((one) => one.role === role)),
  members: roles.flatMap(({ memberId }) => (memberId === null ? [] : [memberId])),
});

/** As it goes to the service: the roles are all that the person has from then on. */
export const bodyOf = ({ name, email, roles, members }: PersonDraft): PeopleAddData['body'] => ({
  ...{ name: name.trim(), email: email.trim() },
  roles: [...roles.map((role) => ({ role })), ...members.map((member) => ({ role: 'member' as const, member }))],
});
