/** The tests that docs/faults.md names exist, in the files that it names, under the sentences that it gives. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const ROW = /^\| .*\| `(?<file>[^`]+\.test\.ts)`: (?<sentence>.+) \|$/u;

const OF_KAFKA = [
  'Timestamp ListOffsets wrong',
  'Commit metadata not round-tripped',
  'CreatePartitions returning an empty array',
  'DescribeConfigs returning nothing',
  'Transaction timeout not validated',
  'IncrementalAlterConfigs APPEND and SUBTRACT crashing',
  'Keyless records on compacted topics',
  'An extra rebalance after max.poll exceeded',
  'UNKNOWN_MEMBER_ID in concurrent rebalances',
  'Aborted data leaking to read_committed',
  'Large messages not rejected',
  'A fetch in mid-batch that hangs the consumer',
] as const;

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

  it('has what small brokers for Kafka’s clients got wrong', () => {
    const text = readFileSync(path.join(root, 'docs/faults.md'), 'utf8');
    expect(OF_KAFKA.filter((fault) => !text.includes(`| ${fault} | `))).toEqual([]);
  });

  it('has a test for every fault', () => {
    expect(named().length).toBeGreaterThan(40);
  });
});
