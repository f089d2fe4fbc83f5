/** What docs/guarantees.md names exists: workloads, faults, and tests under the sentences that it gives; and it leaves out no workload and no fault. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEMESES } from '../nemeses/nemeses.ts';
import { WORKLOAD_NAMES } from '../workloads/workloads.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

/** Cells of the rows of a section, without its head. */
function rowsOf(section: string): readonly (readonly string[])[] {
  const text = readFileSync(path.join(root, 'docs', 'guarantees.md'), 'utf8');
  const part = text.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? '';
  const rows = part.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

const quoted = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

function testIsThere(cell = ''): boolean {
  const { file = '', sentence = '' } = /^`(?<file>[^`]+)`: (?<sentence>.+)$/u.exec(cell)?.groups ?? {};
  const source = path.join(root, file);
  return file !== '' && existsSync(source) && readFileSync(source, 'utf8').includes(`'${sentence}'`);
}

describe('the table of guarantees', () => {
  it('has a workload for every operation, and an operation for every workload', () => {
    const rows = rowsOf('Operations');
    const named = rows.map(([, , workloads]) => quoted(workloads));
    expect(named.every((names) => names.length > 0)).toBe(true);
    expect([...new Set(named.flat())].toSorted()).toEqual([...WORKLOAD_NAMES].toSorted());
  });

  it('names every fault that there is', () => {
    const named = rowsOf('Faults').flatMap(([fault]) => quoted(fault));
    expect(named.toSorted()).toEqual(NEMESES.map(({ name }) => name).toSorted());
  });

  it('names tests that exist', () => {
    const cells = [...rowsOf('Operations'), ...rowsOf('Faults')].map((row) => row.at(-1));
    expect(cells.filter((cell) => !testIsThere(cell))).toEqual([]);
  });
});
