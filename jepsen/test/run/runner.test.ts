import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/e2e/harness/cluster.ts';
import { runRequest } from '../../run/request.ts';
import { sweep } from '../../run/run-folder.ts';

const MAIN = path.join(import.meta.dirname, '..', '..', 'main.ts');
let out: string;

beforeEach(() => {
  out = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-jepsen-'));
});

afterEach(() => rmSync(out, { recursive: true, force: true }));

/** Processes that have a file of the folder on their command line. */
function nodesOf(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}${path.sep}`) && pid !== process.pid
        );
      } catch {
        return false;
      }
    });
}

describe('a run', () => {
  it('finds nothing wrong with this build under a kill and a partition, and leaves a report', async () => {
    const results = await runRequest(
      {
        workload: 'kv-counting+kv-register',
        nemesis: 'kill:leader,partition:halves',
        seed: 1,
        nodes: 3,
        lengthMs: 15_000,
        rate: 50,
      },
      { out, say: () => undefined, signal: new AbortController().signal },
    );
    expect(results.map(({ workload }) => workload)).toEqual(['kv-counting', 'kv-register']);
    for (const result of results) {
      expect(result.error).toBeUndefined();
      expect(result.verdicts.filter(({ valid }) => valid !== true)).toEqual([]);
      expect(result.availability.counts.ok).toBeGreaterThan(0);
      const folder = path.join(out, result.name);
      expect(readdirSync(folder)).toEqual(
        expect.arrayContaining(['report.html', 'result.json', 'history.jsonl']),
      );
      expect(existsSync(path.join(folder, result.logs, 'schedule.json'))).toBe(true);
      expect(existsSync(path.join(folder, result.logs, 'node-1'))).toBe(true);
      expect(existsSync(path.join(folder, result.logs, 'node-1', 'disk'))).toBe(false);
    }
    expect(nodesOf(out)).toEqual([]);
  });
});

describe('a node that runs on a copy of another one’s disk for a while', () => {
  it('has its own again afterwards, whoever the cluster took for the original, and the cluster is whole', async () => {
    const schedule = [1, 2].map((turn) => ({
      nemesis: 'replace',
      variant: 'cloned',
      order: [turn, 3, 3 - turn],
      amount: 0,
      atMs: 1_000,
      forMs: 6_000,
    }));
    const results = await runRequest(
      {
        workload: 'kv-counting',
        nemesis: 'replace:cloned',
        seed: 1,
        nodes: 3,
        lengthMs: 40_000,
        rate: 20,
        schedule,
      },
      { out, say: () => undefined, signal: new AbortController().signal },
    );
    expect(results.map(({ error }) => error)).toEqual([undefined]);
    expect(results.flatMap(({ verdicts }) => verdicts).filter(({ valid }) => valid !== true)).toEqual([]);
    expect(results.flatMap(({ availability }) => availability.faults).filter(({ failed }) => failed)).toEqual(
      [],
    );
  });
});

describe.skipIf(process.platform !== 'linux')('a runner that is killed', () => {
  it('leaves no node behind, at the latest after the next one has swept', async () => {
    const child = spawn(process.execPath, [MAIN, '--out', out, '--minutes', '5', '--nemesis', 'none'], {
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    try {
      const started = (): boolean =>
        nodesOf(out).filter((pid) => pid !== child.pid && /broker.src.main/.test(commandOf(pid))).length ===
        3;
      await until(started, 120_000, () => 'the nodes have not been started');
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
    expect(sweep(out).length).toBeGreaterThan(0);
    await until(
      () => nodesOf(out).length === 0,
      30_000,
      () => `still there: ${nodesOf(out).map(commandOf).join('; ')}`,
    );
    expect(sweep(out)).toEqual([]);
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
