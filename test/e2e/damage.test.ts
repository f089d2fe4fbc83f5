import { expect, it } from 'vitest';
import { type DamageCase, proveDamage } from './proofs/damage.ts';

const CASES: readonly DamageCase[] = [
  { file: 'wal', rank: 0, injury: { kind: 'flip', at: 0.5 }, stopped: 'killed' },
  { file: 'current', rank: 0, injury: { kind: 'cut', to: 0.6 }, stopped: 'clean' },
  { file: 'manifest', rank: 0, injury: { kind: 'cut', to: 0.9 }, stopped: 'killed' },
];

it('heals a node whose files were damaged, and loses nothing', async () => {
  const lines: string[] = [];
  const { findings, verdict, failures, broken } = await proveDamage({
    cases: CASES,
    recordsPerSecond: 100,
    partitions: 2,
    valueBytes: 300,
    healTimeoutMs: 180_000,
    report: (line) => lines.push(line),
  });
  expect(broken, lines.join('\n')).toEqual([]);
  expect(findings.map(({ outcome }) => outcome)).toMatchObject([
    { kind: 'replaced', code: 'AMNESIA' },
    { kind: 'replaced', code: 'CORRUPTION' },
    { kind: 'replaced', code: 'CORRUPTION' },
  ]);
  expect(verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
  expect(verdict.acknowledged).toBeGreaterThan(100);
  expect(failures).toEqual({});
});
