import {
  type Clock,
  FlowError,
  type GroupId,
  groupId,
  memberId,
  type NodeId,
  nodeId,
  nodeOf,
  replicaId,
  type Scheduler,
  SeededRandom,
  type TimerHandle,
  utf8Decode,
  utf8Encode,
} from '@flowmesh/base';
import type { ApplyMeta, Machine, StateReader, StateWriter } from '@flowmesh/engines';
import type { PeerMessage } from '@flowmesh/raft';
import { MemoryEngine, openLogStore, type SnapshotSource } from '@flowmesh/storage';
import { describe, expect, it } from 'vitest';
import type { GroupReplica } from '../../src/replica/replica.ts';
import type { ProposalResult } from '../../src/replica/replica-api.ts';
import { DEFAULT_REPLICA_LIMITS, type ReplicaLimits } from '../../src/replica/replica-env.ts';
import { NodeReplicas } from '../../src/replica/replica-manager.ts';
import type { SnapshotPull, Transport } from '../../src/transport/transport.ts';

/** Virtual time: timers run when the test lets time pass, turns end when the queue is drained. */
class World implements Clock, Scheduler {
  now = 0;
  private timers: { at: number; order: number; task: () => void; off: boolean }[] = [];
  private turns: (() => void)[] = [];
  private order = 0;
  readonly nodes = new Map<NodeId, TestNode>();
  /** Pairs that cannot hear each other, as `from>to`. */
  readonly cut = new Set<string>();
  /** Nodes without room on the disk. */
  readonly full = new Set<NodeId>();

  wallMs(): number {
    return 1_000_000 + this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  after(delayMs: number, task: () => void): TimerHandle {
    const timer = { at: this.now + delayMs, order: this.order++, task, off: false };
    this.timers.push(timer);
    return { cancel: () => (timer.off = true) };
  }

  endOfTurn(task: () => void): void {
    this.turns.push(task);
  }

  /** Lets everything happen that is due, promises included, then moves time on until `until` holds. */
  async run(until: () => boolean, limitMs = 20_000): Promise<void> {
    const end = this.now + limitMs;
    for (;;) {
      await this.settle();
      if (until()) return;
      this.timers = this.timers.filter((timer) => !timer.off);
      this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.timers.shift();
      if (next === undefined || next.at > end)
        throw new Error(`did not happen within ${limitMs} ms of virtual time`);
      this.now = Math.max(this.now, next.at);
      next.task();
    }
  }

  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const turns = this.turns;
      this.turns = [];
      for (const turn of turns) turn();
      quiet = turns.length === 0 ? quiet + 1 : 0;
    }
  }
}

class WorldTransport implements Transport {
  private readonly world: World;
  private readonly own: NodeId;
  private queue: { group: GroupId; message: PeerMessage }[] = [];

  constructor(world: World, own: NodeId) {
    this.world = world;
    this.own = own;
  }

  send(group: GroupId, message: PeerMessage): void {
    this.queue.push({ group, message });
  }

  flush(): void {
    const sent = this.queue;
    this.queue = [];
    for (const item of sent) {
      const to = nodeOf(item.message.to);
      this.world.after(1, () => {
        if (this.connected(to)) this.world.nodes.get(to)?.replicas.onMessages(this.own, [item]);
      });
    }
  }

  connected(node: NodeId): boolean {
    return (
      this.world.nodes.has(node) &&
      this.world.nodes.has(this.own) &&
      !this.world.cut.has(`${this.own}>${node}`)
    );
  }

  async *pullSnapshot(pull: SnapshotPull): AsyncIterable<Uint8Array> {
    const peer = this.world.nodes.get(nodeOf(pull.from));
    if (peer === undefined) throw new FlowError('UNAVAILABLE', 'gone');
    const source: SnapshotSource = await peer.replicas.openSnapshot(pull);
    for (let chunk = await source.next(64); chunk !== undefined; chunk = await source.next(64)) yield chunk;
    source.close();
  }

  broadcastHealth(): void {}
  setPeers(): void {}
  async forward(): Promise<Uint8Array> {
    throw new FlowError('UNAVAILABLE', 'not in this test');
  }
  async close(): Promise<void> {}
}

/** Keeps the texts it was given, in order. */
class ListMachine implements Machine<never> {
  readonly name = 'list';
  readonly texts: string[] = [];

  async load(state: StateReader): Promise<void> {
    const pairs = await state.scan({ from: Uint8Array.of(0), to: Uint8Array.of(255) });
    for (const [, value] of pairs) this.texts.push(utf8Decode(value));
  }

  apply(_meta: ApplyMeta, command: Uint8Array, state: StateWriter) {
    const at = this.texts.push(utf8Decode(command));
    state.put(Uint8Array.of(1, at >> 8, at & 255), command.slice());
    return { reply: { ok: true as const, value: at }, effects: [] };
  }

  neededFrom(applied: number): number {
    return applied + 1;
  }

  /** Texts that begin with a minus stand for what frees space. */
  needsRoom(command: Uint8Array): boolean {
    return command[0] !== 45;
  }

  digest(): string {
    return this.texts.join();
  }
}

interface TestNode {
  readonly replicas: NodeReplicas;
  readonly engine: MemoryEngine;
  readonly fatal: FlowError[];
}

const GROUP = groupId(1);
const ids = [1, 2, 3].map(nodeId);
const member = (node: NodeId) => memberId({ node, replica: replicaId(1) });
const conf = {
  voters: ids.map(member),
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};
const SMALL: ReplicaLimits = {
  ...DEFAULT_REPLICA_LIMITS,
  logKeepEntries: 4,
  trimStepEntries: 2,
  stateFlushEntries: 4,
};

async function startNode(world: World, node: NodeId, engine = new MemoryEngine()): Promise<TestNode> {
  let saved: number | undefined;
  const store = await openLogStore(engine, {
    read: async () =>
      saved === undefined ? { kind: 'saved', sequence: 0 } : { kind: 'saved', sequence: saved },
    write: (sequence, done) => {
      saved = sequence;
      world.endOfTurn(() => done(undefined));
    },
  });
  const fatal: FlowError[] = [];
  const quiet = (): void => undefined;
  const replicas = new NodeReplicas({
    node,
    store,
    transport: new WorldTransport(world, node),
    clock: world,
    scheduler: world,
    random: new SeededRandom(node),
    limits: SMALL,
    tickMs: 100,
    snapshotFetchesMax: 2,
    log: { info: quiet, warn: quiet, error: quiet },
    machineFor: () => new ListMachine(),
    diskFull: () => world.full.has(node),
    fatal: (error) => fatal.push(error),
  });
  await replicas.start();
  const made = { replicas, engine, fatal };
  world.nodes.set(node, made);
  return made;
}

async function startWorld(): Promise<World> {
  const world = new World();
  for (const node of ids) {
    const { replicas } = await startNode(world, node);
    await replicas.create({ group: GROUP, member: member(node), conf, machine: 'stream' });
  }
  await world.run(() => leaderOf(world) !== undefined);
  return world;
}

function leaderOf(world: World): GroupReplica | undefined {
  const serving = [...world.nodes.values()]
    .map((node) => node.replicas.get(GROUP))
    .filter((replica) => replica?.serving === true);
  return serving[0];
}

function propose(replica: GroupReplica, text: string): ProposalResult[] {
  const results: ProposalResult[] = [];
  const refused = replica.propose([
    { command: utf8Encode(text), ack: 'applied', minDurable: 0, done: (result) => results.push(result) },
  ]);
  if (refused !== undefined) results.push({ ok: false, error: refused });
  return results;
}

async function write(world: World, text: string): Promise<void> {
  const leader = leaderOf(world);
  if (leader === undefined) throw new Error('no leader');
  const results = propose(leader, text);
  await world.run(() => results.length > 0);
  expect(results[0]).toMatchObject({ ok: true });
}

const texts = (world: World, node: NodeId): readonly string[] =>
  (world.nodes.get(node)?.replicas.get(GROUP)?.machine as ListMachine | undefined)?.texts ?? [];

describe('replicas of one group on three nodes', () => {
  it('let the preferred replica lead at once and apply the same on all', async () => {
    const world = await startWorld();
    expect(nodeOf(leaderOf(world)?.member ?? member(ids[1] as NodeId))).toBe(1);
    expect(world.now).toBeLessThan(1_000);
    for (const text of ['a', 'b', 'c']) await write(world, text);
    await world.run(() => ids.every((node) => texts(world, node).length === 3));
    for (const node of ids) expect(texts(world, node)).toEqual(['a', 'b', 'c']);
  });

  it('answer a linearizable read only with a quorum', async () => {
    const world = await startWorld();
    const leader = leaderOf(world) as GroupReplica;
    let read = 'waiting';
    void leader.readBarrier(5_000).then(() => (read = 'done'));
    await world.run(() => read === 'done');
    for (const node of [2, 3]) {
      world.cut.add(`1>${node}`);
      world.cut.add(`${node}>1`);
    }
    let code: string | undefined;
    leader
      .readBarrier(600)
      .catch((error: unknown) => (code = error instanceof FlowError ? error.code : 'other'));
    await world.run(() => code !== undefined);
    expect(['TIMEOUT', 'NOT_LEADER']).toContain(code);
  });

  it('elect another leader within a second when the leader’s connections close, and lose nothing', async () => {
    const world = await startWorld();
    await write(world, 'before');
    const lost = ids[0] as NodeId;
    world.nodes.delete(lost);
    const from = world.now;
    for (const node of world.nodes.values()) node.replicas.onPeerDown(lost);
    await world.run(() => leaderOf(world) !== undefined);
    expect(world.now - from).toBeLessThan(1_000);
    await write(world, 'after');
    await world.run(
      () => texts(world, ids[1] as NodeId).length === 2 && texts(world, ids[2] as NodeId).length === 2,
    );
    expect(texts(world, ids[2] as NodeId)).toEqual(['before', 'after']);
  });

  it('tell a deposed leader’s clients that the outcome is unknown', async () => {
    const world = await startWorld();
    const leader = leaderOf(world) as GroupReplica;
    for (const node of [2, 3]) {
      world.cut.add(`1>${node}`);
      world.cut.add(`${node}>1`);
    }
    const results = propose(leader, 'lost?');
    await world.run(() => results.length > 0);
    expect(results[0]).toMatchObject({
      ok: false,
      error: { code: 'UNAVAILABLE', details: { outcome: 'unknown' } },
    });
  });

  it('take nothing but what frees space while the disks are full, and go on by themselves afterwards', async () => {
    const world = await startWorld();
    const leader = leaderOf(world) as GroupReplica;
    for (const node of ids) world.full.add(node);
    expect(propose(leader, 'data')[0]).toMatchObject({ ok: false, error: { code: 'DISK_FULL' } });
    await write(world, '-trim');
    world.full.delete(ids[0] as NodeId);
    const waiting = propose(leader, 'needs two disks');
    await world.run(() => world.now > 3_000);
    expect(waiting).toEqual([]);
    world.full.clear();
    await world.run(() => waiting.length > 0);
    expect(waiting[0]).toMatchObject({ ok: true });
  });

  it('hand leadership over on request', async () => {
    const world = await startWorld();
    const leader = leaderOf(world) as GroupReplica;
    expect(leader.transferLeadership(ids[2] as NodeId)).toBeUndefined();
    await world.run(() => nodeOf(leaderOf(world)?.member ?? member(ids[0] as NodeId)) === 3);
    await write(world, 'x');
  });

  it('bring a replica that missed the trimmed log up by a snapshot', async () => {
    const world = await startWorld();
    const away = ids[2] as NodeId;
    for (const node of [1, 2]) {
      world.cut.add(`${node}>${away}`);
      world.cut.add(`${away}>${node}`);
    }
    for (let i = 0; i < 40; i++) await write(world, `t${i}`);
    await world.run(() => (leaderOf(world)?.store.firstIndex() ?? 0) > 20);
    world.cut.clear();
    await world.run(() => texts(world, away).length === 40);
    expect(texts(world, away)).toEqual(texts(world, ids[0] as NodeId));
    await write(world, 'after');
    await world.run(() => texts(world, away).length === 41);
    for (const node of world.nodes.values()) expect(node.fatal).toEqual([]);
  });

  it('let another one lead where the leader’s own state cannot be read for a snapshot', async () => {
    const world = await startWorld();
    const late = ids[2] as NodeId;
    for (const node of [1, 2]) {
      world.cut.add(`${node}>3`);
      world.cut.add(`3>${node}`);
    }
    for (const text of 'abcdefghijkl') await write(world, text);
    const { store } = leaderOf(world) as GroupReplica;
    const open = store.openSnapshot.bind(store);
    store.openSnapshot = async () => ({
      ...(await open()),
      next: async () => {
        throw new FlowError('CORRUPTION', 'a block’s checksum is another one');
      },
    });
    world.cut.clear();
    await world.run(() => texts(world, late).length === 12);
    expect(texts(world, late).join('')).toBe('abcdefghijkl');
    expect(nodeOf((leaderOf(world) as GroupReplica).member)).toBe(2);
    await write(world, 'm');
  });

  it('replace a member: learner, caught up, one joint change', async () => {
    const world = await startWorld();
    await write(world, 'a');
    const fresh = nodeId(4);
    const added = memberId({ node: fresh, replica: replicaId(9) });
    const node = await startNode(world, fresh);
    await node.replicas.create({
      group: GROUP,
      member: added,
      conf: { ...conf, voters: [] },
      machine: 'stream',
    });
    const leader = leaderOf(world) as GroupReplica;
    expect(leader.changeMembers([{ kind: 'add-learner', member: added }])).toBeUndefined();
    await world.run(() => texts(world, fresh).length === 1);
    const change = [
      { kind: 'add-voter' as const, member: added },
      { kind: 'remove' as const, member: member(ids[2] as NodeId) },
    ];
    await world.run(() => leader.changeMembers(change) === undefined);
    await world.run(() => {
      const { voters, votersOutgoing } = leader.configuration;
      return votersOutgoing.length === 0 && voters.includes(added) && voters.length === 3;
    });
    await write(world, 'b');
    await world.run(() => texts(world, fresh).length === 2);
  });

  it('go on from one of them alone where an operator orders it, whatever changes of members its log has left', async () => {
    const world = await startWorld();
    for (const text of ['a', 'b', 'c', 'd', 'e']) await write(world, text);
    await world.run(() => ids.every((node) => texts(world, node).length === 5));
    const [one, two, three] = ids as [NodeId, NodeId, NodeId];
    world.nodes.delete(two);
    world.nodes.delete(three);
    const survivor = world.nodes.get(one)?.replicas as NodeReplicas;
    const leader = leaderOf(world) as GroupReplica;
    // Not committed by anyone: a record, a change of members, another record.
    const results = propose(leader, 'f');
    leader.changeMembers([
      { kind: 'remove', member: member(two) },
      { kind: 'add-learner', member: memberId({ node: two, replica: replicaId(7) }) },
    ]);
    propose(leader, 'g');
    for (const lost of [two, three]) survivor.onPeerDown(lost);
    await world.run(() => results.length > 0);
    expect(results[0]).toMatchObject({ ok: false, error: { details: { outcome: 'unknown' } } });
    const { term } = leader;
    await survivor.becomeSoleMember(GROUP, memberId({ node: one, replica: replicaId(9) }));
    expect(leader.configuration.voters).toHaveLength(3);
    let done = false;
    void survivor.becomeSoleMember(GROUP, member(one)).then(() => (done = true));
    await world.run(() => done && leaderOf(world) !== undefined);
    expect(leader.term).toBeGreaterThan(term + 1);
    expect(leader.configuration).toMatchObject({ voters: [member(one)], votersOutgoing: [], learners: [] });
    await write(world, 'h');
    expect(texts(world, one)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    await survivor.stop();
    await world.settle();
    const again = await startNode(world, one, world.nodes.get(one)?.engine);
    await world.run(() => leaderOf(world) !== undefined);
    expect(again.replicas.get(GROUP)?.configuration.voters).toEqual([member(one)]);
    expect(texts(world, one)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });

  it('listen to nobody whose data was given up, whatever it believes', async () => {
    const world = await startWorld();
    await write(world, 'a');
    const [one, two] = ids as [NodeId, NodeId];
    const alone = world.nodes.get(one)?.replicas as NodeReplicas;
    for (const other of ids.slice(1)) {
      world.cut.add(`1>${other}`);
      world.cut.add(`${other}>1`);
      alone.onPeerDown(other);
      world.nodes.get(other)?.replicas.onPeerDown(one);
    }
    await world.run(() => world.nodes.get(two)?.replicas.get(GROUP)?.leader !== member(one));
    let done = false;
    void alone.becomeSoleMember(GROUP, member(one)).then(() => (done = true));
    await world.run(() => done && alone.get(GROUP)?.serving === true);
    alone.tune({
      lagTimeMaxMs: 10_000,
      draining: new Set(),
      moveBytesPerSecond: Number.POSITIVE_INFINITY,
      givenUp: (_, who) => who !== member(one),
    });
    world.cut.clear();
    const until = world.now + 10_000;
    await world.run(() => world.now >= until);
    expect(alone.get(GROUP)?.serving).toBe(true);
    expect(alone.get(GROUP)?.configuration.voters).toEqual([member(one)]);
  });

  // Cluster seed 80 of the simulator: entries and their commit were heard in the very turn that found older entries damaged.
  it('store, apply and acknowledge nothing of the turn in which one of them turns out to be damaged', async () => {
    const world = await startWorld();
    await write(world, 'before');
    await world.run(() => ids.every((node) => texts(world, node).length === 1));
    const [leading, damaged] = [ids[0] as NodeId, ids[1] as NodeId];
    const { replicas } = world.nodes.get(damaged) as TestNode;
    const replica = replicas.get(GROUP) as GroupReplica;
    const { lastIndex, term } = replica.status();
    const data = utf8Encode('heard');
    const index = lastIndex + 1;
    replicas.onMessages(leading, [
      {
        group: GROUP,
        message: {
          kind: 'append',
          from: member(leading),
          to: member(damaged),
          term,
          prevIndex: lastIndex,
          prevTerm: term,
          entries: [{ index, term, kind: 'normal', data }],
          commit: index,
        },
      },
    ]);
    expect(replica.commit).toBe(index);
    replica.reportDamage(new FlowError('CORRUPTION', 'a chunk does not match its checksum'));
    await write(world, 'after');
    expect(replica.running).toBe(false);
    expect(replica.store.lastIndex()).toBe(lastIndex);
    expect(texts(world, damaged)).toEqual(['before']);
    const acknowledged = leaderOf(world)
      ?.status()
      .progress.find((peer) => peer.member === member(damaged));
    expect(acknowledged?.match).toBe(lastIndex);
  });

  it('find everything again after a restart over the same data', async () => {
    const world = await startWorld();
    for (let i = 0; i < 10; i++) await write(world, `t${i}`);
    const engines = ids.map((node) => world.nodes.get(node)?.engine as MemoryEngine);
    for (const node of world.nodes.values()) {
      let stopped = false;
      void node.replicas.stop().then(() => (stopped = true));
      await world.run(() => stopped);
    }
    world.nodes.clear();
    for (const [i, node] of ids.entries()) await startNode(world, node, engines[i] as MemoryEngine);
    await world.run(() => leaderOf(world) !== undefined);
    await write(world, 'again');
    await world.run(() => ids.every((node) => texts(world, node).length === 11));
    expect(texts(world, ids[1] as NodeId)[10]).toBe('again');
  });
});
