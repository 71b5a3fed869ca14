import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InProcess, inProcess } from '../support/in-process.js';

/** The document of the API is what a generator of clients can work with. */

let service: InProcess;
let text: string;

beforeAll(async () => {
  service = await inProcess();
  text = (await service.ask('GET', '/openapi.json')).text;
});
afterAll(() => service.close());

describe('the document of the API', () => {
  it('refers only to what is in it', () => {
    const document = JSON.parse(text) as object;
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference));
    expect(references).toContain('#/components/schemas/Problem');
    const missing = [...references].filter((reference) => {
      const steps = reference.split('/');
      return steps[0] !== '#' || steps.slice(1).reduce<unknown>(inside, document) === undefined;
    });
    expect(missing).toEqual([]);
  });

  it('is written without a database too, to the last character: clients are made from it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'commonmeter-openapi-'));
    const file = join(folder, 'openapi.json');
    execFileSync(process.execPath, ['dist/scripts/openapi.js', file]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    rmSync(folder, { recursive: true });
  });

  it('leaves to HTTP the headers that are its own', () => {
    expect(text).not.toMatch(
      /"name":"(accept|content-type|authorization)","in":"header"|"in":"header","name":"(accept|content-type|authorization)"/i,
    );
  });

  it('names every operation once, in words that a link can carry', () => {
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(90);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[A-Za-z]+$/.test(id ?? ''))).toEqual([]);
  });
});

const inside = (place: unknown, step: string): unknown =>
  typeof place === 'object' && place !== null ? (place as Record<string, unknown>)[step] : undefined;
