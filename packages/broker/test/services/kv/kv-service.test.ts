import { FlowError, nodeId, utf8Decode, utf8Encode } from '@flowmesh/base';
import { KvMachine, type KvOp } from '@flowmesh/engines';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../src/services/byte-budget.ts';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import { compileFilter } from '../../../src/services/filter/compile-filter.ts';
import type { WatchedEvent, WatchSink, WatchWish } from '../../../src/services/kv/key-watch.ts';
import { KvService } from '../../../src/services/kv/kv-service.ts';
import { OPEN_DOOR, type Caller } from '../../../src/services/ports.ts';
import { eventually } from '../eventually.ts';
import { createStream, FakeCatalog, FakeDisk, FakeLeaders } from '../fake-cluster.ts';
import { type FakeReplica, FakeReplicas } from '../fake-replicas.ts';
import { ManualTime } from '../manual-time.ts';

const key = utf8Encode;
const EMPTY = new Uint8Array(0);
const TURNS_BEFORE_POLLING = 50;
const caller: Caller = {
  id: 1,
  protocol: 'test',
  address: 'test',
  principal: undefined,
  inFlight: new ByteBudget(1 << 20),
};

class World {
  readonly time = new ManualTime();
  readonly leaders = new FakeLeaders();
  readonly shards: FakeReplica<KvMachine>[];
  readonly kv: KvService;

  constructor(options: { readonly shards?: number; readonly config?: Record<string, string> } = {}) {
    const catalog = new FakeCatalog(3);
    const replicas = new FakeReplicas();
    const { time, leaders } = this;
    this.kv = new KvService({
      node: nodeId(1),
      replicas,
      catalog,
      leaders,
      disk: new FakeDisk(),
      door: OPEN_DOOR,
      clock: time,
      scheduler: time,
      wheel: new DeadlineWheel({ clock: time, scheduler: time }),
    });
    const groups = createStream(catalog, 'bucket:b', {
      partitions: options.shards ?? 1,
      config: options.config ?? {},
    });
    this.shards = groups.map((group) => replicas.placeWith(group, new KvMachine()));
  }

  get shard(): FakeReplica<KvMachine> {
    const [shard] = this.shards;
    if (shard === undefined) throw new Error('no shard');
    return shard;
  }

  /** Runs what is asynchronous until `promise` is settled. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let over = false;
    const done = promise.finally(() => {
      over = true;
    });
    done.catch(() => undefined);
    await this.until(() => over);
    return await done;
  }

  async until(holds: () => boolean): Promise<void> {
    // Most things take a few turns of the event loop; only what takes longer is polled for.
    for (let turn = 0; turn < TURNS_BEFORE_POLLING; turn++) {
      this.time.settle();
      if (holds()) return;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await eventually(() => {
      this.time.settle();
      expect(holds()).toBe(true);
    });
  }

  async txn(success: readonly KvOp[], requestId = '') {
    const place = { caller, bucket: 'b', shard: undefined };
    const content = { conditions: [], success, failure: [], requestId: key(requestId), previous: false };
    return (await this.settled(this.kv.txn(place, content))).reply;
  }

  async put(name: string, value: string, ttlMs?: number) {
    const expiry = ttlMs === undefined ? ({ kind: 'default' } as const) : ({ kind: 'ttl', ttlMs } as const);
    return await this.txn([{ kind: 'put', key: key(name), value: key(value), expiry }]);
  }

  async get(name: string, stale = false): Promise<string | undefined> {
    const place = { caller, bucket: 'b', shard: undefined };
    const read = this.kv.get(place, key(name), { revision: 0, stale, keysOnly: false });
    const found = (await this.settled(read)).value;
    return found?.value === undefined ? undefined : utf8Decode(found.value);
  }

  async watch(wish: Partial<WatchWish>, sink: Seen = new Seen()) {
    const whole: WatchWish = {
      target: { kind: 'prefix', prefix: EMPTY },
      from: undefined,
      previous: false,
      keysOnly: false,
      filter: undefined,
      ...wish,
    };
    const place = { caller, bucket: 'b', shard: 0 };
    const watch = await this.settled(this.kv.watch(place, whole, sink, 1_000));
    return Object.assign(sink, { stop: () => watch.stop(), resume: () => watch.resume() });
  }
}

class Seen implements WatchSink {
  readonly events: WatchedEvent[] = [];
  readonly progress: number[] = [];
  error: FlowError | undefined;
  full = false;

  deliver(events: readonly WatchedEvent[], progressRevision: number): boolean {
    this.events.push(...events);
    this.progress.push(progressRevision);
    return !this.full;
  }

  ended(error: FlowError): void {
    this.error = error;
  }

  get texts(): string[] {
    return this.events.map(
      ({ event, value }) =>
        `${event.revision} ${event.kind} ${utf8Decode(event.key)}${value === undefined ? '' : `=${utf8Decode(value).slice(0, 9)}`}`,
    );
  }
}

describe('reads', () => {
  it('wait until all is applied that was committed before, unless they may be stale', async () => {
    const world = new World();
    await world.put('a', '1');
    const before = world.shard.readBarriers;
    expect(await world.get('a')).toBe('1');
    expect(world.shard.readBarriers).toBe(before + 1);
    expect(await world.get('a', true)).toBe('1');
    expect(world.shard.readBarriers).toBe(before + 1);
  });

  it('lesson: exists and get do not show an expired key, and tell the machine the time so that nobody sees it later', async () => {
    const world = new World();
    await world.put('a', '1', 100);
    // The clock moves on without its timers: nothing has deleted the key.
    world.time.wall += 101;
    world.time.nowMs += 101;
    expect(world.shard.machine.keyCount).toBe(1);
    expect(await world.get('a')).toBeUndefined();
    expect(world.shard.machine.keyCount).toBe(0);
  });

  it('show what is there now, where what was there first is overwritten and forgotten while it is read', async () => {
    const world = new World({ config: { 'history.depth': '1' } });
    await world.put('a', '1');
    const { state } = world.shard;
    const get = state.get.bind(state);
    state.get = async (row) => {
      state.get = get;
      for (const value of ['2', '3', '4']) await world.put('a', value);
      return await get(row);
    };
    expect(await world.get('a')).toBe('4');
  });

  it('give ranges in pages, counted, or filtered by what the values hold', async () => {
    const world = new World();
    for (const [name, value] of [
      ['k1', '{"n":9}'],
      ['k2', '{"n":18}'],
      ['k3', 'no json'],
      ['x', '{"n":99}'],
    ] as const) {
      await world.put(name, value);
    }
    const filter = compileFilter('value.n > 9', 'kv');
    if (filter instanceof FlowError) throw filter;
    const wish = {
      from: key('k'),
      to: key('l'),
      limit: 10,
      keysOnly: false,
      countOnly: false,
      filter: undefined,
    };
    const place = { caller, bucket: 'b', shard: undefined };
    const range = async (more: object) =>
      (await world.settled(world.kv.range(place, { ...wish, ...more }, { revision: 0, stale: false }))).value;
    const page = await range({ limit: 2 });
    expect(page.entries.map((entry) => utf8Decode(entry.key))).toEqual(['k1', 'k2']);
    expect(utf8Decode(page.next ?? EMPTY)).toBe('k3');
    expect((await range({ countOnly: true })).count).toBe(3);
    expect((await range({ filter })).entries.map((entry) => utf8Decode(entry.key))).toEqual(['k2']);
    expect(filter.counters.failed).toBe(1);
  });
});

describe('writes', () => {
  it('of keys in several shards are refused, and accepted where a tag holds the keys together', async () => {
    const world = new World({ shards: 8 });
    const put = (name: string): KvOp => ({
      kind: 'put',
      key: key(name),
      value: key('v'),
      expiry: { kind: 'none' },
    });
    await expect(world.txn([put('a'), put('b'), put('c')])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: expect.stringContaining('{order-7}'),
    });
    expect(await world.txn([put('{o}a'), put('{o}b'), put('x{o}c')])).toMatchObject({ revision: 1 });
  });

  it('beyond the bounds of the bucket are refused before they are proposed', async () => {
    const world = new World({ config: { 'max.value.bytes': '10' } });
    const calls = world.shard.proposeCalls;
    await expect(world.put('a', 'x'.repeat(11))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(world.put('k'.repeat(1_025), 'v')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(world.put('', 'v')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(world.put('a', 'v', 0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(world.shard.proposeCalls).toBe(calls);
  });

  it('take effect once where they are repeated', async () => {
    const world = new World();
    const increment: KvOp = { kind: 'increment', key: key('n'), by: 1, expiry: { kind: 'none' } };
    await world.txn([increment], 'same');
    expect(await world.txn([increment], 'same')).toMatchObject({ repeated: true, results: [{ number: 1 }] });
    expect(await world.get('n')).toBe('1');
  });
});

describe('watches', () => {
  it('are told of what they cover, in order, once, from a revision of the past on', async () => {
    const world = new World();
    await world.put('a/1', 'old');
    await world.put('b/1', 'x');
    const past = await world.watch({
      target: { kind: 'prefix', prefix: key('a/') },
      from: { revision: 1, index: 0 },
    });
    const now = await world.watch({ target: { kind: 'key', key: key('a/1') } });
    const range = await world.watch({ target: { kind: 'range', from: key('b'), to: EMPTY } });
    await world.until(() => past.events.length === 1);
    await world.put('a/1', 'new');
    await world.put('b/2', 'y');
    await world.txn([{ kind: 'delete', key: key('a/1') }]);
    await world.until(() => past.events.length === 3);
    expect(past.texts).toEqual(['1 put a/1=old', '3 put a/1=new', '5 delete a/1']);
    expect(now.texts).toEqual(['3 put a/1=new', '5 delete a/1']);
    expect(range.texts).toEqual(['4 put b/2=y']);
    expect(world.kv.watchCount).toBe(3);
    for (const watch of [past, now, range]) watch.stop();
    expect(world.kv.watchCount).toBe(0);
  });

  it('of a slow receiver keep nothing in memory and go on from the log', async () => {
    const world = new World();
    const slow = new Seen();
    slow.full = true;
    const watch = await world.watch({}, slow);
    for (let i = 0; i < 600; i++) await world.put(`k${i}`, 'v');
    expect(slow.events.length).toBeLessThan(3);
    slow.full = false;
    watch.resume();
    await world.until(() => slow.events.length === 600);
    expect(slow.events.map(({ event }) => event.revision)).toEqual(
      Array.from({ length: 600 }, (_, i) => i + 1),
    );
    await world.put('last', 'v');
    await world.until(() => slow.events.length === 601);
  });

  it('have large values and what was there before, though memory does not', async () => {
    const world = new World();
    await world.put('a', 'x'.repeat(9_000));
    const seen = await world.watch({ previous: true, from: { revision: 1, index: 0 } });
    await world.put('a', 'y'.repeat(9_000));
    await world.txn([{ kind: 'delete', key: key('a') }]);
    await world.until(() => seen.events.length === 3);
    expect(seen.events.map(({ value, previous }) => [value?.length, previous?.value?.[0]])).toEqual([
      [9_000, undefined],
      [9_000, 'x'.charCodeAt(0)],
      [undefined, 'y'.charCodeAt(0)],
    ]);
  });

  it('see keys expire, are told how far they are when nothing happens, and that leadership moved', async () => {
    const world = new World();
    const seen = await world.watch({});
    await world.put('a', '1', 200);
    world.time.advance(1_500);
    await world.until(() => seen.events.length === 2);
    expect(seen.texts[1]).toBe('2 expire a');
    world.time.advance(1_500);
    expect(seen.progress.at(-1)).toBe(2);
    world.shard.depose();
    expect(seen.error?.code).toBe('NO_LEADER');
    expect(world.kv.watchCount).toBe(0);
  });

  it('from a revision that is still to come say that they have begun, and tell nothing before it', async () => {
    const world = new World();
    await world.put('a', '1');
    const seen = await world.watch({ from: { revision: 3, index: 0 } });
    await world.until(() => seen.progress.length === 1);
    await world.put('a', '2');
    await world.put('a', '3');
    await world.until(() => seen.events.length === 1);
    expect(seen.texts).toEqual(['3 put a=3']);
    expect(world.kv.figures()).toEqual([{ bucket: 'b', keys: 1, revision: 3 }]);
  });

  it('from a compacted revision are refused with the earliest one', async () => {
    const world = new World();
    await world.put('a', '1');
    await world.put('a', '2');
    const place = { caller, bucket: 'b', shard: 0 };
    expect(await world.settled(world.kv.compact(place, 1))).toBe(1);
    const seen = await world.watch({ from: { revision: 1, index: 0 } });
    await world.until(() => seen.error !== undefined);
    expect(seen.error).toMatchObject({ code: 'REVISION_COMPACTED', details: { earliestRevision: 2 } });
  });

  it('of ten thousand keys cost a change only those that it concerns', async () => {
    const world = new World();
    const all: Seen[] = [];
    for (let i = 0; i < 10_000; i++) {
      const seen = new Seen();
      all.push(seen);
      await world.kv.watch(
        { caller, bucket: 'b', shard: 0 },
        {
          target: { kind: 'key', key: key(`k${i}`) },
          from: undefined,
          previous: false,
          keysOnly: false,
          filter: undefined,
        },
        seen,
        600_000,
      );
    }
    await world.put('k77', 'v');
    expect(all.filter(({ events }) => events.length > 0)).toEqual([all[77]]);
  });
});

describe('leases', () => {
  it('live as long as they are kept alive, and take their keys with them', async () => {
    const world = new World();
    const place = { caller, bucket: 'b', shard: 0 };
    const lease = await world.settled(world.kv.grantLease(place, 0, 1_000));
    await world.txn([
      { kind: 'put', key: key('a'), value: key('1'), expiry: { kind: 'lease', lease: lease.id } },
    ]);
    for (let i = 0; i < 4; i++) {
      world.time.advance(600);
      const { kept, gone } = await world.settled(world.kv.keepAlive(place, [lease.id, 99]));
      expect([kept.length, gone]).toEqual([1, [99]]);
    }
    const { keys } = await world.settled(world.kv.lease(place, lease.id));
    expect(keys.map(utf8Decode)).toEqual(['a']);
    world.time.advance(1_100);
    await world.until(() => world.shard.machine.leaseCount === 0);
    expect(await world.get('a')).toBeUndefined();
    await expect(world.settled(world.kv.lease(place, lease.id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
