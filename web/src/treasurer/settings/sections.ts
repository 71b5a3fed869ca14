import type { SettingsKey } from '../../messages/settings';

/** The pages of the settings, the most used first. */
export const sections = [
  { to: '/settings/people', name: 'settings.people', text: 'settings.people-text' },
  { to: '/settings/policies', name: 'settings.policies', text: 'settings.policies-text' },
  { to: '/settings/community', name: 'settings.community', text: 'settings.community-text' },
  { to: '/settings/keys', name: 'settings.keys', text: 'settings.keys-text' },
  { to: '/settings/tax', name: 'settings.tax', text: 'settings.tax-text' },
] as const satisfies readonly { to: string; name: SettingsKey; text: SettingsKey }[];
