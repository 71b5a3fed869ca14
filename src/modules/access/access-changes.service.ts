import { Injectable } from '@nestjs/common';
import { assert } from '../../domain/errors.js';
import type { Tx } from '../../platform/database/transactions.js';
import type { Principal } from '../../platform/http/principal.js';

/** Who did something: a person, a device, or the program itself and whoever operates it. */
export interface Actor {
  readonly kind: 'person' | 'device' | 'system';
  /** The person, or the key of the device. */
  readonly id: string | null;
}

/** The program itself, or whoever operates it at its command line. */
export const system: Actor = { kind: 'system', id: null };

/** The actor behind a request. */
export const actorOf = (principal: Principal): Actor => ({
  kind: principal.kind,
  id: principal.personId ?? principal.tokenId,
});

/** What happened to people and keys. `data` holds no personal data: the record outlives the right to have it. */
export interface AccessChange {
  readonly actor: Actor;
  readonly type: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A community at the moment of its founding. */
export interface Founding {
  readonly communityId: string;
  readonly code: string;
  readonly name: string;
  /** Terms that are not to be the usual ones, by name of the policy. */
  readonly policies: Readonly<Record<string, unknown>>;
}

type Listener<Event> = (tx: Tx, event: Event) => Promise<void>;

/**
 * What access tells its neighbours. Access stands first in the order of modules and may call none of them; so the record
 * and the community's policies listen here, and do their part in the transaction that makes the change.
 */
@Injectable()
export class AccessChanges {
  private readonly ofChange: Listener<AccessChange>[] = [];
  private readonly ofFounding: Listener<Founding>[] = [];

  onChange(listener: Listener<AccessChange>): void {
    this.ofChange.push(listener);
  }

  onFounding(listener: Listener<Founding>): void {
    this.ofFounding.push(listener);
  }

  async tell(tx: Tx, change: AccessChange): Promise<void> {
    assert(this.ofChange.length > 0, 'Changes of access are recorded.');
    for (const listener of this.ofChange) await listener(tx, change);
  }

  async tellFounding(tx: Tx, founding: Founding): Promise<void> {
    assert(this.ofFounding.length > 0, 'A community begins with policies.');
    for (const listener of this.ofFounding) await listener(tx, founding);
  }
}
