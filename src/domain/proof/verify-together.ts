import { DomainError } from '../errors.js';
import { auditRun, type OpeningsFile } from './audit-run.js';
import type { Bundle } from './bundle.js';
import { agreementChecks } from './check-certificate.js';
import { type CertificateFile, certificateHash } from './certificate.js';
import { type Check, differs, holds, looking } from './check.js';
import { type Checkpoint, readCheckpoint } from './checkpoint.js';
import { readNote } from './note.js';
import type { Given } from './proved.js';
import { verifyBundle } from './verify.js';
import { verifyCertificate } from './verify-certificate.js';

/** A file that proves something, by the name under which its reader has it. */
export type Proving =
  | { readonly kind: 'statement'; readonly name: string; readonly bundle: Bundle }
  | { readonly kind: 'certificate'; readonly name: string; readonly file: CertificateFile }
  /** What opens all envelopes of a run, for the auditor alone. */
  | { readonly kind: 'openings'; readonly name: string; readonly file: OpeningsFile };

/**
 * Verifies files that belong together: statements of one or more members and certificates of runs.
 *
 * Each is verified by itself. Beside that: a statement must lead back to the one of the same member before it; it must say of each cost what
 * the certificate of its run says; and no two files may speak of two records of the same size.
 *
 * @returns for each file, in the order given, a sentence for each thing that was looked at
 * @law one file is verified as it is alone
 */
export function verifyTogether(files: readonly Proving[], given: Given = {}): Check[][] {
  return files.map((file) => [
    ...(file.kind === 'statement'
      ? [
          ...verifyBundle(file.bundle, { ...before(file, files), ...given }),
          ...files.flatMap((other) => (other.kind === 'certificate' ? beside(file.bundle, other) : [])),
        ]
      : file.kind === 'certificate'
        ? verifyCertificate(file.file, given)
        : [
            ...auditRun(file.file),
            ...files.flatMap((other) => (other.kind === 'certificate' ? openedBeside(file.file, other) : [])),
          ]),
    ...files.flatMap((other) => (other === file ? [] : sameRecord(file, other))),
  ]);
}

const recordOf = (file: Proving) => {
  if (file.kind === 'openings') return undefined;
  return file.kind === 'statement' ? file.bundle.record : file.file.record;
};

/** The certificate that came with the openings is the one that everybody has. */
function openedBeside(
  { run, certificate }: OpeningsFile,
  { file, name }: Proving & { readonly kind: 'certificate' },
): Check[] {
  if (file.content.run !== run || certificate === undefined) return [];
  return certificateHash(certificate) === certificateHash(file.content)
    ? [holds('agreement', `${name} is the certificate that the openings were compared with.`)]
    : [differs('agreement', `The openings were given with another certificate than ${name}.`)];
}

/** The head of a file, signed or not; null where there is none that can be read. */
function headOf(file: Proving): Checkpoint | null {
  const record = recordOf(file);
  if (record === undefined) return null;
  try {
    return readCheckpoint(readNote(record.head).text);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/** The head of the newest statement of the same member among the others that is older. */
function before(file: Proving & { readonly kind: 'statement' }, files: readonly Proving[]): Pick<Given, 'earlierHead'> {
  const size = headOf(file)?.size ?? 0;
  const older = files
    .flatMap((other) => (other.kind === 'statement' && other !== file ? [other] : []))
    .filter(({ bundle }) => bundle.statement.member.number === file.bundle.statement.member.number)
    .filter(({ bundle }) => bundle.statement.issuedAt < file.bundle.statement.issuedAt)
    .filter((other) => (headOf(other)?.size ?? Infinity) <= size)
    .toSorted((a, b) => (a.bundle.statement.issuedAt < b.bundle.statement.issuedAt ? 1 : -1));
  const head = older[0]?.bundle.record?.head;
  return head === undefined ? {} : { earlierHead: head };
}

/** A statement beside a certificate of its run; nothing beside one of another run. */
function beside(bundle: Bundle, { file, name }: Proving & { readonly kind: 'certificate' }): readonly Check[] {
  const { content } = file;
  if (bundle.record?.document.fact.run !== content.run) return [];
  const own = bundle.certificate?.content;
  if (own !== undefined && certificateHash(own) !== certificateHash(content))
    return [
      differs('agreement', `${name} is another certificate of this run than the one that came with the statement.`),
    ];
  return looking('agreement', name, () =>
    own === undefined
      ? agreementChecks(content, bundle.statement)
      : [holds('agreement', `${name} is the certificate that came with the statement.`)],
  );
}

/** Two heads of one record and of one size are one head; two certificates of one run are one. */
function sameRecord(file: Proving, other: Proving): Check[] {
  const [own, its] = [headOf(file), headOf(other)];
  const isTwo =
    own !== null && its !== null && own.origin === its.origin && own.size === its.size && own.root !== its.root;
  const isTwice =
    file.kind === 'certificate' &&
    other.kind === 'certificate' &&
    file.file.content.run === other.file.content.run &&
    certificateHash(file.file.content) !== certificateHash(other.file.content);
  return [
    ...(isTwo
      ? [
          differs(
            'earlier',
            `It and ${other.name} speak of ${own.size} entries with two roots: two records were shown.`,
          ),
        ]
      : []),
    ...(isTwice ? [differs('certificate', `It and ${other.name} are two certificates of one run.`)] : []),
  ];
}
