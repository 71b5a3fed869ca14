import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../src/domain/proof/canonical.js';
import { seal } from '../src/domain/proof/code.js';
import { compose } from '../src/domain/statement/compose.js';
import { renderText } from '../src/domain/statement/render-text.js';
import { sampleFacts } from '../src/domain/statement/sample.js';
import { drawStatement } from '../src/modules/invoices/pdf/document.js';
import { renderHtml } from '../src/modules/invoices/render/statement.html.js';

/** Writes the worked example in every format to a folder, to look at while working on the drawing. */
const [folder = 'preview'] = process.argv.slice(2);
const statement = seal(compose(sampleFacts), 'energy.oldmarkethall.example/verify');

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'statement.pdf'), drawStatement(statement));
writeFileSync(join(folder, 'statement.html'), renderHtml(statement));
writeFileSync(join(folder, 'statement.txt'), renderText(statement));
writeFileSync(join(folder, 'statement.json'), canonicalJson(statement));
process.stdout.write(`Wrote statement.pdf, .html, .txt and .json to ${folder}\n`);
