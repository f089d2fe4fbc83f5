import { FlowError, groupId, METADATA_GROUP, type NodeId, nodeId } from '@flowmesh/base';
import { type CatalogCommand, CatalogMachine, encodeCommand, type Reply, FEATURES } from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { HealthGossip } from '../../src/cluster/health-gossip.ts';
import { LeaderTable } from '../../src/cluster/leader-table.ts';
import { NodeReports } from '../../src/cluster/node-reports.ts';
import { MemberDriver } from '../../src/cluster/member-driver.ts';
import { decodeHealth } from '../../src/cluster/health-codec.ts';
import { Reconciler } from '../../src/cluster/reconciler.ts';
import type { NodeReport } from '../../src/services/ports.ts';
import { CatalogRunner, FakeReplicas, ManualTime, member, SILENT } from './fakes.ts';
import { placedInTurns } from '../placed-in-turns.ts';

const UUID = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const STREAM = UUID(9);
const GROUP = groupId(1);

let time: ManualTime;
let runner: CatalogRunner;
let replicas: FakeReplicas;
let proposed: CatalogCommand[];
let refusal: FlowError | undefined;
let reconciler: Reconciler;

const addressesOf = (id: number) => ({ peer: `h${id}:1`, grpc: `h${id}:2`, http: `h${id}:3` });

async function propose(command: CatalogCommand): Promise<Reply> {
  proposed.push(command);
  if (refusal !== undefined) return { ok: false, error: refusal };
  return runner.run(encodeCommand(command));
}

function createStream(partitions = 1): void {
  const nodes = runner.machine.nodes().map(({ id }) => id);
  const placement = placedInTurns(nodes, partitions);
  const reply = runner.run(
    encodeCommand({
      kind: 'create-stream',
      requestId: 'create',
      timeMs: 1,
      uuid: STREAM,
      name: 'orders',
      replicationFactor: 3,
      config: {},
      placement,
      placementVersion: 1,
    }),
  );
  if (!reply.ok) throw reply.error;
}

function replaceNode(old: number, successor: number): void {
  const reply = runner.run(
    encodeCommand({
      kind: 'replace-node',
      requestId: `replace-${old}`,
      timeMs: 1,
      oldNode: nodeId(old),
      uuid: UUID(successor),
      addresses: addressesOf(successor),
      rack: '',
    }),
  );
  if (!reply.ok) throw reply.error;
}

function reconcilerFor(self: NodeId, id = 1, addresses = addressesOf(id)): Reconciler {
  const driver = new MemberDriver({
    replicas,
    moving: () => runner.machine.moving(),
    partitionOf: (group) => runner.machine.partitionOfGroup(group),
    metadata: () => runner.machine.partitionOfGroup(METADATA_GROUP),
    propose,
    clock: time,
    scheduler: time,
    log: SILENT,
    changesMax: () => 4,
    caughtUpEntriesMax: 10,
    connected: () => true,
    mayLead: () => true,
    limits: {
      stepIntervalMs: 200,
      finishesMax: 8,
      finishRetryMs: 1_000,
      transferRetryMs: 2_000,
      transferRetryMaxMs: 60_000,
      stalledMs: 30_000,
      snapshotStalledMs: 600_000,
    },
  });
  return new Reconciler({
    self,
    introduction: { uuid: UUID(id), addresses, rack: '' },
    catalog: () => runner.machine,
    replicas,
    propose,
    driver,
    scheduler: time,
    wallMs: () => 5,
    log: SILENT,
    intervalMs: 1_000,
    concurrency: 2,
    onRemoved: () => undefined,
  });
}

beforeEach(() => {
  time = new ManualTime();
  runner = new CatalogRunner(new CatalogMachine());
  replicas = new FakeReplicas(() => runner.machine);
  replicas.add(METADATA_GROUP, member(1));
  proposed = [];
  refusal = undefined;
  const nodes = [1, 2, 3].map((id) => ({
    id: nodeId(id),
    uuid: UUID(id),
    addresses: addressesOf(id),
    rack: '',
  }));
  runner.run(encodeCommand({ kind: 'init-cluster', requestId: 'i', timeMs: 1, clusterId: 'c', nodes }));
  reconciler = reconcilerFor(nodeId(1));
});

describe('the reconciler', () => {
  test('creates the replicas of a new stream with all its members as voters, and names the preferred leader', async () => {
    createStream(2);
    reconciler.start();
    await time.advance(10);
    expect(replicas.created).toHaveLength(2);
    for (const { bootstrap, preferred } of replicas.created) {
      const partition = runner.machine.partitionOfGroup(bootstrap.group);
      expect(bootstrap.conf.voters).toEqual([...(partition?.replicas ?? [])].sort((a, b) => a - b));
      expect(preferred).toBe(partition?.replicas[0]);
    }
    await reconciler.stop();
  });

  test('creates nothing of a stream that is deleted while its replicas wait for their turn', async () => {
    createStream(4);
    const create = replicas.create.bind(replicas);
    replicas.create = async (...args) => {
      const command = { kind: 'delete-stream', requestId: 'delete', timeMs: 1, uuid: STREAM } as const;
      if (replicas.created.length === 0) runner.run(encodeCommand(command));
      return await create(...args);
    };
    reconciler.start();
    await time.advance(10);
    expect(replicas.created.map(({ bootstrap }) => bootstrap.group)).toEqual([GROUP]);
    await reconciler.stop();
  });

  test('creates replicas with the machine of what they belong to', async () => {
    const known = runner.machine.nodes().map(({ id }) => ({ node: id, features: FEATURES }));
    const finalise = { kind: 'finalise-features', level: FEATURES.max, nodes: known } as const;
    expect(runner.run(encodeCommand({ ...finalise, requestId: 'level', timeMs: 1 })).ok).toBe(true);
    createStream(1);
    for (const [i, resource] of (['queue', 'bucket', 'coordinator'] as const).entries()) {
      const placement = placedInTurns(
        runner.machine.nodes().map(({ id }) => id),
        1,
      );
      const command = {
        kind: 'create-stream',
        resource,
        requestId: resource,
        timeMs: 1,
        uuid: UUID(5 + i),
        name: 'orders',
        replicationFactor: 3,
        config: {},
        placement,
        placementVersion: 1,
      } as const;
      expect(runner.run(encodeCommand(command)).ok).toBe(true);
    }
    reconciler.start();
    await time.advance(10);
    const made = replicas.created.map(({ bootstrap }) => [bootstrap.group, bootstrap.machine]);
    expect(made).toEqual([
      [1, 'stream'],
      [2, 'queue'],
      [3, 'bucket'],
      [4, 'coordinator'],
    ]);
    await reconciler.stop();
  });

  test('a replica that was placed later begins empty, whatever the catalog wants of the others', async () => {
    createStream();
    replaceNode(2, 4);
    reconciler = reconcilerFor(nodeId(4), 4);
    reconciler.start();
    await time.advance(10);
    const created = replicas.created.find(({ bootstrap }) => bootstrap.group === GROUP);
    expect(created?.bootstrap.conf.voters).toEqual([]);
    await reconciler.stop();
  });

  test('the first members create a group with the first configuration, also when it was changed meanwhile', async () => {
    createStream();
    const initial = runner.machine.partitionOfGroup(GROUP)?.initial ?? [];
    replaceNode(2, 4);
    reconciler.start();
    await time.advance(10);
    expect(replicas.created[0]?.bootstrap.conf.voters).toEqual([...initial].sort((a, b) => a - b));
    await reconciler.stop();
  });

  test('creates nothing twice and nothing that is there', async () => {
    createStream();
    reconciler.start();
    await time.advance(5_000);
    expect(replicas.created).toHaveLength(1);
    await reconciler.stop();
  });

  test('removes a replica for its tombstone only', async () => {
    createStream();
    reconciler.start();
    await time.advance(10);
    const unknown = replicas.add(groupId(77), member(1, 50));
    runner.run(encodeCommand({ kind: 'delete-stream', requestId: 'd', timeMs: 1, uuid: STREAM }));
    await time.advance(2_000);
    expect(replicas.removed.map(({ group }) => group)).toEqual([GROUP]);
    expect(replicas.get(groupId(77))).toBe(unknown);
    await reconciler.stop();
  });

  test('never creates the metadata replica by itself', async () => {
    replicas.replicas.delete(METADATA_GROUP);
    reconciler.start();
    await time.advance(2_000);
    expect(replicas.created).toEqual([]);
    await reconciler.stop();
  });

  test('a damaged replica is replaced by a new one on the same node, that begins empty', async () => {
    createStream();
    reconciler.start();
    await time.advance(10);
    const damaged = replicas.get(GROUP);
    damaged?.reportDamage(new FlowError('CORRUPTION', 'checksum'));
    await time.advance(3_000);
    expect(proposed.filter((command) => command.kind === 'replace-replica')).toHaveLength(1);
    expect(replicas.removed).toEqual([{ group: GROUP, member: damaged?.member }]);
    const successor = replicas.get(GROUP);
    expect(successor?.member).not.toBe(damaged?.member);
    expect(replicas.created.at(-1)?.bootstrap.conf.voters).toEqual([]);
    await reconciler.stop();
  });

  test('a damaged metadata replica is rebuilt from what the leader answers', async () => {
    const damaged = replicas.get(METADATA_GROUP);
    damaged?.reportDamage(new FlowError('CORRUPTION', 'checksum'));
    reconciler.start();
    await time.advance(10);
    expect(replicas.removed).toEqual([{ group: METADATA_GROUP, member: damaged?.member }]);
    expect(replicas.get(METADATA_GROUP)?.member).not.toBe(damaged?.member);
    expect(replicas.created[0]?.bootstrap.conf.voters).toEqual([]);
    await reconciler.stop();
  });

  test('addresses that are refused are told again after a while, not whenever the refusal is applied', async () => {
    reconciler = reconcilerFor(nodeId(1), 1, addressesOf(8));
    refusal = new FlowError('UNSUPPORTED', 'the node is too old');
    reconciler.start();
    const applied = replicas.get(METADATA_GROUP);
    if (applied === undefined) throw new Error('the metadata replica is there');
    for (let i = 0; i < 20; i++) {
      reconciler.onApplied(applied);
      await time.advance(10);
    }
    expect(proposed).toHaveLength(1);
    await time.advance(1_000);
    expect(proposed).toHaveLength(2);
    await reconciler.stop();
  });

  test('tells the cluster its new addresses, once', async () => {
    reconciler = reconcilerFor(nodeId(2), 2);
    runner.run(
      encodeCommand({
        kind: 'update-node',
        requestId: 'moved',
        timeMs: 1,
        node: nodeId(2),
        uuid: UUID(2),
        addresses: addressesOf(8),
        rack: '',
      }),
    );
    reconciler.start();
    await time.advance(5_000);
    expect(proposed.filter((command) => command.kind === 'update-node')).toHaveLength(1);
    expect(runner.machine.node(nodeId(2))?.addresses).toEqual(addressesOf(2));
    await reconciler.stop();
  });
});

describe('the membership driver', () => {
  test('brings a group from a replaced node to its successor and reports it', async () => {
    createStream();
    reconciler.start();
    await time.advance(10);
    const leader = replicas.get(GROUP);
    if (leader === undefined) throw new Error('no replica');
    leader.serving = true;
    const before = runner.machine.partitionOfGroup(GROUP)?.replicas ?? [];
    leader.conf = {
      voters: [...before].sort((a, b) => a - b),
      votersOutgoing: [],
      learners: [],
      learnersNext: [],
      autoLeave: false,
    };
    const gone = before.find((one) => one % 65_536 === 2);
    replaceNode(2, 4);
    const wanted = runner.machine.partitionOfGroup(GROUP)?.replicas ?? [];
    const arriving = wanted.find((one) => !before.includes(one));
    if (gone === undefined || arriving === undefined) throw new Error('nothing moves');

    await time.advance(1_100);
    expect(leader.changes).toEqual([[{ kind: 'add-learner', member: arriving }]]);

    leader.conf = { ...leader.conf, learners: [arriving] };
    const caughtUp = {
      match: 100,
      next: 101,
      state: 'replicate' as const,
      paused: false,
      recentActive: true,
      learner: false,
    };
    leader.lastIndex = 100;
    leader.progress = [...before, arriving].map((one) => ({
      member: one,
      ...caughtUp,
      recentActive: one !== gone,
    }));
    await time.advance(1_100);
    expect(leader.changes.at(-1)).toEqual([
      { kind: 'add-voter', member: arriving },
      { kind: 'remove', member: gone },
    ]);

    leader.conf = { ...leader.conf, voters: [...wanted].sort((a, b) => a - b), learners: [] };
    await time.advance(1_100);
    expect(proposed.at(-1)).toMatchObject({ kind: 'finish-move', group: GROUP });
    expect(runner.machine.partitionOfGroup(GROUP)?.move).toBeUndefined();
    expect(runner.machine.isTombstoned(GROUP, gone)).toBe(true);
    await reconciler.stop();
  });
});

const REPORT: NodeReport = {
  diskTotalBytes: 1_000,
  diskFreeBytes: 400,
  storedBytes: 7,
  rssBytes: 5,
  uptimeMs: 3,
  version: '1.2.3',
  features: { min: 1, max: 2 },
  leading: 0,
  durable: 0,
  avoidLeading: true,
};

describe('health gossip', () => {
  function node(id: number) {
    const own = new FakeReplicas(() => runner.machine);
    const table = new LeaderTable({
      self: nodeId(id),
      clock: time,
      expiryMs: 20_000,
      connected: () => true,
      grpcAddressOf: (one) => `h${one}:2`,
    });
    const sent: Uint8Array[] = [];
    const nodes = new NodeReports({
      self: nodeId(id),
      clock: time,
      connected: () => true,
      own: () => ({ ...REPORT, leading: id }),
      expiryMs: 20_000,
    });
    const gossip = new HealthGossip({
      self: nodeId(id),
      replicas: own,
      table,
      nodes,
      broadcast: (payload) => sent.push(payload),
      scheduler: time,
      summarise: () => ({ logStartOffset: 3, highWatermark: 7 }),
      troubles: () => [`trouble of ${id}`],
      scanIntervalMs: 1_000,
      scansPerRefresh: 5,
      onMalformed: (_, error) => {
        throw error;
      },
    });
    gossip.start();
    return { own, table, nodes, sent, gossip };
  }

  test('tells of a new leader at once, in one message a turn, and of its end', async () => {
    const one = node(1);
    const two = node(2);
    const deliver = () => {
      for (const payload of one.sent.splice(0)) two.gossip.onHealth(nodeId(1), payload);
    };
    for (const group of [5, 6]) {
      const replica = one.own.add(groupId(group), member(1, 4));
      replica.serving = true;
      replica.inSyncNodes = [nodeId(1), nodeId(2)];
      one.gossip.onServing(replica, 3);
    }
    await time.advance(1);
    expect(one.sent).toHaveLength(1);
    deliver();
    expect(two.table.leaderOf(groupId(5))).toEqual({ node: 1, term: 3, grpcAddress: 'h1:2' });
    expect(two.table.summaryOf(groupId(6))).toMatchObject({
      inSync: [1, 2],
      highWatermark: 7,
      logStartOffset: 3,
    });
    const replica = one.own.get(groupId(5));
    if (replica === undefined) throw new Error('no replica');
    replica.serving = false;
    one.gossip.onStopServing(replica);
    await time.advance(1);
    deliver();
    expect(two.table.leaderOf(groupId(5))).toBeUndefined();
    one.gossip.stop();
    two.gossip.stop();
  });

  test('tells how the node itself is with every full report', async () => {
    const one = node(1);
    const two = node(2);
    expect(two.nodes.reportOf(nodeId(1))).toBeUndefined();
    one.gossip.onPeerUp();
    await time.advance(1);
    for (const payload of one.sent.splice(0)) two.gossip.onHealth(nodeId(1), payload);
    expect(two.nodes.reportOf(nodeId(1))).toEqual({ ...REPORT, leading: 1, durable: 0 });
    expect(two.table.troublesOf(nodeId(1))).toEqual(['trouble of 1']);
    one.gossip.stop();
    two.gossip.stop();
  });

  test('tells of a changed in-sync set, and everything again after a while', async () => {
    const one = node(1);
    const replica = one.own.add(groupId(5), member(1, 4));
    replica.serving = true;
    one.gossip.onServing(replica, 3);
    await time.advance(1);
    one.sent.length = 0;
    const kinds = (): string[] => one.sent.map((payload) => decodeHealth(payload).kind);
    replica.inSyncNodes = [nodeId(1)];
    await time.advance(1_100);
    expect(kinds()).toEqual(['node', 'leaders']);
    one.sent.length = 0;
    await time.advance(5_000);
    expect(kinds().filter((kind) => kind === 'leaders')).toHaveLength(1);
    expect(kinds().filter((kind) => kind === 'node')).toHaveLength(5);
    const two = node(2);
    for (const payload of one.sent) two.gossip.onHealth(nodeId(1), payload);
    expect(two.table.leaderOf(groupId(5))?.node).toBe(1);
    expect(two.table.troublesOf(nodeId(1))).toEqual(['trouble of 1']);
    one.gossip.stop();
    two.gossip.stop();
  });
});
