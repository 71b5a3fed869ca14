import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/*
 * Those that look at pages share one demo, so that their order is part of what they see: first what belongs to the month that is over, then the
 * month that is billed, and last what takes something away from everybody. All others as their names have it, on every machine alike.
 */
const [first, last] = [
  ['own', 'month'],
  ['erasure', 'settings'],
];

const placeOf = ({ moduleId }: TestSpecification): string => {
  const name = basename(moduleId).replace(/\.spec\.tsx?$/, '');
  if (first.includes(name)) return `0 ${String(first.indexOf(name))}`;
  return last.includes(name) ? `2 ${name}` : `1 ${name}`;
};

export class InOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1)));
  }
}
