import type { SettingsKey } from '../../messages/settings';

/** What the service counts under these names. */
const words: Readonly<Record<string, SettingsKey>> = {
  contact: 'erased.contact',
  people: 'erased.people',
  roles: 'erased.roles',
  sessions: 'erased.sessions',
  logInLinks: 'erased.log-in-links',
  passkeys: 'erased.passkeys',
  secondFactors: 'erased.second-factors',
  tokens: 'erased.tokens',
  mails: 'erased.mails',
  copies: 'erased.copies',
  photos: 'erased.photos',
  questions: 'erased.questions',
  bookingNotes: 'erased.booking-notes',
  planNotes: 'erased.plan-notes',
  findings: 'erased.findings',
  files: 'erased.files',
  payloads: 'erased.payloads',
  outbox: 'erased.outbox',
  documents: 'erased.documents',
  payments: 'erased.payments',
  declarations: 'erased.declarations',
  plans: 'erased.plans',
  openings: 'erased.openings',
  code: 'erased.code',
  shares: 'erased.shares',
  postings: 'erased.postings',
  occupancies: 'erased.occupancies',
  uses: 'erased.uses',
};

/** What is erased or kept, as it is called here; what the service counts since then is at least counted. */
export const erasedWord = (what: string): SettingsKey => words[what] ?? 'erased.other';
