import type { Instant } from '../../../domain/calendar/period.js';
import type { DomainErrorCode } from '../../../domain/errors.js';
import type { Judgement, SignedText } from '../signatures/signed-text.js';
import type { DeviceScope, Principal } from '../../../platform/http/principal.js';

/** Who sends readings. A scope of null reaches every meter of the community. */
export interface Sender {
  readonly kind: 'person' | 'device' | 'system';
  readonly id: string | null;
  readonly scope: DeviceScope | null;
  /** Whether what it sends counts only with a signature that holds. */
  readonly mustSign?: boolean;
}

export const senderOf = (principal: Principal): Sender => ({
  kind: principal.kind,
  id: principal.personId ?? principal.tokenId,
  scope: principal.kind === 'device' ? (principal.scope ?? {}) : null,
  ...(principal.mustSign === true ? { mustSign: true } : {}),
});

/** What was sent in one go. */
export interface Push {
  readonly sender: Sender;
  /** By what way it came: `http`, or the name of a file. */
  readonly source: string;
  readonly receivedAt: Instant;
  readonly items: readonly unknown[];
  /** SHA-256 of the file it came from, hexadecimal. */
  readonly sha256?: string;
  /** Whether the items are what we made of the payload of a device, which cannot know the unit of the register: see `fitted`. */
  readonly isTranslated?: boolean;
  /** What its device signed. Such a push is a batch of its own. */
  readonly signed?: SignedText;
}

export const statuses = ['created', 'duplicate', 'conflict', 'held', 'unclaimed', 'rejected'] as const;
export type Status = (typeof statuses)[number];

/** Why an item was not simply stored. */
export interface ResultProblem {
  readonly type: string;
  readonly code: DomainErrorCode;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

export interface ItemResult {
  readonly index: number;
  readonly status: Status;
  readonly problem?: ResultProblem;
}

export type Summary = Record<Status, number>;

export interface TakeResult {
  readonly results: readonly ItemResult[];
  readonly summary: Summary;
  /** The batch under which what came is kept. */
  readonly batchNo: string;
  /** What came of its signature, where it had one. */
  readonly signature?: Judgement;
}
