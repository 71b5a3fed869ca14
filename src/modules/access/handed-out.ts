import type { Instant } from '../../domain/calendar/period.js';
import { DomainError } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Person } from './access.schema.js';
import { revokeTokens } from './keys.js';
import { factorsOf, forgetFactors } from './log-in/factor-rows.js';
import { voidLinks } from './log-in/link-rows.js';

/*
 * Four eyes are two people. Whoever hands somebody the means to approve must not keep any, so what an approver approves with comes through
 * other hands only while the approver has nothing of their own; and becoming an approver ends whatever was handed out before.
 */

/** Whether an approver has something that works: a token, a passkey or an app. */
async function hasOwn(tx: Tx, communityId: string, personId: string, now: Instant): Promise<boolean> {
  const live = await tx.query(
    `SELECT id FROM access_token WHERE community_id = $1 AND person_id = $2 AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > $3) LIMIT 1`,
    [communityId, personId, now],
  );
  const { passkeys, authenticator } = await factorsOf(tx, communityId, personId);
  return live.length > 0 || passkeys > 0 || authenticator;
}

const isApprover = ({ roles }: Person): boolean => roles.some(({ role }) => role === 'approver');

/** @throws DomainError `four-eyes` where an approver can make tokens alone */
export async function refuseSecondToken(tx: Tx, communityId: string, person: Person, now: Instant): Promise<void> {
  if (!isApprover(person) || !(await hasOwn(tx, communityId, person.id, now))) return;
  throw new DomainError(
    'four-eyes',
    'This approver has a token or a log-in that works and makes further tokens alone; revoke the token if it is lost.',
  );
}

/** Another address is another mailbox, and a log-in begins there. @throws DomainError `four-eyes` where an approver's would be taken from them */
export async function refuseAddress(tx: Tx, communityId: string, person: Person, now: Instant): Promise<void> {
  if (!isApprover(person) || !(await hasOwn(tx, communityId, person.id, now))) return;
  throw new DomainError(
    'four-eyes',
    'This approver logs in already, and a log-in begins with the address. Take the role away, change the address, and give the role again.',
  );
}

/** Ends everything a person could approve with. */
export async function endMeans(tx: Tx, communityId: string, personId: string, now: Instant): Promise<void> {
  await revokeTokens(tx, communityId, personId, now);
  await forgetFactors(tx, communityId, personId);
  await voidLinks(tx, communityId, personId, now);
}
