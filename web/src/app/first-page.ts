const officers = ['treasurer', 'approver', 'auditor'];

/** Whether somebody sees the community's runs and figures. */
export const isOfficer = (roles: readonly string[]): boolean => roles.some((role) => officers.includes(role));

/** Where somebody begins. */
export function firstPage(roles: readonly string[]): '/home' | '/meters' | '/my' {
  if (isOfficer(roles)) return '/home';
  return roles.includes('installer') && !roles.includes('member') ? '/meters' : '/my';
}
