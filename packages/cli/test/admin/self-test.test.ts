import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlowError } from '@flowmesh/base';
import { AdminWorld } from '../support/admin.ts';

let world: AdminWorld;

beforeEach(async () => {
  world = await AdminWorld.start();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const SELF_TEST = ['self-test', '--records', '20', '--latency-limit', '1m'];

interface Report {
  readonly steps: readonly { readonly step: string; readonly ok: boolean }[];
}

function oks(report: Report): string[] {
  return report.steps.map(({ step, ok }) => `${step}: ${ok ? 'ok' : 'failed'}`);
}

describe('flowmesh-admin self-test', () => {
  it('writes through every node, reads back, changes a leader and leaves nothing behind', async () => {
    const report = (await world.json(SELF_TEST)) as Report;
    expect(report).toMatchObject({
      ok: true,
      interrupted: false,
      stream: expect.stringMatching(/^flowmesh-self-test-[0-9a-f]{8}$/) as string,
      nodes: 3,
      replicationFactor: 3,
      records: 61,
      latencyMs: {
        p50: expect.any(Number) as number,
        p99: expect.any(Number) as number,
        max: expect.any(Number) as number,
      },
    });
    expect(report.steps[2]).toEqual({
      step: 'append',
      ok: true,
      durationMs: expect.any(Number) as number,
      detail: '60 records acknowledged through 3 nodes',
    });
    expect(oks(report)).toEqual([
      'nodes: ok',
      'create: ok',
      'append: ok',
      'latency: ok',
      'read: ok',
      'transfer leader: ok',
      'read again: ok',
      'delete: ok',
    ]);
    expect(world.cluster.streams.size).toBe(0);
  });

  it('takes its stream away and exits with 10 when a step fails', async () => {
    world.cluster.fate = () => ({
      refuse: new FlowError('CORRUPTION', 'the disk is bad', { hint: 'Replace it.' }),
    });
    const outcome = await world.admin([...SELF_TEST, '-o', 'json']);
    expect(outcome.code).toBe(10);
    const report = JSON.parse(outcome.stdout) as Report;
    expect(oks(report)).toEqual(['nodes: ok', 'create: ok', 'append: failed', 'delete: ok']);
    expect(report.steps[2]).toMatchObject({ error: { code: 'CORRUPTION', hint: 'Replace it.' } });
    expect(world.cluster.streams.size).toBe(0);
  });

  it('judges the slowest acknowledgement', async () => {
    const outcome = await world.admin(['self-test', '--records', '5', '--latency-limit', '0ms']);
    expect(outcome.code).toBe(10);
    expect(outcome.stdout).toMatch(/latency +FAILED .*more than 0 ms \(TIMEOUT\)/);
    expect(outcome.stderr).toContain('hint:  latency: Look at the disks');
    expect(world.cluster.streams.size).toBe(0);
  });

  it('takes its stream away when it is interrupted', async () => {
    const stop = new AbortController();
    world.cluster.fate = () => {
      stop.abort();
      return 'store-in-silence';
    };
    const outcome = await world.admin(SELF_TEST, { interrupted: stop.signal });
    expect(outcome.code).toBe(130);
    expect(world.cluster.streams.size).toBe(0);
  });
});
