import type { Policy } from '../../api/generated/types.gen';
import type { SettingsKey } from '../../messages/settings';

/*
 * The problem: there are some twenty policies, and each has terms of its own. A form for each would be twenty forms that say the same.
 *
 *   {maxPerHour: null, mode: 'block'} of the check "physical-limit"   →   two fields: a choice, and a figure that may be empty
 *
 * Method: every leaf of the present terms is a field, addressed by its path; what kind it is follows from its name and its value. What may be left out is listed here,
 * so that it has a field too. Lists of entries are edited as they are written. The service judges what was typed, and names the place.
 */

export type PolicyName = Policy['name'];
export type Terms = Readonly<Record<string, unknown>>;

/** A term that stands alone. */
export interface Field {
  readonly path: readonly string[];
  readonly kind: 'yes-no' | 'choice' | 'count' | 'text' | 'long' | 'list';
  readonly options: readonly string[];
  /** What an empty field means; undefined where it may not be empty. */
  readonly empty: 'null' | 'left-out' | 'text' | undefined;
}

const leftOut: Readonly<Partial<Record<PolicyName, readonly string[]>>> = {
  tax: ['documentTitle', 'simplifiedUpTo'],
  'payment-details': ['sortCode', 'accountNumber', 'iban'],
};
const counts = new Set(['keepMonths', 'payloadMonths', 'photoMonths', 'mailMonths', 'sessionMonths']);
const nullable = new Set([
  ...[...counts, 'vatNumber', 'metered', 'standing', 'unmetered', 'commonParts', 'spaceWork', 'maxPerHour'],
]);
const roundings = ['half-up', 'half-even', 'down', 'up'];
export const optionsOf: Readonly<Record<string, readonly string[]>> = {
  rounding: roundings,
  stepRounding: ['half-up', 'up', 'down'],
  keys: ['treasurer', 'second-person', 'recorded-vote'],
  rule: ['by-month', 'by-day'],
  sharedBy: ['all-use', 'taxable-use'],
  billedIn: ['m3', 'kWh'],
  mode: ['off', 'warn', 'block'],
};

/** The same for one community: nobody changes that two people approve. */
export const isFixed = (name: PolicyName): boolean => name === 'approval';

const isGroup = (value: unknown): value is Terms =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every term of a policy, in its order. */
export function fieldsOf(name: PolicyName, terms: Terms, path: readonly string[] = []): readonly Field[] {
  const own = Object.entries(terms).flatMap(([key, value]) =>
    isGroup(value) ? fieldsOf(name, value, [...path, key]) : [fieldOf(name, [...path, key], value)],
  );
  const others = path.length > 0 ? [] : (leftOut[name] ?? []).filter((key) => !(key in terms));
  return [...own, ...others.map((key) => fieldOf(name, [key], null))];
}

function fieldOf(name: PolicyName, path: readonly string[], value: unknown): Field {
  const key = path.at(-1) ?? '';
  const options = typeof value === 'string' ? (optionsOf[key] ?? []) : [];
  const kind = Array.isArray(value)
    ? 'list'
    : typeof value === 'boolean'
      ? 'yes-no'
      : options.length > 0
        ? 'choice'
        : typeof value === 'number' || counts.has(key)
          ? 'count'
          : key === 'complaints'
            ? 'long'
            : 'text';
  const empty = leftOut[name]?.includes(key)
    ? 'left-out'
    : nullable.has(key)
      ? 'null'
      : key === 'complaints'
        ? 'text'
        : undefined;
  return { path, kind, options, empty };
}

/** The name by which a form knows a field. */
export const nameOf = ({ path }: Pick<Field, 'path'>): string => path.join('.');

/** What stands alone, as a text; nothing is an empty one. */
export const written = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** Every term as a text that can be edited. */
export function textsOf(fields: readonly Field[], terms: Terms): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map((field) => {
      const value = field.path.reduce<unknown>((part, key) => (isGroup(part) ? part[key] : undefined), terms);
      const text = field.kind === 'list' ? JSON.stringify(value, null, 2) : written(value);
      return [nameOf(field), text];
    }),
  );
}

/**
 * The terms that the texts stand for. A count is a whole number on the wire; every other figure stays a text.
 *
 * @throws SyntaxError where a list is none
 */
export function termsOf(fields: readonly Field[], texts: Readonly<Record<string, string>>): Terms {
  const terms: Record<string, unknown> = {};
  for (const field of fields) {
    const text = (texts[nameOf(field)] ?? '').trim();
    if (text === '' && field.empty === 'left-out') continue;
    const value =
      text === '' && field.empty === 'null'
        ? null
        : field.kind === 'list'
          ? (JSON.parse(text) as unknown)
          : field.kind === 'yes-no'
            ? text === 'true'
            : field.kind === 'count' && /^\d+$/.test(text)
              ? +text
              : text;
    put(terms, field.path, value);
  }
  return terms;
}

function put(terms: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    terms[key] = value;
    return;
  }
  terms[key] ??= {};
  put(terms[key] as Record<string, unknown>, rest, value);
}

/** How a policy is called; and what a term of it is called. */
export const policyWord = (name: PolicyName): SettingsKey => `policy.${name}`;

/** The version that holds on a day. */
export const inForce = (versions: readonly Policy[], on: string): Policy | undefined =>
  versions.find(({ days }) => days.from <= on && (days.to === null || days.to > on));
