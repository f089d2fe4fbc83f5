import { FlowError, type GroupId, groupId, type MemberId, memberId, nodeId, replicaId } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { readBack, type ReadProcess, type ReadReplica, type ReadWorld } from './read-back.ts';

const GROUP = groupId(5);
const BATCH = new Uint8Array([1]);
const NEVER = new Promise<void>(() => undefined);

interface Reading {
  readonly place: number;
  /** How its reading ends. */
  readonly ends: () => Promise<void>;
}

class FakeWorld implements ReadWorld {
  readonly seen: string[] = [];
  readonly failures: unknown[] = [];
  readonly damage: FlowError[] = [];
  readonly histories = new Map([
    [GROUP, { sawBatch: (_: Uint8Array, by: string) => void this.seen.push(by) }],
  ]);
  private readonly readings: readonly Reading[];
  private readonly wanted: readonly number[];

  constructor(readings: readonly Reading[], wanted: readonly number[]) {
    this.readings = readings;
    this.wanted = wanted;
  }

  processes(): readonly ReadProcess[] {
    return this.readings.map(({ place, ends }) => ({
      name: `m${place}`,
      replicas: { all: () => [this.replica(place)] },
      front: {
        readAll: async (_: ReadReplica, seen: (batch: Uint8Array) => void) => {
          seen(BATCH);
          await ends();
        },
      },
      run: (_: string, task: () => void) => task(),
    }));
  }

  members(): ReadonlyMap<GroupId, readonly number[]> {
    return new Map([[GROUP, this.wanted.map(memberOf)]]);
  }

  failed(error: unknown): void {
    this.failures.push(error);
  }

  private replica(place: number): ReadReplica {
    const reportDamage = (error: FlowError): void => void this.damage.push(error);
    return { group: GROUP, member: memberOf(place), failure: undefined, reportDamage };
  }
}

function memberOf(place: number): MemberId {
  return memberId({ node: nodeId(place), replica: replicaId(1) });
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function fine(): Promise<void> {
  await Promise.resolve();
}

test('every member is read to its end', async () => {
  const world = new FakeWorld(
    [
      { place: 1, ends: fine },
      { place: 2, ends: fine },
    ],
    [1, 2],
  );
  const reading = readBack(world);
  expect(reading.left).toBe(2);
  await settled();
  expect(reading.left).toBe(0);
  expect(world.seen).toEqual(['m1', 'm2']);
});

test('a member whose reading never ends is waited for', async () => {
  const world = new FakeWorld(
    [
      { place: 1, ends: fine },
      { place: 2, ends: () => NEVER },
    ],
    [1, 2],
  );
  const reading = readBack(world);
  await settled();
  expect(reading.left).toBe(1);
});

// Cluster seed 139: a paused node was let go for ever, heard of it while its old replica was read, and ended.
test('what a node that was let go still has is not waited for', async () => {
  const world = new FakeWorld(
    [
      { place: 1, ends: fine },
      { place: 5, ends: () => NEVER },
    ],
    [1],
  );
  const reading = readBack(world);
  await settled();
  expect(reading.left).toBe(0);
  expect(world.seen).toEqual(['m1']);
});

test('damage is the replica’s to report, a removed replica is no failure, all else is', async () => {
  const damage = new FlowError('CORRUPTION', 'a chunk does not match its checksum');
  const gone = new FlowError('UNAVAILABLE', 'the log was removed while it was read');
  const gap = new Error('a gap');
  const world = new FakeWorld(
    [damage, gone, gap].map((error, i) => ({ place: i + 1, ends: () => Promise.reject(error) })),
    [1, 2, 3],
  );
  const reading = readBack(world);
  await settled();
  expect(reading.left).toBe(0);
  expect(world.damage).toEqual([damage]);
  expect(world.failures).toEqual([gap]);
});
