import type { WordKey } from './words';

const words: Readonly<Record<string, WordKey>> = {
  treasurer: 'role.treasurer',
  approver: 'role.approver',
  auditor: 'role.auditor',
  installer: 'role.installer',
  member: 'role.member',
};

/** What somebody is, in words. */
export const roleWord = (role: string): WordKey => words[role] ?? 'role.member';
