// Rules of the house that no linter knows. Each finding names the file and the remedy.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (...names) => fs.readFileSync(path.join(root, ...names), 'utf8');
const exists = (...names) => fs.existsSync(path.join(root, ...names));
const findings = [];

const filesIn = (folder) =>
  exists(folder)
    ? fs
        .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    : [];

checkProblemCodes();
checkLengths();
checkWords();
checkFolders();
checkLinks();

for (const finding of findings) process.stderr.write(`${finding}\n`);
process.stdout.write(findings.length === 0 ? 'tidy: nothing found\n' : `tidy: ${findings.length} finding(s)\n`);
process.exit(findings.length === 0 ? 0 : 1);

/** Every code has a heading in docs/problems.md, and every heading a code. */
function checkProblemCodes() {
  const errors = read('src', 'domain', 'errors.ts');
  const listed = (name) => {
    const list = new RegExp(`${name} = \\[([\\s\\S]*?)\\] as const`).exec(errors)?.[1] ?? '';
    return [...list.matchAll(/'([a-z-]+)'/g)].map((match) => match[1]);
  };
  const codes = new Set([...listed('issueCodes'), ...listed('domainErrorCodes'), 'internal-error']);
  const headings = new Set(
    [...read('docs', 'problems.md').matchAll(/^#{2,4} `?([a-z]+(?:-[a-z]+)*)`?\s*$/gm)].map((match) => match[1]),
  );
  for (const code of codes) {
    if (!headings.has(code))
      findings.push(`docs/problems.md: "${code}" of src/domain/errors.ts has no heading; explain it there.`);
  }
  for (const heading of headings) {
    if (!codes.has(heading))
      findings.push(`docs/problems.md: the heading "${heading}" is no code any more; remove it.`);
  }
}

/** A file is read at one sitting. */
function checkLengths() {
  const ours = [...filesIn('src'), ...filesIn('web/src').filter((name) => !name.includes('generated'))];
  for (const file of ours.filter((name) => /\.tsx?$/.test(name) && !/\.spec\.tsx?$/.test(name))) {
    const lines = read(file).split('\n').length - 1;
    if (lines > 300) findings.push(`${file}: ${lines} lines; split it where a second subject begins (300 at most).`);
  }
}

/** What is left to do stands in no comment. */
function checkWords() {
  const banned = new RegExp(`\\b(${['TO', 'FIX', 'X'].map((start, i) => start + ['DO', 'ME', 'XX'][i]).join('|')})\\b`);
  const texts = ['src', 'test', 'scripts', 'migrations', 'docs', 'docker', 'web/src', 'web/test', 'web/scripts']
    .flatMap(filesIn)
    .filter((name) => /\.(tsx?|mjs|md|ya?ml)$/.test(name) && !name.includes('generated'));
  for (const file of texts) {
    read(file)
      .split('\n')
      .forEach((line, i) => {
        const word = banned.exec(line)?.[1];
        if (word) findings.push(`${file}:${i + 1}: "${word}"; do it or open an issue.`);
      });
  }
}

/** The folders of the two floors are those of the two lists. */
function checkFolders() {
  const { forbidden } = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs'));
  for (const [floor, rule] of [
    ['src/domain', 'domain-folder-is-on-the-list'],
    ['src/modules', 'module-folder-is-on-the-list'],
  ]) {
    const pattern = forbidden.find(({ name }) => name === rule)?.from.pathNot ?? '';
    const list = (/\(([^)]+)\)/.exec(pattern)?.[1] ?? '').split('|');
    const folders = fs
      .readdirSync(path.join(root, floor), { withFileTypes: true })
      .filter((entry) => entry.isDirectory());
    for (const { name } of folders) {
      if (!list.includes(name))
        findings.push(`${floor}/${name}: not on the list of .dependency-cruiser.cjs; give it its place there.`);
    }
  }
}

/** Links between documents lead somewhere, and so do mentions of an ADR. No number is given twice. */
function checkLinks() {
  const pages = [...filesIn('docs'), ...fs.readdirSync(root), 'web/README.md'].filter((name) => name.endsWith('.md'));
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (!exists(path.dirname(page), target)) findings.push(`${page}: the link to ${target} leads nowhere.`);
    }
  }
  const numbers = new Set(filesIn('docs/adr').map((name) => /(\d{4})-/.exec(name)?.[1]));
  for (const folder of ['docs/adr', 'migrations']) {
    const taken = new Map();
    for (const name of filesIn(folder)) {
      const [number] = /\d+(?=-)/.exec(path.basename(name)) ?? [];
      if (taken.has(number))
        findings.push(`${name}: ${taken.get(number)} is number ${number} too; give one the next free.`);
      if (number !== undefined) taken.set(number, name);
    }
  }
  for (const file of [...filesIn('src'), ...filesIn('docs'), 'jest.config.mjs', 'eslint.config.js']) {
    if (!/\.(ts|md|mjs|js)$/.test(file)) continue;
    for (const [, number] of read(file).matchAll(/\bADR (\d{4})\b/g)) {
      if (!numbers.has(number)) findings.push(`${file}: ADR ${number} is not in docs/adr.`);
    }
  }
}
