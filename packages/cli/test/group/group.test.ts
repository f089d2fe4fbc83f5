/** Groups live in coordinators, so these tests have a real broker. */
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { type Outcome, run, type RunOptions } from '../support/run.ts';

let broker: TestBroker;
let mesh: FlowMesh;

beforeAll(async () => {
  broker = await startBroker();
  mesh = await broker.mesh();
  await mesh.streams.create({ name: 'orders', partitions: 2 });
  const producer = mesh.producer();
  for (const partition of [0, 1])
    for (let i = 0; i < 10; i += 1) await producer.send({ stream: 'orders', partition, value: String(i) });
});

afterAll(async () => {
  await broker.stop();
});

function group(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(['group', ...argv, '--url', broker.endpoints.join(',')], options);
}

const json = ({ stdout }: Outcome): unknown => JSON.parse(stdout);

/** A group that has read 7 of partition 0 and 4 of partition 1. */
async function billing(): Promise<void> {
  const at = (partition: number, offset: number) => ({ stream: 'orders', partition, offset });
  await mesh.groups.commit('billing', [at(0, 7), at(1, 4)]);
}

describe('flowmesh group', () => {
  it('lists and describes, with JSON that programs can rely on', async () => {
    await billing();
    const summary = { group: 'billing', state: 'empty', members: 0, epoch: 0, rebalances: 0 };
    expect(json(await group(['list', '--prefix', 'bill', '-o', 'json']))).toMatchObject([summary]);
    expect(json(await group(['list', '--prefix', 'nobody', '-o', 'json']))).toEqual([]);
    expect(json(await group(['describe', 'billing', '-o', 'json']))).toMatchObject({
      ...summary,
      memberInfos: [],
      partitions: [
        { stream: 'orders', partition: 0, committedOffset: 7, highWatermark: 10, lag: 3, memberId: '' },
        { stream: 'orders', partition: 1, committedOffset: 4, highWatermark: 10, lag: 6, memberId: '' },
      ],
    });
    const table = await group(['describe', 'billing']);
    expect(table.stdout).toMatch(/^group: +billing\nstate: +empty\n/);
    expect(table.stdout).toMatch(/\nlag: +9\n/);
    expect(table.stdout).toMatch(/\nPARTITION +COMMITTED +END +LAG +BEHIND +MEMBER\norders\/0 +7 +10 +3 /);
    expect((await group(['list', '-o', 'raw'])).stdout).toContain('billing\n');
  });

  it('resets: shows it first, changes what was asked for, and takes it back', async () => {
    await billing();
    const place = (partition: number, before: number, after: number) => ({
      stream: 'orders',
      partition,
      before,
      after,
    });
    const dry = await group(['reset', 'billing', '--to', 'earliest', '--dry-run', '-o', 'json']);
    expect(json(dry)).toEqual([place(0, 7, 0), place(1, 4, 0)]);
    expect(dry.stderr).toContain('Nothing was changed');
    const unconfirmed = await group(['reset', 'billing', '--to', 'earliest']);
    expect(unconfirmed.code).toBe(2);
    expect(unconfirmed.stderr).toContain(
      'Reset 2 partitions of group billing? 11 offsets are read again, 0 are skipped.',
    );
    const shifted = await group([
      'reset',
      'billing',
      '--shift=-2',
      '--stream',
      'orders/0',
      '--yes',
      '-o',
      'json',
    ]);
    expect(json(shifted)).toEqual([place(0, 7, 5)]);
    expect(shifted.stderr).toContain('flowmesh group undo-reset billing');
    expect(json(await group(['undo-reset', 'billing', '-o', 'json']))).toEqual([place(0, 5, 7)]);
    const latest = await group([
      'reset',
      'billing',
      '--to',
      'latest',
      '--stream',
      'orders',
      '--yes',
      '-o',
      'json',
    ]);
    expect(json(latest)).toEqual([place(0, 7, 10), place(1, 4, 10)]);
    const offset = await group(['reset', 'billing', '--to', '3', '--yes', '-o', 'json']);
    expect(json(offset)).toEqual([place(0, 10, 3), place(1, 10, 3)]);
  });

  it('refuses to reset or delete a group whose members are active', async () => {
    const stop = new AbortController();
    const consumer = mesh.consumer({ group: 'busy', streams: ['orders'], signal: stop.signal });
    const reading = consumer[Symbol.asyncIterator]();
    await reading.next();
    const member = json(await group(['describe', 'busy', '-o', 'json'])) as {
      memberInfos: { assigned: unknown[] }[];
    };
    expect(member.memberInfos).toHaveLength(1);
    expect(member.memberInfos[0]?.assigned).toHaveLength(2);
    const table = await group(['describe', 'busy', '-o', 'wide']);
    expect(table.stdout).toContain('orders/0 orders/1');
    const reset = await group(['reset', 'busy', '--to', 'latest', '--stream', 'orders', '--yes']);
    expect(reset.code).toBe(5);
    expect(reset.stderr).toContain('flowmesh group describe busy');
    const rehearsal = ['reset', 'busy', '--to', 'latest', '--stream', 'orders', '--dry-run', '-o', 'json'];
    expect((await group(rehearsal)).code).toBe(5);
    expect(json(await group([...rehearsal, '--force']))).toHaveLength(2);
    expect((await group(['delete', 'busy', '--yes'])).code).toBe(5);
    stop.abort();
    await reading.return?.();
  });

  it('deletes', async () => {
    await billing();
    expect(json(await group(['delete', 'billing', '-o', 'json']))).toEqual({
      name: 'billing',
      deleted: true,
    });
    const gone = await group(['describe', 'billing']);
    expect(gone.code).toBe(3);
    expect(gone.stderr).toContain('consumer group billing does not exist (NOT_FOUND)');
  });

  it('explains what is wrong with a command line', async () => {
    expect((await group(['reset', 'billing'])).stderr).toContain('nowhere to reset to');
    expect((await group(['reset', 'billing', '--to', 'latest', '--shift', '1'])).code).toBe(2);
    expect((await group(['reset', 'billing', '--shift', 'far'])).stderr).toContain('--shift=-100');
    expect((await group(['reset', 'billing', '--to', 'yonder'])).code).toBe(2);
  });
});

describe('flowmesh stream consume --group', () => {
  const consume = (...argv: string[]): Promise<Outcome> =>
    run(['stream', 'consume', 'orders', '--group', 'printers', '--url', broker.endpoints.join(','), ...argv]);

  it('goes on where the one before has stopped', async () => {
    const first = await consume('--count', '5');
    const second = await consume('--count', '15');
    expect([first.code, second.code]).toEqual([0, 0]);
    const places = `${first.stdout}${second.stdout}`
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { partition: number; offset: number })
      .map(({ partition, offset }) => `${partition}/${offset}`);
    expect(new Set(places).size).toBe(20);
    expect(json(await group(['describe', 'printers', '-o', 'json']))).toMatchObject({
      members: 0,
      partitions: [{ lag: 0 }, { lag: 0 }],
    });
  });

  it('leaves the beginning, the end and the partitions to the group', async () => {
    expect((await consume('--from', '7')).stderr).toContain('flowmesh group reset');
    expect((await consume('--to', 'latest')).code).toBe(2);
    expect((await consume('--partition', '0')).code).toBe(2);
  });
});
