import { bundles } from '../../../test/support/bundle.js';
import { readBundle, writeBundle } from './bundle.js';

const bundle = bundles().ANNA;
const written = writeBundle(bundle);
const refusal = (text: string): string => {
  try {
    readBundle(text);
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('a bundle', () => {
  it('reads back what was written', () => {
    expect(writeBundle(readBundle(written))).toBe(written);
  });

  it.each([
    ['nothing', '', /not JSON/],
    ['no JSON', '{"format":', /not JSON/],
    ['another format', '{"format":"commonmeter.bundle/2"}', /At \/format: one of commonmeter\.bundle\/1/],
    ['a list', '[]', /At the top: an object/],
    ['brackets without end', '['.repeat(100_000), /nested deeper/],
    ['nine million characters', ' '.repeat(9_000_000), /longer than/],
    ['one key twice', written.replace(',"format"', ',"format":"x","format"'), /not in canonical form/],
    ['white space', `${written}\n`, /not in canonical form/],
    ['a key that nobody looks at', written.replace(',"format"', ',"extra":1,"format"'), /At \/extra: no such key/],
    ['an amount as a number', written.replace('"gross":"30.31"', '"gross":30.31'), /a written decimal is wanted/],
    ['an amount without end', written.replace('"gross":"30.31"', '"gross":"1e999999"'), /a written decimal is wanted/],
    ['a place that is not one', written.replace(/"index":\d+/, '"index":-1'), /a whole number is wanted/],
    [
      'a hash in capitals',
      written.replace(/"salt":"[0-9a-f]{64}/, (found) => found.toUpperCase().replace('SALT', 'salt')),
      /64 hex digits/,
    ],
    ['no member', written.replace('"member":', '"somebody":'), /At \/statement\/member: an object/],
    [
      'a rule that nobody knows',
      written.replace('"rule":"equal-share"', '"rule":"as-i-like"'),
      /\/why\/reason\/rule: one of/,
    ],
    ['a key called __proto__', written.replace(',"format"', ',"__proto__":{},"format"'), /no such key|canonical/],
  ])('is not %s', (_, text, why) => {
    expect(refusal(text)).toMatch(why);
  });
});
