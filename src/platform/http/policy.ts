import { SetMetadata } from '@nestjs/common';
import type { Role } from './principal.js';

/**
 * Who may call a route stands at the route. The guard of modules/access reads it and refuses a route that says nothing;
 * the OpenAPI document prints it as `x-roles`.
 */

export type Policy = { readonly public: true } | Restricted;

export interface Restricted {
  readonly roles: readonly Role[];
  /** Whether somebody is let in whose session still lacks a compulsory second factor: to prove it, or to set it up. */
  readonly incomplete?: true;
  /** Whether the key may also come as the parameter `apikey`, in the address or in a form. */
  readonly apikey?: true;
}

export const policyKey = 'commonmeter:policy';

/** Lets the named roles through. What they see within is the service's matter. */
export const Allow = (first: Role, ...others: Role[]) =>
  SetMetadata<string, Policy>(policyKey, { roles: [first, ...others] });

/** Lets people through, also those who still have to prove or to set up a second factor: the routes with which they do. */
export const AllowIncomplete = () =>
  SetMetadata<string, Policy>(policyKey, {
    roles: ['treasurer', 'approver', 'auditor', 'installer', 'member'],
    incomplete: true,
  });

export const stepUpKey = 'commonmeter:step-up';

/** Asks a session for a second factor that was proved within the last five minutes. Tokens, which machines hold, are not asked. */
export const StepUp = () => SetMetadata<string, true>(stepUpKey, true);

/**
 * Lets devices through, which may send their key as the parameter `apikey` too: many can set an address and no header. An
 * address is written down by whoever hands it on, so a person's token is no use there.
 */
export const AllowDevices = () => SetMetadata<string, Policy>(policyKey, { roles: ['device'], apikey: true });

/** Lets everybody through, without a token. */
export const Public = () => SetMetadata<string, Policy>(policyKey, { public: true });
