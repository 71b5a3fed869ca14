import type { Bundle, RecordProof } from './bundle.js';
import type { Statement } from '../statement/model.js';
import { canonicalSha256 } from './canonical.js';
import { type Check, differs, holds, notTold } from './check.js';
import type { Checkpoint } from './checkpoint.js';
import { isConsistent } from './merkle.js';
import { type NoteKey, readKey } from './note.js';
import { agreementChecks, checkCertificate } from './check-certificate.js';
import { deviceChecks } from './check-devices.js';
import { cosignChecks } from './cosigned.js';
import { flawOf, type Given, headOf, underHead } from './proved.js';
import { recompute } from './recompute.js';
import { checkSums, noSums } from './check-sums.js';
import { sumsHash } from './run-sums.js';
import { provedCertificate } from './verify-certificate.js';

/*
 * Everything that a bundle proves, checked by whoever holds it: no network, no server, no trust in who sent it.
 *
 * In this order: the figures follow from each other; the key is the one that the reader was given; the head is signed with it; the
 * statement, its run and its sealed sums are in the record under that head; two people answer for the run; the record begins with
 * the one that the reader saw before; the envelopes add up to each cost, and the reader's own hold what is printed; what devices signed of
 * its readings is what is printed; the certificate of the
 * run is signed and recorded, adds up, and says of each cost what the statement says.
 */

/**
 * Verifies a bundle.
 *
 * @param given what the reader knows from elsewhere; what it does not know is said, not assumed
 * @returns a sentence for each thing that was looked at
 * @law nothing differs for a bundle that the service gave; changing any character of it makes something differ
 */
export function verifyBundle(bundle: Bundle, given: Given = {}): Check[] {
  const { statement, record } = bundle;
  const figures = recompute(statement);
  if (record === undefined) {
    return [
      ...figures,
      ...(bundle.certificate === undefined ? [] : [notTogether]),
      ...(bundle.devices === undefined
        ? []
        : [differs('devices', 'What devices signed and their keys do not come together.')]),
      notTold('head', 'This file carries no proof that the statement was recorded; ask for the bundle again.'),
    ];
  }
  return [...figures, ...underHead(record, given, (head, keys) => recordChecks(bundle, record, head, keys, given))];
}

function recordChecks(
  bundle: Bundle,
  record: RecordProof,
  head: Checkpoint,
  keys: readonly NoteKey[],
  given: Given,
): Check[] {
  return [
    documentCheck(bundle, record, head),
    ...runChecks(bundle.statement, record, head),
    ...earlierChecks(record, head, keys, given),
    ...sumChecks(bundle, record, head),
    ...deviceChecks(bundle.statement, bundle.devices, record.deviceKeys, head),
    ...certificateChecks(bundle, record, head, keys),
    ...cosignChecks(
      record.head,
      head,
      readKey(record.key),
      record.cosigners,
      bundle.certificate?.content.quorum ?? null,
      given,
    ),
  ];
}

function documentCheck({ statement }: Bundle, { document }: RecordProof, head: Checkpoint): Check {
  const { fact, entry, index } = document;
  const flaw =
    flawOf(document, head) ??
    (fact.statement === canonicalSha256(statement) &&
    fact.number === statement.number &&
    fact.code === statement.verification.code
      ? null
      : 'another statement was recorded under its number') ??
    (entry.type === (statement.kind === 'statement' ? 'invoice' : statement.kind)
      ? null
      : 'it was recorded as something else');
  return flaw === null
    ? holds(
        'document',
        `${statement.number} is entry ${index} of the record, as issued at ${entry.at.slice(0, 16).replace('T', ' ')} UTC.`,
      )
    : differs('document', `${statement.number}: ${flaw}.`);
}

function runChecks({ kind }: Statement, { document, run }: RecordProof, head: Checkpoint): Check[] {
  if (run === undefined && document.fact.run === null) return [ofNoRun(kind)];
  if (run === undefined) return [notTold('run', 'This file does not carry the run that the statement is of.')];
  const flaw =
    flawOf(run, head) ??
    (run.entry.type === 'billing-run' && document.fact.run === run.entry.id
      ? null
      : 'it is not the run of this statement');
  if (flaw !== null) return [differs('run', `The billing run: ${flaw}.`)];
  const { proposedBy, approvedBy, approvedAt } = run.fact;
  const isTwo = Boolean(
    proposedBy && approvedBy && proposedBy !== approvedBy && approvedAt && approvedAt <= run.entry.at,
  );
  return [
    holds('run', `Its billing run is entry ${run.index} of the record.`),
    isTwo
      ? holds(
          'four-eyes',
          `Two people answer for it: one proposed it, another approved it at ${String(approvedAt).slice(0, 16).replace('T', ' ')} UTC, before it was issued.`,
        )
      : differs('four-eyes', 'The run was not approved by a second person before it was issued.'),
  ];
}

/** An advance payment was agreed, and no run shares anything by it; the same of the credit note that takes one back. */
const ofNoRun = (kind: Statement['kind']): Check =>
  kind === 'advance' || kind === 'credit-note'
    ? holds(
        'run',
        'It was recorded as of no billing run: an advance payment is agreed, and the invoice that sets it off shares the costs.',
      )
    : differs('run', 'It was recorded as of no billing run, and shares costs.');

function earlierChecks(
  { earlier }: RecordProof,
  head: Checkpoint,
  keys: readonly NoteKey[],
  { earlierHead }: Given,
): Check[] {
  if (earlier === undefined) {
    return earlierHead === undefined
      ? [
          notTold(
            'earlier',
            'This is the first statement of which this record speaks to you; the next shows that it goes on from here.',
          ),
        ]
      : [notTold('earlier', 'This file does not lead back to the head that you kept.')];
  }
  const before = headOf(earlier.head, ...keys);
  const isSame = before !== null && isConsistent(before.size, head.size, before.root, head.root, earlier.proof);
  if (!isSame)
    return [
      differs(
        'earlier',
        `The record does not begin with the one of ${earlier.document}: something was changed or taken away.`,
      ),
    ];
  const kept = earlierHead === undefined ? before : headOf(earlierHead, ...keys);
  const isKept = kept !== null && kept.size === before.size && kept.root === before.root;
  if (!isKept && kept?.size === before.size) {
    return [differs('earlier', 'The head that you kept has another root at the same size: two records were shown.')];
  }
  const says = `The record begins with the one of ${earlier.document}, unchanged: ${before.size} entries.`;
  return [
    holds('earlier', says),
    ...(isKept
      ? []
      : [notTold('earlier', 'The head that you kept is another than the one that this file leads back to.')]),
  ];
}

function sumChecks(
  { statement, sums }: Bundle,
  { document, sums: sealed, key }: RecordProof,
  head: Checkpoint,
): Check[] {
  if (sums === undefined && sealed === undefined) return [noSums(statement)];
  if (sums === undefined || sealed === undefined)
    return [differs('sums', 'The sealed sums and their entry do not come together.')];
  const { fact, entry } = sealed;
  const members = /^\d{1,6}$/.test(fact.members ?? '') ? Number(fact.members) : 0;
  const flaw =
    flawOf(sealed, head) ??
    (entry.type === 'run-sums' && fact.run === document.fact.run && sums.run === fact.run
      ? null
      : 'they are of another run') ??
    (fact.lists === sumsHash(sums.lists) ? null : 'they are not the lists that were recorded for all members');
  if (flaw !== null) return [differs('sums', `The sealed sums: ${flaw}.`)];
  const of = `The sealed sums are the ones that were recorded, once for all ${members} members.`;
  return [holds('sums', of), ...checkSums(sums, statement, { origin: readKey(key).name, run: sums.run, members })];
}

const notTogether = differs('certificate', 'The certificate and its entry do not come together.');

function certificateChecks(
  { statement, certificate, sums }: Bundle,
  { certificate: entry, run, position, document, sums: sealed }: RecordProof,
  head: Checkpoint,
  keys: readonly NoteKey[],
): Check[] {
  if (certificate === undefined && entry === undefined && position === undefined) return [noCertificate(statement)];
  if (certificate === undefined || entry === undefined || position === undefined) return [notTogether];
  const { content } = certificate;
  if (content.run !== document.fact.run) return [differs('certificate', 'The certificate is of another run.')];
  const isSameSums =
    sums === undefined ||
    (content.sums === sumsHash(sums.lists) && sealed?.fact.members === String(content.documents.invoices));
  return [
    ...provedCertificate(
      certificate,
      { certificate: entry, position, ...(run === undefined ? {} : { run }) },
      head,
      keys,
    ),
    ...checkCertificate(content).filter(({ outcome }) => outcome === 'differs'),
    ...agreementChecks(content, statement),
    ...(isSameSums ? [] : [differs('certificate', 'The certificate names other sealed sums than those of this file.')]),
  ];
}

const noCertificate = ({ kind }: Statement): Check =>
  notTold(
    'certificate',
    kind === 'advance'
      ? 'An advance payment shares nothing yet; the certificate is that of the run whose invoice sets it off.'
      : kind === 'credit-note'
        ? 'A credit note shares nothing; the certificate is that of the run whose invoice it takes back.'
        : 'This file does not carry the certificate of its run: ask for the certificate, or for the bundle again.',
  );

/** What the checks do not prove, to be said wherever they are shown. */
export const unproven: readonly string[] = [
  'That a meter counted rightly: seals, verification and the balance of the site speak of that.',
  'That the supplier’s bill is the supplier’s: ask to see it; its hash is in the record.',
  'That sealed shares which nobody opens are not below nothing: each member who checks, and the auditor who holds all openings, closes that gap.',
  'Of three members, two together know the share of the third.',
];
