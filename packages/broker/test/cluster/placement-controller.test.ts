import { type GroupId, type MemberId, METADATA_GROUP, type NodeId, nodeId, nodeOf } from '@flowmesh/base';
import {
  type CatalogCommand,
  CatalogMachine,
  encodeCommand,
  type FeatureRange,
  type Reply,
  resolveClusterConfig,
} from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { PlacementController } from '../../src/cluster/controller/placement-controller.ts';
import type { GroupSummary, NodeReport } from '../../src/services/ports.ts';
import { CatalogRunner, type FakeReplica, FakeReplicas, ManualTime, member, SILENT } from './fakes.ts';
import { placedInTurns } from '../placed-in-turns.ts';

const UUID = (n: number) => `00000000-0000-4000-8000-0000000000${String(n).padStart(2, '0')}`;
const introduction = (id: number, max = 2) => ({
  uuid: UUID(id),
  addresses: { peer: `h${id}:1`, grpc: `h${id}:2`, http: '' },
  rack: '',
  features: { min: 1, max },
});
const REPORT: NodeReport = {
  diskTotalBytes: 1_000_000,
  diskFreeBytes: 900_000,
  storedBytes: 0,
  rssBytes: 0,
  uptimeMs: 0,
  version: '1',
  features: { min: 1, max: 2 },
  leading: 0,
  durable: 0,
  avoidLeading: false,
};

let time: ManualTime;
let runner: CatalogRunner;
let metadata: FakeReplica;
let away: Map<number, number>;
let summaries: (group: GroupId) => GroupSummary | undefined;
let proposed: CatalogCommand[];
let controller: PlacementController;
let features: (node: NodeId) => FeatureRange | undefined;
let requests: number;

function run(command: Record<string, unknown>): Reply {
  requests++;
  const complete = { requestId: `test-${requests}`, timeMs: 1, ...command } as unknown as CatalogCommand;
  const reply = runner.run(encodeCommand(complete));
  if (!reply.ok) throw reply.error;
  return reply;
}

function createStream(partitions: number, replicationFactor = 3): void {
  const placement = placedInTurns([1, 2, 3].map(nodeId), partitions, replicationFactor);
  run({
    kind: 'create-stream',
    uuid: UUID(90),
    name: 'orders',
    replicationFactor,
    config: {},
    placement,
    placementVersion: 1,
  });
}

function join(id: number, featuresMax = 2): void {
  run({ kind: 'register-node', ...introduction(id, featuresMax) });
}

/** Every move comes to its end at once, as the leaders would report. */
function finishMoves(): void {
  const moving = Array.from(runner.machine.moving());
  for (const { group, replicas, learners } of moving)
    run({ kind: 'finish-move', group, members: [...replicas, ...learners] });
}

/** Time goes on, and moves end, until nothing is proposed any more. */
async function untilQuiet(): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const before = proposed.length;
    await time.advance(11_000);
    finishMoves();
    controller.onApplied(metadata);
    if (proposed.length === before) return;
  }
  throw new Error('the controller does not come to rest');
}

const ascending = (nodes: readonly NodeId[]): NodeId[] => [...nodes].sort((a, b) => a - b);
const wantedOn = (node: number): number =>
  runner.machine.membersWanted(nodeId(node)).filter(({ group }) => group !== METADATA_GROUP).length;
const kinds = (kind: CatalogCommand['kind']) => proposed.filter((command) => command.kind === kind);
const voters = (): NodeId[] =>
  ascending((runner.machine.partitionOfGroup(METADATA_GROUP)?.replicas ?? []).map((one) => nodeOf(one)));

function start(founders = 3, featureLevel = 2): void {
  const nodes = Array.from({ length: founders }, (_, i) => ({
    id: nodeId(i + 1),
    ...introduction(i + 1, featureLevel),
  }));
  run({ kind: 'init-cluster', clusterId: 'c', nodes, featureLevel });
  controller.start();
  metadata.serving = true;
  controller.onServing(metadata);
}

beforeEach(() => {
  time = new ManualTime();
  runner = new CatalogRunner(new CatalogMachine());
  const replicas = new FakeReplicas(() => runner.machine);
  metadata = replicas.add(METADATA_GROUP, member(1));
  away = new Map();
  features = (node) => runner.machine.node(node)?.features;
  summaries = () => ({ inSync: [], logStartOffset: 0, highWatermark: 0, sizeBytes: 1_000 });
  proposed = [];
  requests = 0;
  controller = new PlacementController({
    catalog: () => runner.machine,
    replicas,
    leaders: {
      leaderOf: () => undefined,
      summaryOf: (group) => summaries(group),
      alive: (node) => !away.has(node),
      onLeaderChange: () => () => undefined,
    },
    nodes: {
      reportOf: () => REPORT,
      featuresOf: (node) => (away.has(node) ? undefined : features(node)),
      downMs: (node) => (away.has(node) ? time.monotonicMs() - (away.get(node) ?? 0) : 0),
      upMs: () => 60_000,
    },
    config: () => resolveClusterConfig(runner.machine.config('cluster')),
    propose: async (command) => {
      proposed.push(command);
      return runner.run(encodeCommand(command));
    },
    clock: time,
    scheduler: time,
    log: SILENT,
    limits: {
      intervalMs: 1_000,
      soonMs: 200,
      idlePlanMs: 10_000,
      movesMax: 400,
      batchMax: 100,
      refillsMax: 8,
      settleMs: 10_000,
      refusalPauseMs: 5_000,
      featureSettleMs: 30_000,
    },
  });
});

describe('the placement controller', () => {
  test('spreads replicas to a node that joined, once the membership has settled, and comes to rest', async () => {
    start();
    createStream(12);
    await untilQuiet();
    join(4);
    await time.advance(9_000);
    expect(kinds('move-replicas')).toEqual([]);
    await untilQuiet();
    expect([1, 2, 3, 4].map(wantedOn)).toEqual([9, 9, 9, 9]);
    controller.stop();
  });

  test('balances nothing while a node is away or a size is unknown, but repairs', async () => {
    start();
    createStream(12);
    join(4);
    away.set(4, time.monotonicMs());
    await untilQuiet();
    expect(kinds('move-replicas')).toEqual([]);
    away.delete(4);
    summaries = () => undefined;
    await untilQuiet();
    expect(kinds('move-replicas')).toEqual([]);
    away.set(3, time.monotonicMs());
    await time.advance(899_000);
    expect(kinds('move-replicas')).toEqual([]);
    await untilQuiet();
    expect(wantedOn(3)).toBe(0);
    expect(
      kinds('move-replicas').every(
        (command) => command.kind === 'move-replicas' && command.reason === 'repair',
      ),
    ).toBe(true);
    controller.stop();
  });

  test('a new metadata leader counts an absence from the moment it began to look', async () => {
    start();
    createStream(3);
    join(4);
    away.set(3, time.monotonicMs());
    await time.advance(800_000);
    controller.onServing(metadata);
    await time.advance(800_000);
    expect(kinds('move-replicas')).toEqual([]);
    await time.advance(200_000);
    expect(kinds('move-replicas')).not.toEqual([]);
    controller.stop();
  });

  test('with the balancer off only a rebalance moves for balance, and it ends by itself', async () => {
    start();
    run({ kind: 'set-config', scope: 'cluster', set: { 'balancer.enabled': 'false' }, unset: [] });
    createStream(12);
    join(4);
    await untilQuiet();
    expect(kinds('move-replicas')).toEqual([]);
    run({ kind: 'start-rebalance', id: 'r1' });
    await untilQuiet();
    expect([1, 2, 3, 4].map(wantedOn)).toEqual([9, 9, 9, 9]);
    expect(runner.machine.rebalance()).toMatchObject({ id: 'r1', state: 'done' });
    expect(runner.machine.rebalance()?.moves).toBeGreaterThan(8);
    controller.stop();
  });

  test('a decommissioned node is emptied, gives its metadata vote away, and is removed', async () => {
    start();
    createStream(6);
    join(4);
    run({ kind: 'set-node-mode', node: nodeId(2), mode: 'decommissioning' });
    await untilQuiet();
    expect(wantedOn(2)).toBe(0);
    expect(voters()).toEqual([1, 3, 4]);
    expect(runner.machine.node(nodeId(2))?.state).toBe('removed');
    expect(kinds('remove-node')).toHaveLength(1);
    controller.stop();
  });

  test('metadata voters grow with the cluster, and change for nothing else while all are well', async () => {
    start(1);
    join(2);
    await untilQuiet();
    expect(voters()).toEqual([1]);
    join(3);
    await untilQuiet();
    expect(voters()).toEqual([1, 2, 3]);
    join(4);
    join(5);
    await untilQuiet();
    expect(kinds('set-metadata-voters')).toHaveLength(1);
    run({ kind: 'set-config', scope: 'cluster', set: { 'metadata.voters': '5' }, unset: [] });
    await untilQuiet();
    expect(voters()).toHaveLength(5);
    controller.stop();
  });

  test('a metadata voter that is dead is replaced, one that is away is not', async () => {
    start();
    join(4);
    away.set(2, time.monotonicMs());
    await time.advance(890_000);
    expect(voters()).toEqual([1, 2, 3]);
    await untilQuiet();
    expect(voters()).toEqual([1, 3, 4]);
    controller.stop();
  });

  test('lesson: a change of metadata voters gives way where it waits for a successor that never comes', async () => {
    start(3, 3);
    join(4, 3);
    run({ kind: 'replace-node', oldNode: nodeId(3), ...introduction(5, 3) });
    away.set(5, time.monotonicMs());
    await time.advance(890_000);
    expect(voters()).toEqual([1, 2, 5]);
    await time.advance(20_000);
    expect(voters()).toEqual([1, 2, 4]);
    expect(kinds('set-metadata-voters')).toHaveLength(1);
    finishMoves();
    await untilQuiet();
    expect(voters()).toEqual([1, 2, 4]);
    controller.stop();
  });

  test('lesson: a change of metadata voters gives way at once where the one it waits for is forgotten', async () => {
    start(3, 3);
    join(4, 3);
    run({ kind: 'replace-node', oldNode: nodeId(3), ...introduction(5, 3) });
    away.set(5, time.monotonicMs());
    // Whoever leaves meanwhile stays until that is done.
    run({ kind: 'set-node-mode', node: nodeId(2), mode: 'decommissioning' });
    await time.advance(20_000);
    expect(voters()).toEqual([1, 2, 5]);
    run({ kind: 'remove-node', node: nodeId(5), force: true });
    await time.advance(5_000);
    expect(voters()).toEqual([1, 2, 4]);
    expect(kinds('set-metadata-voters')).toHaveLength(1);
    controller.stop();
  });

  test('a change of metadata voters that only has to be larger is let come to its end first', async () => {
    start(3, 3);
    for (const id of [4, 5]) join(id, 3);
    run({ kind: 'replace-node', oldNode: nodeId(3), ...introduction(6, 3) });
    run({ kind: 'set-config', scope: 'cluster', set: { 'metadata.voters': '5' }, unset: [] });
    await time.advance(60_000);
    expect(kinds('set-metadata-voters')).toEqual([]);
    finishMoves();
    await untilQuiet();
    expect(voters()).toHaveLength(5);
    controller.stop();
  });

  test('a move to a node that died is given up, and another one takes its place', async () => {
    start();
    createStream(1);
    for (const id of [4, 5]) join(id);
    const [partition] = [...runner.machine.partitions()].filter(({ group }) => group !== METADATA_GROUP);
    const from = (partition?.replicas ?? []).map((one) => nodeOf(one));
    run({ kind: 'set-config', scope: 'cluster', set: { 'balancer.enabled': 'false' }, unset: [] });
    run({
      kind: 'move-replicas',
      moves: [{ group: partition?.group, from, to: [from[0], from[1], 4] }],
      reason: 'manual',
    });
    for (const id of [from[2] as number, 4]) away.set(id, time.monotonicMs());
    await time.advance(905_000);
    expect(kinds('cancel-moves')).toHaveLength(1);
    finishMoves();
    await untilQuiet();
    const replicas = runner.machine.partitionOfGroup(partition?.group as GroupId)?.replicas ?? [];
    expect(ascending(replicas.map((one) => nodeOf(one)))).toEqual(
      ascending([...from.slice(0, 2), nodeId(5)]),
    );
    controller.stop();
  });

  test('a replica whose empty successor died with its node is made anew elsewhere', async () => {
    start();
    createStream(1);
    join(4);
    const [partition] = [...runner.machine.partitions()].filter(({ group }) => group !== METADATA_GROUP);
    const { group, replicas } = partition as { group: GroupId; replicas: readonly MemberId[] };
    run({ kind: 'set-config', scope: 'cluster', set: { 'balancer.enabled': 'false' }, unset: [] });
    run({ kind: 'replace-replica', group, member: replicas[2] });
    const lost = nodeOf(replicas[2] as MemberId);
    away.set(lost, time.monotonicMs());
    await time.advance(890_000);
    expect(kinds('move-replicas')).toEqual([]);
    await time.advance(15_000);
    expect(kinds('move-replicas')).toMatchObject([{ reason: 'repair' }]);
    expect(kinds('cancel-moves')).toEqual([]);
    const wanted = runner.machine.partitionOfGroup(group);
    expect(ascending((wanted?.replicas ?? []).map((one) => nodeOf(one)))).toEqual(
      ascending([...replicas.slice(0, 2).map((one) => nodeOf(one)), nodeId(4)]),
    );
    expect(wanted?.move?.releasing.map((one) => nodeOf(one))).toEqual([lost]);
    controller.stop();
  });

  test('a cancelled move that waits for a node that died is repaired', async () => {
    start();
    createStream(1);
    for (const id of [4, 5]) join(id);
    const [partition] = [...runner.machine.partitions()].filter(({ group }) => group !== METADATA_GROUP);
    const { group, replicas } = partition as { group: GroupId; replicas: readonly MemberId[] };
    const from = replicas.map((one) => nodeOf(one));
    run({ kind: 'set-config', scope: 'cluster', set: { 'balancer.enabled': 'false' }, unset: [] });
    run({ kind: 'move-replicas', moves: [{ group, from, to: [from[0], from[1], 4] }], reason: 'manual' });
    run({ kind: 'cancel-moves', groups: [group] });
    away.set(from[2] as number, time.monotonicMs());
    await time.advance(905_000);
    const after = runner.machine.partitionOfGroup(group);
    expect(after?.replicas.map((one) => nodeOf(one))).not.toContain(from[2]);
    expect(after?.replicas).toHaveLength(3);
    expect(after?.move?.reason).toBe('repair');
    controller.stop();
  });

  test('a group that was recovered from one member gets its other replicas back', async () => {
    start();
    createStream(1);
    const [partition] = Array.from(runner.machine.partitions()).filter(
      ({ group }) => group !== METADATA_GROUP,
    );
    const { group, replicas } = partition as { group: GroupId; replicas: readonly MemberId[] };
    run({ kind: 'set-config', scope: 'cluster', set: { 'balancer.enabled': 'false' }, unset: [] });
    run({ kind: 'recover-group', group, survivor: replicas[1], reason: 'two disks burnt' });
    run({ kind: 'finish-move', group, members: [replicas[1]] });
    expect(runner.machine.partitionOfGroup(group)?.replicas).toEqual([replicas[1]]);
    await untilQuiet();
    const after = runner.machine.partitionOfGroup(group)?.replicas ?? [];
    expect(ascending(after.map((one) => nodeOf(one)))).toEqual([1, 2, 3]);
    expect(after).toContain(replicas[1]);
    expect(after).not.toContain(replicas[0]);
    controller.stop();
  });

  test('a refused change is tried again after a pause, and holds up nothing else', async () => {
    start();
    createStream(6);
    join(4);
    // The catalog does not let a node go that holds something: the controller must not ask for it over and over.
    run({ kind: 'set-node-mode', node: nodeId(2), mode: 'decommissioning' });
    await time.advance(30_000);
    expect(kinds('remove-node')).toEqual([]);
    expect(kinds('move-replicas').length).toBeGreaterThan(0);
    controller.stop();
  });

  test('a feature level that all nodes know is finalised after a while, unless an operator wants to do that', async () => {
    const nodes = [1, 2].map((id) => ({ id: nodeId(id), ...introduction(id, id === 1 ? 2 : 1) }));
    run({ kind: 'init-cluster', clusterId: 'c', nodes, featureLevel: 1 });
    controller.start();
    metadata.serving = true;
    controller.onServing(metadata);
    await time.advance(60_000);
    expect(kinds('finalise-features')).toEqual([]);
    run({ kind: 'update-node', node: nodeId(2), ...introduction(2) });
    await time.advance(29_000);
    expect(kinds('finalise-features')).toEqual([]);
    await time.advance(3_000);
    expect(runner.machine.featureLevel).toBe(2);
    controller.stop();
  });

  test('no level is finalised while a node is away, has not told what it knows, or is back with an older build', async () => {
    const nodes = [1, 2].map((id) => ({ id: nodeId(id), ...introduction(id) }));
    run({ kind: 'init-cluster', clusterId: 'c', nodes, featureLevel: 1 });
    controller.start();
    metadata.serving = true;
    controller.onServing(metadata);
    away.set(nodeId(2), 0);
    await time.advance(60_000);
    away.clear();
    features = (node) => (node === 2 ? undefined : { min: 1, max: 2 });
    await time.advance(60_000);
    features = (node) => (node === 2 ? { min: 1, max: 1 } : { min: 1, max: 2 });
    await time.advance(60_000);
    expect(kinds('finalise-features')).toEqual([]);
    features = () => ({ min: 1, max: 2 });
    await time.advance(32_000);
    expect(runner.machine.featureLevel).toBe(2);
    controller.stop();
  });

  test('what was stored of the nodes by a build that forgot it does not count', async () => {
    const nodes = [1, 2].map((id) => ({ id: nodeId(id), ...introduction(id, 1) }));
    run({ kind: 'init-cluster', clusterId: 'c', nodes, featureLevel: 1 });
    controller.start();
    metadata.serving = true;
    controller.onServing(metadata);
    features = () => ({ min: 1, max: 2 });
    await time.advance(32_000);
    expect(runner.machine.featureLevel).toBe(2);
    expect(runner.machine.activeNodes().map((node) => [node.features.max, node.version])).toEqual([
      [2, REPORT.version],
      [2, REPORT.version],
    ]);
    controller.stop();
  });

  test('does nothing where this node does not lead the metadata', async () => {
    start();
    createStream(12);
    join(4);
    metadata.serving = false;
    controller.onStopServing(metadata);
    await time.advance(60_000);
    expect(proposed).toEqual([]);
    controller.stop();
  });
});
