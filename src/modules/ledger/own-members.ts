import type { Principal } from '../../platform/http/principal.js';

/** The members to whose figures a principal is restricted; null for those who see all. */
export const ownMembers = ({ roles, memberIds }: Principal): readonly string[] | null =>
  roles.some((role) => role === 'treasurer' || role === 'approver' || role === 'auditor') ? null : memberIds;
