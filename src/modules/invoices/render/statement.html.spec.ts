import { createHash } from 'node:crypto';
import { seal } from '../../../domain/proof/code.js';
import { compose } from '../../../domain/statement/compose.js';
import type { StatementFacts } from '../../../domain/statement/facts.js';
import { sampleFacts } from '../../../domain/statement/sample.js';
import { escapeHtml, renderHtml } from './statement.html.js';
import { statementPolicy } from './statement.style.js';

const html = (facts: StatementFacts): string => renderHtml(seal(compose(facts), 'energy.oldmarkethall.example/verify'));

describe('renderHtml', () => {
  it('says what the other formats say', () => {
    const page = html(sampleFacts);
    for (const part of [
      '£159.49',
      'by Monday 30\u00a0November\u00a02026',
      '24.600\u00a0p/kWh',
      'difference £0.00',
      '1 of 23 equal shares of £57.35',
    ]) {
      expect(page).toContain(part);
    }
    expect(page).not.toMatch(/undefined|>null<|n\/a/);
  });

  it('fetches nothing and runs nothing', () => {
    const page = html(sampleFacts);
    expect(page).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|\son\w+=|\sstyle=|\ssrc=/i);
    expect([...page.matchAll(/https?:\/\/[^"<\s]+/g)].map(([address]) => new URL(address).host)).toEqual([
      'energy.oldmarkethall.example',
    ]);
  });

  it('allows a browser its own style sheet and nothing else', () => {
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html(sampleFacts)) ?? [];
    expect(statementPolicy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(statementPolicy).toMatch(/^default-src 'none'; /);
  });

  it('heads each block of a table over its whole width', () => {
    expect(html(sampleFacts)).toContain(
      'colspan="6">Northgrid Energy, bill NE-884213, 1 to 31\u00a0October\u00a02026</th>',
    );
  });

  it('escapes every text that came from people, in content and in attributes', () => {
    const bad = `"><script>alert('x')</script>`;
    const line = sampleFacts.charges.lines.map((given) => ({ ...given, description: bad, unit: bad }));
    const [use] = sampleFacts.use;
    if (use?.site === undefined) throw new Error('The sample has a site.');
    const page = html({
      ...sampleFacts,
      number: sampleFacts.number,
      community: { ...sampleFacts.community, name: bad, address: [bad], email: bad },
      member: { ...sampleFacts.member, name: bad, contact: bad, address: [bad], units: [bad] },
      use: [{ ...use, utility: bad, unit: bad, site: { ...use.site, place: bad } }],
      charges: { ...sampleFacts.charges, lines: line },
      notes: [{ title: bad, text: bad }],
    });
    expect(page).not.toContain('<script');
    expect(page).not.toContain(`">&lt;`);
    expect(page).toContain(escapeHtml(bad));
  });

  it('gives the chart a name with all its values, and a table beside it', () => {
    const page = html(sampleFacts);
    expect(page).toMatch(
      /<svg class="chart"[^>]+role="img" aria-label="Bar chart of electricity used, kWh: Oct\u00a025 546.0,[^"]+Oct\u00a026 523.5."/,
    );
    expect(page).toContain('<summary>The same as a table</summary>');
  });

  it('makes no link of an address that is not https', () => {
    const statement = seal(compose(sampleFacts), 'a.example/verify');
    const page = renderHtml({ ...statement, verification: { ...statement.verification, link: 'javascript:alert(1)' } });
    expect(page).not.toContain('javascript:');
  });

  it('says demo in words', () => {
    expect(html({ ...sampleFacts, demo: true })).toContain('DEMO, not payable: an example');
    expect(html(sampleFacts)).not.toContain('DEMO');
  });
});
