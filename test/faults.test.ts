/** The tests that docs/faults.md names exist, in the files that it names, under the sentences that it gives. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const ROW = /^\| .*\| `(?<file>[^`]+\.test\.ts)`: (?<sentence>.+) \|$/u;

interface Named {
  readonly file: string;
  readonly sentence: string;
}

function named(): readonly Named[] {
  return readFileSync(path.join(root, 'docs/faults.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('.test.ts'))
    .map((line) => {
      const { file = '', sentence = '' } = ROW.exec(line)?.groups ?? {};
      if (file === '') throw new Error(`not a row: ${line}`);
      return { file, sentence };
    });
}

describe('the table of faults', () => {
  it('names tests that exist', () => {
    const missing = named().filter(({ file, sentence }) => {
      const source = path.join(root, file);
      return !existsSync(source) || !readFileSync(source, 'utf8').includes(`('${sentence}'`);
    });
    expect(missing).toEqual([]);
  });

  it('has a test for every fault', () => {
    expect(named().length).toBeGreaterThan(40);
  });
});
