import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.js';

/*
 * Our cookies. Each is named `__Host-…`: a browser takes such a name only from a secure page, for this host alone and for all of its
 * paths, so that no neighbour under the same domain can put one there.
 *
 * The one exception is a service on this machine, asked by this machine's own name, as in the demo: there is no certificate, browsers
 * differ in whether they call it secure, and the wire is none. There the name goes without the prefix and the cookie without `Secure`.
 */

const loopback = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|::1)$/;
const nameOf = (host: string): string => host.replace(/:\d+$/, '');

/** Whether a service listens to its own machine only, and is known by no other address. */
export const isOnLoopback = ({ host, publicUrl }: Pick<Config, 'host' | 'publicUrl'>): boolean =>
  loopback.test(host) &&
  (publicUrl === undefined || (publicUrl.startsWith('http:') && loopback.test(new URL(publicUrl).hostname)));

/** Whether a request names this machine by itself. What a proxy hands on came from elsewhere. */
export const isToLoopback = ({ headers }: FastifyRequest): boolean =>
  loopback.test(nameOf(headers.host ?? '')) &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined;

const plain = (config: Config, request: FastifyRequest): boolean => isOnLoopback(config) && isToLoopback(request);

/** The value of a cookie of ours; undefined where the request has none, or several, which no browser of ours sends. */
export function readCookie(config: Config, request: FastifyRequest, name: string): string | undefined {
  const wanted = `${plain(config, request) ? '' : '__Host-'}${name}=`;
  const found = (request.headers.cookie ?? '')
    .split(/; */)
    .filter((pair) => pair.startsWith(wanted))
    .map((pair) => pair.slice(wanted.length));
  return found.length === 1 ? found[0] : undefined;
}

/** Sets a cookie that no script can read and no other site can send along. @param value of characters that need no quoting; null removes it */
export function writeCookie(
  config: Config,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, value, seconds }: { readonly name: string; readonly value: string | null; readonly seconds: number },
): void {
  const isPlain = plain(config, request);
  const parts = [
    `${isPlain ? '' : '__Host-'}${name}=${value ?? ''}`,
    'Path=/',
    `Max-Age=${value === null ? 0 : Math.max(0, Math.trunc(seconds))}`,
    ...(isPlain ? [] : ['Secure']),
    'HttpOnly',
    'SameSite=Lax',
  ];
  const earlier = reply.getHeader('set-cookie');
  void reply.removeHeader('set-cookie');
  const cookies = earlier === undefined ? [] : Array.isArray(earlier) ? earlier : [String(earlier)];
  void reply.header('set-cookie', [...cookies, parts.join('; ')]);
}
