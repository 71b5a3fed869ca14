/** Ways to change a bundle: one character of its text, or one value, element or key of what it says. */
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Holder = Record<string | number, Json>;

export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: Json;
}

/** Every value in a tree, the tree itself left out. */
export function placesOf(value: Json, path: readonly (string | number)[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const own = [...path, Array.isArray(value) ? Number(name) : name];
    return [{ path: own, value: item }, ...placesOf(item, own)];
  });
}

const characters = '0123456789abcdefABCDEF+-. "\\,:{}[]/=Zµ';
const pick = <T>(of: readonly T[], random: () => number): T => of[Math.floor(random() * of.length)] as T;

/** One character of a text put in place of another, left out, or written twice. */
export function otherCharacter(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const old = text.charAt(at);
  const way = random();
  if (way < 0.1) return text.slice(0, at) + text.slice(at + 1);
  if (way < 0.2) return text.slice(0, at) + old + text.slice(at);
  const digits = [...'0123456789'];
  const others = (way < 0.7 && /\d/.test(old) ? digits : [...characters]).filter((one) => one !== old);
  return text.slice(0, at) + pick(others, random) + text.slice(at + 1);
}

/** The value at a place changed in a copy: another scalar, an element or a key dropped, an element doubled, two swapped. */
export function otherValue(tree: Json, { path, value }: Place, random: () => number): { copy: Json; way: string } {
  const copy = JSON.parse(JSON.stringify(tree)) as Json;
  const name = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Holder, copy as Holder);
  if (Array.isArray(holder)) {
    const [way, place] = [random(), Number(name)];
    if (way < 0.15) {
      holder.splice(place, 1);
      return { copy, way: 'dropped' };
    }
    if (way < 0.3) {
      holder.splice(place, 0, JSON.parse(JSON.stringify(value)) as Json);
      return { copy, way: 'doubled' };
    }
    if (way < 0.45 && holder.length > 1) {
      const next = (place + 1) % holder.length;
      [holder[place], holder[next]] = [holder[next] as Json, holder[place] as Json];
      return { copy, way: 'swapped' };
    }
  } else if (random() < 0.1) {
    Reflect.deleteProperty(holder, name);
    return { copy, way: 'left out' };
  }
  holder[name] = otherScalar(value, random);
  return { copy, way: 'changed' };
}

function otherScalar(value: Json, random: () => number): Json {
  if (typeof value === 'string') {
    if (value === '') return '1';
    if (/^-?\d+(\.\d+)?$/.test(value) && random() < 0.3) return value.startsWith('-') ? value.slice(1) : `-${value}`;
    return otherCharacter(value, random);
  }
  if (typeof value === 'number') return value + pick([1, -1, 2, 10], random);
  if (typeof value === 'boolean') return !value;
  if (value === null) return 'x';
  return Array.isArray(value) ? [] : {};
}
