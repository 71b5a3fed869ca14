import type { OperatorLink } from '../modules/access/log-in/operator-links.service.js';
import { type Config, loadConfig } from '../platform/config.js';
import { addressAt } from '../platform/http/public-address.js';
import { openHouse } from './house.js';
import { remembered } from './memory.js';
import { CommandFailed, exitCodes, type Output } from './output.js';

export interface LogInOptions {
  readonly community: string;
  readonly person?: string;
  readonly new: boolean;
  readonly email: string;
  readonly url?: string;
}

/** `log-in`: lets somebody in where no mail goes, first of all the first treasurer. The link is shown once and is in no log. */
export async function logInCommand(out: Output, { new: isNew, url, ...wanted }: LogInOptions): Promise<void> {
  if (isNew && wanted.person === undefined)
    throw new CommandFailed('Say with --person how the new treasurer is named.', exitCodes.usage);
  if (!isNew && wanted.email !== '')
    throw new CommandFailed(
      'An address is given to whoever is new: --new --person NAME --email ADDRESS.',
      exitCodes.usage,
    );
  const config = loadConfig();
  const publicUrl = (url ?? config.publicUrl ?? listening(config)).replace(/\/+$/, '');
  out.busy('Opening the database');
  const house = await openHouse({ ...config, role: 'api', port: 0, publicUrl });
  try {
    if (!house.api) throw new CommandFailed('The API did not start.', exitCodes.failed);
    const { OperatorLinks } = await import('../modules/access/log-in/operator-links.service.js');
    const made = await house.api.get(OperatorLinks, { strict: false }).make({ ...wanted, isNew });
    out.answer(textOf(made, publicUrl), made);
  } finally {
    await house.close();
  }
}

/** Where the service is that people open: this process listens beside it, at a port of its own. */
const listening = (config: Config): string => remembered(config)?.url ?? addressAt(config.host, config.port);

function textOf({ community, person, roles, isNew, link, expiresAt }: OperatorLink, url: string): string {
  const decides = roles.some((role) => role === 'treasurer' || role === 'approver' || role === 'auditor');
  return [
    ...(isNew ? [`${person.name} is new here.`] : []),
    `Link for ${person.name} (${roles.join(', ')}) of ${community}, shown only now:`,
    '',
    `  ${link}`,
    '',
    `It works once, in any browser, until ${expiresAt}. The service has to run at ${url}: npm start.`,
    ...(decides ? ['A second factor is asked for then: have a telephone with an app for codes at hand.'] : []),
  ].join('\n');
}
