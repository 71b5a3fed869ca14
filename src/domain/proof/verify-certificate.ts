import {
  type Certificate,
  type CertificateFile,
  certificateHash,
  type CertificateProof,
  certificateText,
  type SignedCertificate,
} from './certificate.js';
import { textSha256 } from './canonical.js';
import { type Check, differs, holds, notTold } from './check.js';
import { checkCertificate } from './check-certificate.js';
import type { Checkpoint } from './checkpoint.js';
import { cosignChecks } from './cosigned.js';
import { isConsistent } from './merkle.js';
import { isSignedBy, type NoteKey, readKey, readNote } from './note.js';
import { flawOf, type Given, headOf, type ProvedFact, underHead } from './proved.js';

/**
 * Verifies a certificate by itself: it adds up, it is signed with the key of the record, it and its run are in the record, and the
 * record still begins with the one that it was made under.
 *
 * @returns a sentence for each thing that was looked at
 * @law nothing differs for a certificate that the service gave; changing any character of it makes something differ
 */
export function verifyCertificate({ content, signature, record }: CertificateFile, given: Given = {}): Check[] {
  const figures = checkCertificate(content);
  if (record === undefined) {
    return [
      ...figures,
      notTold('head', 'This file carries no proof that the certificate was recorded; ask for it again.'),
    ];
  }
  const proofs = underHead(record, given, (head, keys) => [
    ...provedCertificate({ content, signature }, record, head, keys),
    ...cosignChecks(record.head, head, readKey(record.key), record.cosigners, content.quorum ?? null, given),
    ...keptChecks(given, head, keys),
  ]);
  return [...figures, ...proofs];
}

/** A head of the same size that the reader kept is the same head. */
function keptChecks({ earlierHead }: Given, head: Checkpoint, keys: readonly NoteKey[]): Check[] {
  const kept = earlierHead === undefined ? null : headOf(earlierHead, ...keys);
  return kept !== null && kept.size === head.size && kept.root !== head.root
    ? [differs('earlier', 'The head that you kept has another root at the same size: two records were shown.')]
    : [];
}

/**
 * That a certificate is the recorded one of a recorded run.
 *
 * @param proof facts under the head; the run is absent where the file does not tell
 * @param keys of the record, of which one signed it
 */
export function provedCertificate(
  { content, signature }: SignedCertificate,
  { certificate, run, position }: Pick<CertificateProof, 'certificate' | 'position'> & { readonly run?: ProvedFact },
  head: Checkpoint,
  keys: readonly NoteKey[],
): Check[] {
  return [
    signatureCheck(content, signature, keys),
    recordedCheck(content, signature, certificate, head),
    ...(run === undefined ? [] : [runCheck(content, run, head)]),
    positionCheck(content, position, head),
  ];
}

function signatureCheck(content: Certificate, signature: string, keys: readonly NoteKey[]): Check {
  const note = readNote(signature);
  return keys.some((key) => isSignedBy(note, key)) && note.text === certificateText(content)
    ? holds(
        'certificate',
        `The certificate of the run is signed with the key of the record: ${certificateHash(content).slice(0, 16)}….`,
      )
    : differs('certificate', 'The certificate is not what was signed with the key of the record.');
}

function recordedCheck(content: Certificate, signature: string, recorded: ProvedFact, head: Checkpoint): Check {
  const { fact, entry, index } = recorded;
  const isIt =
    entry.type === 'certificate' &&
    fact.run === content.run &&
    fact.sha256 === certificateHash(content) &&
    fact.signature === textSha256(signature);
  const flaw = flawOf(recorded, head) ?? (isIt ? null : 'another certificate was recorded');
  return flaw === null
    ? holds('certificate', `The certificate is entry ${index} of the record.`)
    : differs('certificate', `The certificate: ${flaw}.`);
}

/** The run is recorded, and who answers for it there is who answers here. */
function runCheck({ run: id, proposed, approved, issued }: Certificate, run: ProvedFact, head: Checkpoint): Check {
  const { fact, entry, index } = run;
  const isIt = entry.type === 'billing-run' && entry.id === id;
  const isThem =
    fact.proposedBy === proposed.id &&
    fact.approvedBy === approved.id &&
    fact.issuedBy === issued.id &&
    fact.approvedAt === approved.at &&
    entry.at === issued.at;
  const flaw =
    flawOf(run, head) ??
    (isIt ? null : 'it is not the run of this certificate') ??
    (isThem ? null : 'others answer for it in the record');
  return flaw === null
    ? holds('run', `Its billing run is entry ${index} of the record, and the same people answer for it there.`)
    : differs('run', `The billing run: ${flaw}.`);
}

/** The record begins with the one that the certificate was made under, and that one had the run in it. */
function positionCheck({ log }: Certificate, position: CertificateProof['position'], head: Checkpoint): Check {
  const isIt = log.origin === head.origin && isConsistent(log.size, head.size, log.root, head.root, position);
  return isIt
    ? holds(
        'position',
        `It was made when the record stood at ${log.size} entries; the record begins with those, unchanged.`,
      )
    : differs('position', 'The record does not begin with the one that the certificate was made under.');
}
