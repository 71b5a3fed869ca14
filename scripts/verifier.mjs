// `npm run verifier`: the verifier as two files that need nothing else: dist/verifier/verify.html and dist/verifier/verify.mjs.
//
// Built from src/domain as it was compiled: every module that is reached becomes a function in a table, in the order in which it is
// needed, and `require` looks it up there. The page gets its own hashes of style and script in its policy, and no way to any network.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const compiled = path.join(root, 'dist', 'src', 'verifier');
const source = path.join(root, 'src', 'verifier');
const out = path.join(root, 'dist', 'verifier');
const read = (file) => fs.readFileSync(file, 'utf8');
const isBuiltin = (name) => name.startsWith('node:') || builtinModules.includes(name);

/** @returns the text of a function `entry` that gives what the module exports */
function bundle(entry, instead = {}) {
  const table = new Map();
  const visit = (file) => {
    if (table.has(file)) return table.get(file).no;
    const own = { no: table.size, code: '' };
    table.set(file, own);
    const { code } = swc.transformSync(read(file), {
      jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
      module: { type: 'commonjs' },
      isModule: 'unknown',
    });
    own.code = code.replace(/\brequire\("([^"]+)"\)/g, (call, name) => {
      if (Object.hasOwn(instead, name)) return `require(${visit(instead[name])})`;
      return isBuiltin(name) ? `builtin("${name}")` : `require(${visit(resolve(name, file))})`;
    });
    return own.no;
  };
  visit(entry);
  const modules = [...table.values()].map(({ code }) => `(module,exports,require)=>{${code}\n}`);
  return `const modules=[${modules.join(',\n')}],made=[];
    const require=(no)=>{if(!made[no]){made[no]={exports:{}};modules[no](made[no],made[no].exports,require);}return made[no].exports;};`;
}

function resolve(name, from) {
  const file = name.startsWith('.') ? path.resolve(path.dirname(from), name) : createRequire(from).resolve(name);
  if (!fs.existsSync(file)) throw new Error(`${from} wants ${name}, and it is not there.`);
  return file;
}

const small = (code, module) => swc.minifySync(code, { compress: true, mangle: true, module }).code;
const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function page() {
  const verifier = bundle(path.join(compiled, 'browser.js'), { 'node:crypto': path.join(compiled, 'crypto.js') });
  const script = small(
    `(()=>{'use strict';const verifier=(()=>{${verifier} return require(0);})();${read(path.join(source, 'page.mjs'))}})();`,
    false,
  ).replaceAll('</', '<\\/');
  const style = read(path.join(source, 'page.css'));
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return read(path.join(source, 'page.html'))
    .replace('the policy of this page', () => policy)
    .replace('<!--style-->', () => `<style>${style}</style>`)
    .replace('<!--script-->', () => `<script>${script}</script>`);
}

function program() {
  const code = bundle(path.join(compiled, 'main.js'));
  return `// Commonmeter: verifies statements and certificates offline. node verify.mjs STATEMENT.pdf [CERTIFICATE.pdf] [KEY]... [--quorum N]\n${small(`import{createRequire}from'node:module';const builtin=createRequire(import.meta.url);${code}require(0);`, true)}\n`;
}

fs.mkdirSync(out, { recursive: true });
for (const [name, text] of [
  ['verify.html', page()],
  ['verify.mjs', program()],
]) {
  fs.writeFileSync(path.join(out, name), text);
  console.log(`${path.relative(root, path.join(out, name))}: ${Math.ceil(text.length / 1024)} KB`);
}
