import type { Instant } from '../../../domain/calendar/period.js';
import { type Letter, pageLetter, plainLetter } from '../../../platform/mail/letter.js';

/** What is told to somebody who asked for a link. */
export interface LinkFacts {
  readonly name: string;
  readonly community: string;
  readonly locale: string;
  readonly contact: string;
  readonly expiresAt: Instant;
  readonly url: string;
}

interface Words {
  readonly subject: (community: string) => string;
  readonly title: (name: string) => string;
  readonly open: (community: string) => string;
  readonly once: string;
  readonly notYou: string;
  readonly button: string;
  readonly foot: (community: string) => string;
}

const english: Words = {
  subject: (community) => `Log in to ${community}: the link works for 15 minutes`,
  title: (name) => `Hello ${name},`,
  open: (community) => `here is your link to ${community}. Open it in the browser in which you asked for it.`,
  once: 'It works once, and for 15 minutes.',
  notYou: 'You did not ask for it? Then do nothing: without this link nobody gets in. Do not pass it on.',
  button: 'Log in',
  foot: (community) => `${community}, by Commonmeter. Nobody will ever ask you for this link.`,
};

const german: Words = {
  subject: (community) => `Anmelden bei ${community}: der Link gilt 15 Minuten`,
  title: (name) => `Guten Tag ${name},`,
  open: (community) =>
    `hier ist Ihr Link zu ${community}. Öffnen Sie ihn in dem Browser, in dem Sie ihn verlangt haben.`,
  once: 'Er gilt einmal und 15 Minuten lang.',
  notYou:
    'Sie haben ihn nicht verlangt? Dann tun Sie nichts: ohne diesen Link kommt niemand hinein. Geben Sie ihn nicht weiter.',
  button: 'Anmelden',
  foot: (community) => `${community}, mit Commonmeter. Niemand wird Sie je nach diesem Link fragen.`,
};

/** The mail with a link, in the language of the community. */
export function writeLinkLetter({ name, community, locale, contact, expiresAt, url }: LinkFacts): Letter {
  const words = locale.startsWith('de') ? german : english;
  const page = {
    title: words.title(name),
    paragraphs: [words.open(community), words.once, words.notYou],
    button: { label: words.button, url },
    foot: words.foot(community),
  };
  return {
    from: community,
    replyTo: contact,
    subject: words.subject(community),
    text: plainLetter(page),
    html: pageLetter(page),
    attachments: [],
    until: expiresAt,
  };
}
