const officers = ['treasurer', 'approver', 'auditor'];

/** Whether somebody sees the community's runs and figures. */
export const isOfficer = (roles: readonly string[]): boolean => roles.some((role) => officers.includes(role));

/** Where somebody begins. */
export function firstPage(_roles: readonly string[]): '/home' {
  return '/home';
}
