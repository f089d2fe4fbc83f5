/** Reads a history that was written as lines of JSON. A last line that is cut off, as a killed runner leaves it, is left out. */
import { readFileSync } from 'node:fs';
import type { Operation } from './operation.ts';

/** Throws where a line in the middle is no operation, or not the next one. */
export function readHistory(file: string): readonly Operation[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const operations: Operation[] = [];
  // What is behind the last line break is not a whole line.
  for (const line of lines.slice(0, -1)) {
    const operation = JSON.parse(line) as Operation;
    if (operation.index !== operations.length)
      throw new Error(`${file}: line ${operations.length + 1} is not operation ${operations.length}`);
    operations.push(operation);
  }
  return operations;
}
