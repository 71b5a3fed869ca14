import type { Evidence, Finding, RuleName } from './validation.js';

/** What a finding is told by: a sentence of its figures, and what to do. */
export interface Told {
  readonly detail: string;
  readonly remedy: string;
}

/** A finding as it is kept, whoever keeps it. */
export type Kept = Pick<Finding, 'rule' | 'from' | 'to' | 'evidence'> & { readonly label: string };

const say: Readonly<Record<RuleName, (kept: Kept) => Told>> = {
  'reading-time': ({ label, from, to, evidence: e }) => ({
    detail:
      e['why'] === 'in-the-future'
        ? `${label} has a reading of ${e['value']} for ${to}, which had not come yet.`
        : `${label} has a reading of ${e['value']} at ${from}, when no device was in.`,
    remedy: 'Check the clock of the device and when it was installed; accept the reading if its time is right.',
  }),
  'register-regressed': ({ label, from, to, evidence: e }) => ({
    detail: `${label} ran backwards: ${e['start']} at ${from}, ${e['end']} at ${to}.`,
    remedy: 'Record the exchange if the device was exchanged; else read it again or have the time estimated.',
  }),
  'rollover-assumed': ({ label, from, to, evidence: e }) => ({
    detail: `${label} went from ${e['start']} at ${from} to ${e['end']} at ${to}. If its display wrapped at ${e['capacity']}, that is ${e['wrapped']} ${e['unit']}.`,
    remedy: 'Confirm that the display wrapped; if the device was exchanged, record the exchange.',
  }),
  'counter-restart': ({ label, from, to, evidence: e }) => ({
    detail: `${label} seems to have started again at zero: ${e['start']} at ${from}, ${e['end']} at ${to}.`,
    remedy: 'Record it as an exchange with the opening reading 0.',
  }),
  'physical-limit': ({ label, evidence: e }) => ({
    detail:
      `${label} counted ${e['highest']} ${e['unit']} in ${e['hours']} hours from ${e['at']}; at most ${e['maxPerHour']} can pass in an hour.` +
      (e['times'] === 1 ? '' : ` There are ${e['times']} such times.`),
    remedy: 'Check the multiplier and the limit of the device. Accept it if it is real; else have the time estimated.',
  }),
  'silent-sibling': ({ label, from, to, evidence: e }) => ({
    detail: `${label} said nothing from ${from} to ${to}, while ${e['heard']} did.`,
    remedy: 'Ask for its readings, or accept the silence if nobody uses this register.',
  }),
  'missing-interval': ({ label, from, to, evidence: e }) => ({
    detail: `${label} sent nothing from ${from} to ${to}: ${e['intervals'] === null ? `${e['hours']} hours` : `${e['intervals']} intervals`} are missing.`,
    remedy: 'Fetch them from the device, or have the time estimated. Missing is not zero.',
  }),
  'missing-reading': ({ label, from, to, evidence }) => ({
    detail: missing[String(evidence['why'])]?.(label, from, to) ?? `${label} was not read from ${from} to ${to}.`,
    remedy:
      evidence['why'] === 'sets-base'
        ? 'Record what the meter showed when it was installed, if anybody noted it.'
        : 'Read the meter or ask for a reading; else have the time estimated.',
  }),
  'zero-use': ({ label, from, to, evidence: e }) => ({
    detail: `${label} counted nothing on ${e['days']} days in succession, from ${from} to ${to}.`,
    remedy: 'Ask whether the shop was closed. If it was open, the meter has failed.',
  }),
  'inactive-use': ({ label, from, to, evidence: e }) => ({
    detail: `${label} counted ${e['quantity']} ${e['unit']} in ${e['hours']} hours from ${from} to ${to}, while its space was empty. ${e['perDay']} a day are allowed for.`,
    remedy: 'See who uses it: somebody may have moved in, or another space may hang on this meter.',
  }),
  'high-low-use': ({ label, from, to, evidence: e }) => ({
    detail: `${label} counted ${e['quantity']} ${e['unit']} in ${e['hours']} hours from ${from} to ${to}; in the ${period[String(e['comparedWith'])]} it was ${e['earlierQuantity']} in ${e['earlierHours']} hours. That is ${e['is'] === 'high' ? `more than ${e['highPercent']}` : `less than ${e['lowPercent']}`} % of the average then.`,
    remedy: 'Ask what changed; accept it if it is real.',
  }),
  spike: ({ label, from, to, evidence: e }) => ({
    detail: `${label} counted ${e['highest']} ${e['unit']} from ${from} to ${to}; the third highest of all its intervals is ${e['third']}.`,
    remedy: 'Accept it if it is real; else have the interval estimated.',
  }),
  'stuck-intervals': ({ label, from, to, evidence: e }) => ({
    detail: `${label} sent ${e['each']} ${e['unit']} for every interval of ${e['days']} days, from ${from} to ${to}.`,
    remedy: 'See whether the logger repeats its last value; accept it if the load is really so even.',
  }),
  'unusual-day': ({ label, from, to, evidence: e }) => ({
    detail: `${label} counted ${e['quantity']} ${e['unit']} on the day from ${from} to ${to}. The ${e['others']} other days have between ${e['lowest']} and ${e['highest']}, their median is ${e['median']}.`,
    remedy: 'Ask what happened on this day; accept it if it is real.',
  }),
  'sum-check': ({ label, from, to, evidence: e }) => ({
    detail: `The intervals of ${label} add up to ${e['intervals']} ${e['unit']} from ${from} to ${to}, and its display advanced by ${e['advance']}.`,
    remedy: 'Look for intervals that are lost or doubled, and compare the multipliers.',
  }),
  residual: ({ label, evidence: e }) => ({
    detail: `What went into ${label} less what its sub-meters counted is ${e['residual']} ${e['unit']} of ${e['utility']}: ${e['imported']} came in, ${e['generated']} were made, ${e['exported']} went out, ${e['metered']} were metered${e['derived'] === undefined ? '' : `, ${e['derived']} worked out by formulas`}.`,
    remedy:
      e['is'] === 'negative'
        ? 'Look for a wrong multiplier, a meter that counts the wrong way or on another circuit, or an exchange that was not recorded.'
        : 'Look for a missing or wrong sub-meter.',
  }),
  'prolonged-estimation': ({ label, evidence: e }) => ({
    detail: `${label} was last read at ${e['lastRead']}. At most ${e['periods']} periods in succession may be estimated, and ${e['months']} months.`,
    remedy: 'Have the meter read.',
  }),
  'verification-passed': ({ label, evidence: e }) => ({
    detail: `The verification of ${label} ended on ${e['verifiedUntil']}, before ${e['lastDay']}.`,
    remedy: 'Have the meter verified or exchanged, and record until when it is verified.',
  }),
};

const period: Readonly<Record<string, string>> = {
  'last-year': 'same period of last year',
  'last-period': 'period before',
};

const missing: Readonly<Record<string, (label: string, from: string, to: string) => string>> = {
  'never-read': (label, from, to) => `${label} has no reading at all from ${from} to ${to}.`,
  'before-first': (label, from, to) => `${label} has no opening reading, from ${from} to ${to}.`,
  'sets-base': (label, from, to) =>
    `The first reading of ${label} is that of ${to}. It sets the base; nothing is billed from ${from} until then.`,
  'after-last': (label, from, to) => `${label} has no reading after ${from}, and the account runs to ${to}.`,
  'gap-too-long': (label, from, to) =>
    `${label} has two readings too far apart to estimate between, at ${from} and ${to}.`,
};

/**
 * Tells a finding in words.
 *
 * @example rule rollover-assumed, 999998 → 12 → "SHOP-07 import went from 999998 at … to 12 at …. If its display wrapped …"
 */
export function describeFinding(kept: Kept): Told {
  const { detail, remedy } = say[kept.rule](kept);
  return { detail: `${detail}${andMore(kept.evidence)}`, remedy };
}

const andMore = ({ more }: Evidence): string =>
  more === undefined || more === null ? '' : ` ${more} more like it follow.`;
