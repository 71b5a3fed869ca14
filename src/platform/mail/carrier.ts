import nodemailer, { type Transporter } from 'nodemailer';
import { assert } from '../../domain/errors.js';
import { type Config, mailAddress } from '../config.js';
import type { Letter } from './letter.js';

/** What became of a mail that was handed over: taken, or refused for good. What may go better later is thrown. */
export type Handover = { readonly taken: true } | { readonly taken: false; readonly reason: string };

/** The way to the mail server. */
export class Carrier {
  private readonly transport: Transporter;

  constructor(
    smtpUrl: string,
    private readonly from: string,
  ) {
    this.transport = nodemailer.createTransport({ ...patience, ...safety(smtpUrl), url: smtpUrl });
  }

  /** The carrier of a configuration; none where no server is named. */
  static of({ smtpUrl, mailFrom }: Config): Carrier | undefined {
    if (!smtpUrl) return undefined;
    assert(mailFrom, 'A configuration that names a mail server names the sender.');
    return new Carrier(smtpUrl.reveal(), mailFrom);
  }

  /**
   * Hands a mail over and waits for the server to say that it has it.
   *
   * @param at when it was written; with the message id it makes a second handover the same bytes as the first
   * @throws what may go better later: no connection, a full house
   */
  async hand(letter: Letter, to: string, messageId: string, at: Date): Promise<Handover> {
    try {
      await this.transport.sendMail({
        from: { name: letter.from, address: this.from },
        to: { name: '', address: to },
        ...(mailAddress.test(letter.replyTo) ? { replyTo: letter.replyTo } : {}),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        attachments: letter.attachments.map((attachment) => ({ ...attachment })),
        messageId,
        date: at,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return { taken: true };
    } catch (error) {
      const code = (error as { responseCode?: unknown }).responseCode;
      if (typeof code === 'number' && code >= 500 && code < 600)
        return { taken: false, reason: `The server said ${code}.` };
      throw error;
    }
  }

  close(): void {
    this.transport.close();
  }
}

const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** A log-in is written in these mails: they do not go over the wire in clear unless whoever runs the house says so. */
const safety = (url: string) => {
  const { hostname, searchParams } = new URL(url);
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return { requireTLS: !isHere && searchParams.get('ignoreTLS') !== 'true' };
};
