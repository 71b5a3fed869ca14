import { chooseTaxCode, measuredHow, type TaxTreatment, type TreatedCost } from './tax-treatment.js';

const cost = (more: Partial<TreatedCost> = {}): TreatedCost => ({
  of: 'bill',
  section: 'energy',
  keyKind: 'metered',
  onSpace: false,
  taxCode: 'entered',
  ...more,
});
const treatment: TaxTreatment = {
  metered: 'standard',
  standing: 'standard',
  unmetered: 'rent',
  commonParts: 'rent',
  spaceWork: 'standard',
};

describe('the tax of a recharge', () => {
  // HMRC Notice 742 section 11, as reported by Croner and CIPFA.
  it.each([
    ['metered to the shop', cost(), 'own', 'standard'],
    ['a levy by the same meters', cost({ section: 'levy' }), 'own', 'standard'],
    ['what no meter explains', cost(), 'residual', 'rent'],
    ['energy by floor area', cost({ keyKind: 'area' }), 'own', 'rent'],
    ['energy in equal parts', cost({ keyKind: 'equal' }), 'own', 'rent'],
    ['a standing charge in equal parts', cost({ keyKind: 'equal', section: 'standing' }), 'own', 'standard'],
    ['service of the common parts', cost({ of: 'service-charge', keyKind: 'area', section: 'space' }), 'own', 'rent'],
    [
      'work in one shop',
      cost({ of: 'service-charge', keyKind: 'fixed', section: 'space', onSpace: true }),
      'own',
      'standard',
    ],
    ['rent', cost({ of: 'other-charge', keyKind: 'fixed', section: 'space', onSpace: true }), 'own', 'entered'],
    ['a fee', cost({ of: 'other-charge', keyKind: 'equal', section: 'fee' }), 'own', 'entered'],
  ] as const)('of %s follows from how it was measured', (_what, given, part, code) => {
    expect(chooseTaxCode(given, part, treatment).code).toBe(code);
  });

  it('of a peak is as of a meter, and of work for one shop by the community is not shared', () => {
    expect(measuredHow(cost({ keyKind: 'peak' }), 'own')).toBe('metered');
    expect(measuredHow(cost({ of: 'energy-charge', keyKind: 'area' }), 'own')).toBe('unmetered');
    expect(measuredHow(cost({ of: 'energy-charge', onSpace: true }), 'own')).toBeNull();
    expect(measuredHow(cost({ of: 'service-charge', onSpace: true }), 'residual')).toBe('spaceWork');
    expect(measuredHow(cost({ of: 'other-charge' }), 'residual')).toBeNull();
  });

  it('says each rule in its own words', () => {
    const because = (more: Partial<TreatedCost>, part: 'own' | 'residual' = 'own'): string =>
      chooseTaxCode(cost(more), part, treatment).because;
    expect(because({ keyKind: 'area', section: 'standing' })).toBe('a standing charge');
    expect(because({ keyKind: 'area' })).toBe('shared without a meter');
    expect(because({}, 'residual')).toBe('common parts and losses');
    expect(because({ of: 'service-charge', onSpace: true })).toBe('work in your space alone');
  });

  it('says which rule chose it', () => {
    expect(chooseTaxCode(cost(), 'own', treatment).because).toBe('measured at your own meter');
    expect(chooseTaxCode(cost({ of: 'other-charge' }), 'own', treatment).because).toBe('as entered with the cost');
  });

  it('stays as entered where the rule is silent', () => {
    const silent = { ...treatment, metered: null };
    expect(measuredHow(cost(), 'own')).toBe('metered');
    expect(chooseTaxCode(cost(), 'own', silent)).toEqual({ code: 'entered', because: 'as entered with the cost' });
  });
});
