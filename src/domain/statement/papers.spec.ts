import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { papers } from '../../../test/support/papers.js';
import { compose } from './compose.js';
import type { StatementFacts } from './facts.js';
import type { Statement, UtilityUse } from './model.js';
import { renderText } from './render-text.js';
import { balanceTable, chargesTable, sharingTable } from './tables.js';
import {
  barFigures,
  checkSentence,
  decisionSentences,
  demoSentence,
  footer,
  headline,
  historyInWords,
  historyLegend,
  partsInWords,
  paymentDetails,
  sameAYearAgo,
} from './wording.js';

/** UPDATE_GOLDEN=1 writes them anew; the difference is read like prose before it is kept. */
const golden = join(__dirname, '../../../test/golden/papers');

const verification = {
  ...{ sha256: '0'.repeat(64), code: '1234-5678-9ABC' },
  ...{ address: 'hall.example/verify', link: 'https://hall.example/verify' },
};

/** The statement as text, and what only those are told who draw it. */
function told(facts: StatementFacts): string {
  const statement: Statement = { ...compose(facts), verification };
  const { lead, then, small, payable } = headline(statement);
  const said = {
    footer: footer(statement),
    demo: demoSentence(statement),
    scan: checkSentence(statement, true),
    payment: paymentDetails(statement),
    headline: { lead, then, small, payable },
    decisions: decisionSentences(statement),
    use: statement.use.map((use) => drawn(use, statement)),
    rows: [balanceTable(statement), chargesTable(statement), sharingTable(statement)].map((table) =>
      table?.rows.map(({ kind: of, cells, below }) => [of, cells.length, below ?? '']),
    ),
    glances: statement.use.map(({ glance }) => glance),
  };
  return `${renderText(statement)}\n${JSON.stringify(said, null, 1)}\n`;
}

const drawn = (use: UtilityUse, { locale }: Statement) => ({
  ...(use.history === undefined
    ? {}
    : {
        legend: historyLegend(use.history, locale),
        words: historyInWords(use, use.history, locale),
        yearAgo: sameAYearAgo(use.history) ?? null,
        figures: barFigures(use.history, locale),
      }),
  ...(use.share === undefined ? {} : { parts: partsInWords(use.share, use.unit, locale) }),
});

it.each(Object.keys(papers))('says what was read and kept: %s', (name) => {
  const file = join(golden, `${name}.txt`);
  const text = told(papers[name]!);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});
