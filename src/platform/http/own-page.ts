import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.js';
import type { Config } from '../config.js';
import { formType } from './bodies.js';

/*
 * A browser sends a cookie along whoever wrote the page. So whatever changes something in the name of a cookie has to come from a page
 * of ours, and says so in three ways that no foreign page can imitate: a header of our own, which a foreign page may not set without
 * asking; an Origin that is ours; and no body of a kind that a mere form could send. SameSite=Lax is the fourth.
 */

/** What a page of ours sends along: `web`, or `background` where nobody touched anything, so that a session may fall asleep. */
export const clientHeader = 'commonmeter-client';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something. */
export const mayChange = ({ method }: FastifyRequest): boolean => !harmless.has(method);

/** Whether nobody sits before the page that asks: it looks for news by itself. */
export const isInBackground = ({ headers }: FastifyRequest): boolean => headers[clientHeader] === 'background';

/**
 * Refuses what does not come from a page of ours.
 *
 * @throws DomainError `foreign-page`
 */
export function refuseForeignPage({ publicUrl }: Pick<Config, 'publicUrl'>, request: FastifyRequest): void {
  const { headers } = request;
  const own = publicUrl === undefined ? `http://${headers.host ?? ''}` : new URL(publicUrl).origin;
  const missing = [
    ...(headers[clientHeader] === undefined ? [`the header ${clientHeader}`] : []),
    ...(headers.origin === own ? [] : [`an Origin of ${own}`]),
    ...(['same-origin', undefined].includes(headers['sec-fetch-site']) ? [] : ['a page of ours']),
    ...(headers['content-type']?.startsWith(formType) ? ['a body that is no form'] : []),
  ];
  if (missing.length === 0) return;
  throw new DomainError('foreign-page', `With a cookie this needs ${missing.join(', ')}.`);
}
