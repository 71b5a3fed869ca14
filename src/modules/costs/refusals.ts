import { constraintRefusals } from '../../platform/database/constraints.js';

/** What the database says of costs where two people enter the same at the same moment. */
constraintRefusals.set('supplier_bill_once', {
  code: 'already-exists',
  sentence:
    'A bill of this supplier with this number has been entered already; a bill that was corrected has a number of its own.',
});
constraintRefusals.set('supplier_bill_replaced_once', {
  code: 'already-exists',
  sentence: 'The bill has been replaced by another already; replace its successor.',
});
constraintRefusals.set('charge_code', {
  code: 'already-exists',
  sentence: 'There is a charge with this code already; choose another code.',
});
constraintRefusals.set('fund_code', {
  code: 'already-exists',
  sentence: 'There is a fund with this code already; choose another code.',
});
constraintRefusals.set('fund_not_overdrawn', {
  code: 'fund-exhausted',
  sentence: 'Another run drew from the fund in between, and not enough is left; calculate this run again.',
});
