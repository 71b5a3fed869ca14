import { Decimal } from '../../../domain/quantity/decimal.js';

const written = /^[+-]?(?:\d{1,20}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?$/;

/**
 * The number that digits say, exactly; null where they say none, or more than any meter shows.
 *
 * @param digits as devices write them: at most 20 before and 30 after the point, a sign, an exponent
 */
export const exactly = (digits: string): Decimal | null => (written.test(digits) ? new Decimal(digits) : null);
