/* global verifier */
const $ = (id) => document.getElementById(id);
const result = $('result');
let last = [];

const add = (tag, className, text, into = result) => {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return into.appendChild(element);
};
function list(title, items) {
  if (items.length === 0) return;
  add('h2', '', title);
  const ul = add('ul', '', '');
  for (const { outcome, says } of items) add('li', outcome, says, ul);
}

const keysIn = (id) =>
  $(id)
    .value.split(/\s+/)
    .filter((one) => one !== '');

async function look() {
  if (last.length === 0) return;
  result.replaceChildren();
  add('p', '', 'Checking …');
  try {
    const files = [];
    for (const file of last) files.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    const reports = await verifier.check(files, [...keysIn('key'), ...keysIn('cosigners')], $('quorum').value.trim());
    result.replaceChildren();
    for (const { verdict, headline, checks, paper } of reports) {
      add('p', `headline ${verdict}`, headline);
      if (paper) add('p', 'paper', paper);
      const of = (outcome) => checks.filter((one) => one.outcome === outcome);
      list('What differs', of('differs'));
      list('What was checked', of('holds'));
      list('What this file does not tell', of('not-told'));
    }
    list(
      'What no file can prove',
      reports[0].unproven.map((says) => ({ outcome: 'not-told', says })),
    );
  } catch (error) {
    result.replaceChildren();
    add('p', 'headline unreadable', `This file cannot be checked. ${error.message}`);
  }
}

$('file').addEventListener('change', () => ((last = [...$('file').files]), look()));
for (const id of ['key', 'cosigners', 'quorum']) $(id).addEventListener('change', look);
for (const name of ['dragenter', 'dragover'])
  document.addEventListener(name, (event) => (event.preventDefault(), $('drop').classList.add('over')));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  $('drop').classList.remove('over');
  last = [...event.dataTransfer.files];
  look();
});
