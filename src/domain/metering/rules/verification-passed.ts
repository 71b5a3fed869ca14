import type { MeterKnown, SiteKnown } from '../known.js';
import { type Finding, found, type Rules } from '../validation.js';

/** A meter whose verification ended before the span did: what it shows may not be billed on in many places. */
export const verificationPassed = (
  { subject, verifiedUntil }: MeterKnown,
  { span, lastDay }: SiteKnown,
  { 'verification-passed': rule }: Rules,
): Finding[] =>
  verifiedUntil === null || verifiedUntil >= lastDay
    ? []
    : [found('verification-passed', rule, subject, span, { verifiedUntil, lastDay })];
