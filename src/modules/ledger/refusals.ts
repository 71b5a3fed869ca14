import { constraintRefusals } from '../../platform/database/constraints.js';

/** What the database says of the books where two people do the same at the same moment. */
constraintRefusals.set('payment_reversed_once', {
  code: 'already-decided',
  sentence: 'This payment has been reversed already.',
});
constraintRefusals.set('journal_entry_once', {
  code: 'already-exists',
  sentence: 'This fact is in the books already.',
});
