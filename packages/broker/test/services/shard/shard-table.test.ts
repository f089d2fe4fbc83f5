import { ByteReader, ByteWriter, FlowError, groupId, nodeId } from '@flowmesh/base';
import type { ApplyMeta, CatalogStream, Reply, StateWriter } from '@flowmesh/engines';
import { describe, expect, it } from 'vitest';
import { DeadlineWheel } from '../../../src/services/deadline-wheel.ts';
import type { ServedShard } from '../../../src/services/shard/served-shard.ts';
import { ShardTable } from '../../../src/services/shard/shard-table.ts';
import { createStream, FakeCatalog, FakeDisk, FakeLeaders } from '../fake-cluster.ts';
import { type FakeReplica, FakeReplicas } from '../fake-replicas.ts';
import { ManualTime } from '../manual-time.ts';

/** Counts what it is told; every alarm that was set is due once. */
class AlarmMachine {
  readonly name = 'alarm';
  timeMs = 0;
  configRevision = 0;
  readonly alarms: number[] = [];
  rung = 0;
  expireCommands = 0;

  async load(): Promise<void> {}

  apply(_meta: ApplyMeta, command: Uint8Array, _state: StateWriter): { reply: Reply; effects: readonly [] } {
    const reader = new ByteReader(command);
    const kind = reader.u8();
    const value = reader.u64();
    if (kind === 1) this.configRevision = value;
    if (kind === 2) this.alarms.push(value);
    if (kind === 3) this.expire(value);
    const reply: Reply =
      kind === 9
        ? { ok: false, error: new FlowError('PRECONDITION_FAILED', 'no') }
        : { ok: true, value: this.rung };
    return { reply, effects: [] };
  }

  dueAtMs(): number | undefined {
    return this.alarms.length === 0 ? undefined : Math.min(...this.alarms);
  }

  neededFrom(applied: number): number {
    return applied + 1;
  }

  digest(): string {
    return '';
  }

  private expire(nowMs: number): void {
    this.timeMs = Math.max(this.timeMs, nowMs);
    this.expireCommands++;
    const due = this.alarms.findIndex((at) => at <= nowMs);
    if (due === -1) return;
    this.alarms.splice(due, 1);
    this.rung++;
  }
}

const command = (kind: number, value: number): Uint8Array => new ByteWriter(9).u8(kind).u64(value).finish();

interface Bench {
  readonly time: ManualTime;
  readonly leaders: FakeLeaders;
  readonly disk: FakeDisk;
  readonly replica: FakeReplica<AlarmMachine>;
  readonly table: ShardTable<AlarmMachine>;
  readonly serve: () => ServedShard<AlarmMachine>;
}

function bench(config: Record<string, string> = {}): Bench {
  const time = new ManualTime();
  const catalog = new FakeCatalog(3);
  const leaders = new FakeLeaders();
  const disk = new FakeDisk();
  const replicas = new FakeReplicas();
  const table = new ShardTable<AlarmMachine>(
    {
      node: nodeId(1),
      replicas,
      catalog,
      leaders,
      disk,
      clock: time,
      scheduler: time,
      wheel: new DeadlineWheel({ clock: time, scheduler: time }),
    },
    {
      noun: 'alarm',
      qualified: (name) => name,
      is: (machine): machine is AlarmMachine => machine instanceof AlarmMachine,
      configure: (resource: CatalogStream) => command(1, resource.changedRevision),
      expire: (timeMs) => command(3, timeMs),
    },
  );
  const [group] = createStream(catalog, 'bells', { config });
  const replica = replicas.placeWith(group ?? groupId(0), new AlarmMachine());
  const serve = (): ServedShard<AlarmMachine> => {
    const served = table.serving(replica.group);
    if (served instanceof FlowError) throw served;
    return served;
  };
  return { time, leaders, disk, replica, table, serve };
}

describe('shards', () => {
  it('are found by name and number, and led here or elsewhere', () => {
    const { table, leaders, replica } = bench();
    expect(table.find('bells', 0)).toMatchObject({ shard: 0, group: replica.group });
    expect(table.find('bells', 1)).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(table.find('gongs', 0)).toMatchObject({ code: 'NOT_FOUND' });
    replica.depose();
    expect(table.serving(replica.group)).toMatchObject({ code: 'NO_LEADER' });
    leaders.set(replica.group, 2, 5);
    expect(table.serving(replica.group)).toMatchObject({
      code: 'NOT_LEADER',
      details: { leader: '127.0.0.1:5001', leaderEpoch: 5 },
    });
  });

  it('propose the commands of a turn together and answer each', async () => {
    const { time, serve, replica } = bench();
    const calls = replica.proposeCalls;
    const first = serve().propose(command(2, 1e15), 1_000);
    const second = serve().propose(command(9, 0), 1_000);
    time.settle();
    expect(replica.proposeCalls).toBe(calls + 1);
    await expect(first).resolves.toBe(0);
    await expect(second).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  it('answer TIMEOUT with an unknown outcome, once, when a command is not committed', async () => {
    const { time, serve, replica } = bench();
    replica.autoCommit = false;
    const late = serve().propose(command(2, 1e15), 1_000);
    time.settle();
    time.advance(1_100);
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT', details: { outcome: 'unknown' } });
    replica.commit();
    expect(replica.machine.alarms).toHaveLength(1);
  });

  it('refuse before anything is written: full disk, too few replicas, leadership gone', async () => {
    const { time, serve, replica, disk } = bench({ 'min.insync.replicas': '2' });
    const before = replica.proposeCalls;
    await expect(serve().propose(command(2, 1), 1_000)).rejects.toMatchObject({
      code: 'NOT_ENOUGH_REPLICAS',
    });
    replica.inSyncNodes = [nodeId(1), nodeId(2)];
    disk.full = true;
    await expect(serve().propose(command(2, 1), 1_000)).rejects.toMatchObject({ code: 'DISK_FULL' });
    disk.full = false;
    const served = serve();
    replica.depose();
    await expect(served.propose(command(2, 1), 1_000)).rejects.toMatchObject({ code: 'NO_LEADER' });
    time.settle();
    expect(replica.proposeCalls).toBe(before);
  });

  it('get the newest configuration, and are told the time for all that is due, one command after the other', () => {
    const { time, serve, replica } = bench();
    const { machine } = replica;
    const served = serve();
    time.advance(100);
    expect(machine.configRevision).toBeGreaterThan(0);
    for (const afterMs of [500, 500, 500, 60_000]) machine.alarms.push(served.nowMs() + afterMs);
    time.advance(400);
    expect(machine.rung).toBe(0);
    time.advance(300);
    expect(machine.rung).toBe(3);
    expect(machine.expireCommands).toBe(3);
  });

  it('have the time of now after an hour in which nobody ran, whatever old commands a restart applies again', () => {
    const { time, serve, replica } = bench();
    replica.depose();
    const hourAgoMs = time.wall - 3_600_000;
    for (const afterMs of [1, 200, 5_000]) replica.append(command(3, hourAgoMs + afterMs));
    replica.commit();
    time.advance(1_500);
    replica.lead();
    expect(Math.abs(serve().nowMs() - time.wall)).toBeLessThan(100);
  });

  it('go on from the time that their node has seen pass, and not from a wall clock that is an hour ahead', () => {
    const { time, serve, replica } = bench();
    replica.depose();
    const seenMs = time.wall;
    for (let i = 0; i < 4; i++) {
      time.advance(1_000);
      replica.append(command(3, time.wall));
      replica.commit();
    }
    time.wall += 3_600_000;
    replica.lead();
    expect(serve().nowMs() - seenMs).toBeLessThan(6_000);
  });

  it('tell their watchers of every advance, and for the last time when leadership is gone', () => {
    const { time, serve, replica } = bench();
    let advances = 0;
    const lost: string[] = [];
    const served = serve();
    served.watch({ onAdvance: () => advances++, onLost: (error) => lost.push(error.code) });
    served.proposeThen(command(2, 1e15), 1_000, () => undefined);
    time.settle();
    expect(advances).toBe(1);
    replica.depose();
    expect(lost).toEqual(['NO_LEADER']);
    expect(served.alive).toBe(false);
    replica.lead();
    expect(serve()).not.toBe(served);
  });
});
