import type { Subject } from '../../errors.js';
import type { RegisterFigures } from '../figures.js';

/** The register that some figures are of, as a finding names it. */
export const subjectOf = ({ source: { register } }: RegisterFigures): Subject => ({
  kind: 'register',
  id: register.id,
  label: register.label,
});

/** The unit of its quantities, after the multiplier. */
export const unitOf = ({ source: { register } }: RegisterFigures): string => register.unit;
