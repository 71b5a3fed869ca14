import type { MeterKnown, RegisterKnown, SiteKnown } from './known.js';
import { isSilent, missingInterval, missingReading, silentSibling } from './rules/gaps.js';
import { highLowUse } from './rules/high-low-use.js';
import { inactiveUse } from './rules/inactive-use.js';
import { counterRestart, physicalLimit, readingTime, registerRegressed, rolloverAssumed } from './rules/invalid.js';
import { prolongedEstimation } from './rules/prolonged-estimation.js';
import { residual } from './rules/residual.js';
import { spike } from './rules/spike.js';
import { stuckIntervals, zeroUse } from './rules/still.js';
import { sumCheck } from './rules/sum-check.js';
import { unusualDay } from './rules/unusual-day.js';
import { verificationPassed } from './rules/verification-passed.js';
import { type Finding, type RuleName, ruleNames, type Rules } from './validation.js';

/*
 * The problem: eighteen questions about every register of a site, in an order that matters, each of them asked only where the community
 * wants it asked.
 *
 * Method: the figures were made in the order of the rules (measure.ts): what cannot be true is out of them, gaps are named, and the rest
 * is what was read. Here each rule looks at them and at nothing else, so no rule depends on what another found, with one exception: a
 * register that was silent beside one that spoke is named once, as such, and not as a gap too.
 */

/** Findings of one rule on one subject; beyond that many, the last one stands for the rest. */
const most = 20;

type OfRegister = (known: RegisterKnown, site: SiteKnown, rules: Rules) => Finding[];
type OfMeter = (known: MeterKnown, site: SiteKnown, rules: Rules) => Finding[];

const alone =
  (rule: (known: RegisterKnown, rules: Rules) => Finding[]): OfRegister =>
  (known, _, rules) =>
    rule(known, rules);

/** Rules about readings as they came. */
const ofEvery: Partial<Record<RuleName, OfRegister>> = {
  'reading-time': alone(readingTime),
  'register-regressed': alone(registerRegressed),
  'rollover-assumed': alone(rolloverAssumed),
  'counter-restart': alone(counterRestart),
  'physical-limit': alone(physicalLimit),
};

/** Rules about use: asked of the registers that use is counted from. */
const ofCounted: Partial<Record<RuleName, OfRegister>> = {
  'missing-interval': alone(missingInterval),
  'missing-reading': alone(missingReading),
  'zero-use': alone(zeroUse),
  'inactive-use': alone(inactiveUse),
  'high-low-use': alone(highLowUse),
  spike: alone(spike),
  'stuck-intervals': alone(stuckIntervals),
  'unusual-day': alone(unusualDay),
  'prolonged-estimation': prolongedEstimation,
};

const ofMeter: Partial<Record<RuleName, OfMeter>> = {
  'silent-sibling': (meter, _, rules) => silentSibling(meter, rules),
  'sum-check': sumCheck,
  'verification-passed': verificationPassed,
};

/**
 * Asks all rules of a site, in their order.
 *
 * @returns findings by rule, then by meter and register in the order given, then by time
 * @law a rule that is off finds nothing; independent of the order of readings; the same again finds the same
 */
export function validate(site: SiteKnown, rules: Rules): Finding[] {
  return ruleNames.flatMap((name) => {
    if (rules[name].mode === 'off') return [];
    if (name === 'residual') return residual(site, rules);
    return site.meters.flatMap((meter) => {
      const about = ofMeter[name];
      if (about) return about(meter, site, rules);
      return meter.registers.flatMap((register) => {
        const ask = ofEvery[name] ?? (register.counts ? ofCounted[name] : undefined);
        if (!ask || isNamedAlready(name, register, meter, rules)) return [];
        return bounded(ask(register, site, rules));
      });
    });
  });
}

function isNamedAlready(name: RuleName, register: RegisterKnown, { registers }: MeterKnown, rules: Rules): boolean {
  const isGap = name === 'missing-interval' || name === 'missing-reading';
  const asksSiblings = rules['silent-sibling'].mode !== 'off';
  return isGap && asksSiblings && isSilent(register) && registers.some(({ figures }) => figures.count > 0);
}

/** Many findings of one kind on one register are one trouble: a person decides about twenty and not about two thousand. */
function bounded(findings: readonly Finding[]): readonly Finding[] {
  const [rest, last] = [findings[most - 1], findings.at(-1)];
  if (findings.length <= most || !rest || !last) return findings;
  const more = findings.length - most;
  return [...findings.slice(0, most - 1), { ...rest, to: last.to, evidence: { ...rest.evidence, more } }];
}
