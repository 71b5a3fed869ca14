import { SetMetadata } from '@nestjs/common';
import type { Role } from './principal.js';

/**
 * Who may call a route stands at the route. The guard of modules/access reads it and refuses a route that says nothing;
 * the OpenAPI document prints it as `x-roles`.
 */

export type Policy = { readonly public: true } | { readonly roles: readonly Role[] };

export const policyKey = 'commonmeter:policy';

/** Lets the named roles through. What they see within is the service's matter. */
export const Allow = (first: Role, ...others: Role[]) =>
  SetMetadata<string, Policy>(policyKey, { roles: [first, ...others] });

/** Lets everybody through, without a token. */
export const Public = () => SetMetadata<string, Policy>(policyKey, { public: true });
