import { expect } from 'vitest';
import { narrow, type Visitor, wide } from './visitor';

/**
 * Looks at the page as everybody may have it: wide and at 320 px, light and dark. Leaves it wide and light.
 *
 * @param name of the page, for its pictures
 */
export async function expectOpenToAll(visitor: Visitor, name: string): Promise<void> {
  // Whoever only takes the pictures of the guides is on the way past.
  if (process.env['GUIDE_PICTURES'] !== undefined) return;
  for (const size of [narrow, wide]) {
    await visitor.setSize(size);
    expect(await visitor.overhang(), `sideways at ${size.width}`).toBe(0);
    for (const scheme of ['dark', 'light'] as const) {
      await visitor.setScheme(scheme);
      await visitor.picture(`${name}-${size.width}-${scheme}`);
      expect(await visitor.barriers(), `${scheme} at ${size.width}`).toEqual([]);
    }
  }
}
