import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/calendar/period.js';

/** A mail before it is sent. */
export interface Letter {
  /** Who writes: the name of the community. The address is the installation's. */
  readonly from: string;
  /** Where an answer reaches a person; empty where the community named none. */
  readonly replyTo: string;
  /** The facts, so that a list of subjects is a list of facts. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
  /** After this instant there is no use in sending it; null for never. */
  readonly until: Instant | null;
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** One kind of mail: what it says is made of facts when it is sent or looked at, and kept nowhere. */
export interface LetterKind {
  readonly kind: string;
  /** Whether what it says may be read by the treasurer outside of a demo: never where it opens a door. */
  readonly isReadable: boolean;
  /** Its subject alone, where that is known without writing the whole. */
  subject?(communityId: string, subjectId: string): Promise<string | null>;
  /** Writes it; null where what it was about is not there any more. */
  write(communityId: string, subjectId: string): Promise<Letter | null>;
}

/**
 * The name of a mail among all mails. It follows from what the mail is about, so that a mail that is handed over a second time, because
 * nobody can know whether the first time was heard, is known as the same by whoever gets both.
 *
 * @param copy how often what it is about was sent before: what somebody sends again is another mail
 */
export function messageId(communityId: string, kind: string, subjectId: string, copy: number, host: string): string {
  const about = [communityId, kind, subjectId, ...(copy === 0 ? [] : [copy])].join(' ');
  return `<${createHash('sha256').update(about).digest('hex').slice(0, 32)}@${host}>`;
}

/** What a page of a mail holds: sentences, and at most one button. */
export interface LetterPage {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly button?: { readonly label: string; readonly url: string };
  readonly foot: string;
}

/** The plain part: what the page says, for eyes and programs that want no page. */
export const plainLetter = ({ title, paragraphs, button, foot }: LetterPage): string =>
  [title, ...paragraphs, ...(button ? [`${button.label}:\n${button.url}`] : []), `-- \n${foot}`].join('\n\n') + '\n';

/** The page: no picture, no script, nothing that is fetched, so that nobody learns that it was opened. */
export const pageLetter = ({ title, paragraphs, button, foot }: LetterPage): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escaped(title)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:36em;margin:0 auto">
<h1 style="font-size:20px;line-height:1.3;margin:0 0 16px">${escaped(title)}</h1>
${paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text).replaceAll('\n', '<br>')}</p>`).join('\n')}
${
  button
    ? `<p style="margin:24px 0"><a href="${escaped(button.url)}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#0b5d4e;color:#ffffff;text-decoration:none;font-weight:600">${escaped(button.label)}</a></p>
<p style="margin:0 0 16px;font-size:14px;word-break:break-all">${escaped(button.url)}</p>`
    : ''
}
<p style="margin:24px 0 0;font-size:14px;opacity:.75">${escaped(foot).replaceAll('\n', '<br>')}</p>
</div></body></html>
`;

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
