import { type MemberId, METADATA_GROUP, must } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import {
  FEATURES,
  groupOfScope,
  groupScope,
  joinTokenState,
  levelOf,
  resolveClusterConfig,
  resolveGroupConfig,
} from '../../src/index.ts';
import { group, introduction, member, node, TestCatalog, today, uuid } from './cluster.ts';

const mode = (id: number, to: 'normal' | 'draining' | 'decommissioning', force?: boolean) => ({
  kind: 'set-node-mode' as const,
  node: node(id),
  mode: to,
  ...(force === undefined ? {} : { force }),
});
const remove = (id: number, force = false) => ({ kind: 'remove-node' as const, node: node(id), force });

describe('draining', () => {
  test('is set, taken back and remembered with its revision', () => {
    const catalog = TestCatalog.modern();
    expect(catalog.done(mode(2, 'draining'))).toEqual({
      kind: 'node-mode-set',
      node: 2,
      mode: 'draining',
      revision: 2,
    });
    expect(catalog.machine.node(node(2))).toMatchObject({ mode: 'draining', modeRevision: 2 });
    catalog.done(mode(2, 'draining'));
    expect(catalog.machine.revision).toBe(2);
    catalog.done(mode(2, 'normal'));
    expect(catalog.machine.node(node(2))?.mode).toBe('normal');
    expect(catalog.code(mode(9, 'draining'))).toBe('NOT_FOUND');
  });

  test('is refused where a partition would have too few replicas in sync, unless by force', () => {
    const catalog = TestCatalog.modern(4);
    catalog.done({ ...catalog.create('orders'), config: { 'min.insync.replicas': '2' } });
    expect(catalog.code(mode(2, 'draining'))).toBe('ok');
    expect(catalog.code(mode(1, 'draining'))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(mode(4, 'draining'))).toBe('ok');
    expect(catalog.code(mode(1, 'draining', true))).toBe('ok');
  });

  test('keeps somebody who can lead the metadata and a partition of one replica', () => {
    const catalog = TestCatalog.modern(4);
    catalog.done(catalog.create('single', { rf: 1 }));
    const [home = 0] = catalog.placed(1);
    expect(catalog.code(mode(home, 'draining'))).toBe('PRECONDITION_FAILED');
    const others = [1, 2, 3].filter((id) => id !== home);
    for (const id of others) catalog.done(mode(id, 'draining'));
    catalog.done(catalog.move(1, [4]));
    expect(catalog.code(mode(home, 'draining'))).toBe('PRECONDITION_FAILED');
  });

  test('takes new replicas of no stream', () => {
    const catalog = TestCatalog.modern(3);
    const planned = catalog.create('orders');
    catalog.done(mode(3, 'draining'));
    expect(catalog.code(planned)).toBe('PRECONDITION_FAILED');
  });
});

describe('decommissioning', () => {
  test('needs other nodes for everything that the node has', () => {
    const catalog = TestCatalog.modern(4);
    catalog.done(catalog.create('orders'));
    expect(catalog.code(mode(1, 'decommissioning'))).toBe('ok');
    expect(catalog.code(mode(2, 'decommissioning'))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(mode(2, 'decommissioning', true))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'register-node', ...today(9) });
    expect(catalog.code(mode(2, 'decommissioning'))).toBe('ok');
  });

  test('is refused where the metadata would be left with one voter, unless by force', () => {
    const catalog = TestCatalog.modern(3);
    const refusal = catalog.error(mode(3, 'decommissioning'));
    expect(refusal.code).toBe('PRECONDITION_FAILED');
    expect(refusal.message).toContain('metadata would be left with one voter');
    expect(refusal.hint).toContain('flowmesh-admin nodes decommission 3 --force');
    expect(catalog.code(mode(3, 'decommissioning', true))).toBe('ok');
    catalog.done({ kind: 'set-metadata-voters', voters: [node(1)] });
    catalog.finish(METADATA_GROUP);
    expect(catalog.code(remove(3))).toBe('ok');
    // With one voter there is no tolerance to lose.
    expect(catalog.code(mode(2, 'decommissioning'))).toBe('ok');
  });

  test('to a single voter is not refused at levels of builds that would accept it', () => {
    const catalog = new TestCatalog();
    const nodes = [1, 2, 3].map((n) => ({ id: node(n), ...introduction(n) }));
    catalog.done({ kind: 'init-cluster', clusterId: 'old', nodes, featureLevel: 2 });
    expect(catalog.code(mode(3, 'decommissioning'))).toBe('ok');
  });

  test('counts nodes that leave as gone for the metadata, and drained ones as staying', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(mode(5, 'draining'));
    expect(catalog.code(mode(4, 'decommissioning'))).toBe('ok');
    expect(catalog.code(mode(3, 'decommissioning'))).toBe('ok');
    expect(catalog.error(mode(2, 'decommissioning')).message).toContain('there are 2 nodes to stay');
    expect(catalog.error(remove(5)).hint).toContain('flowmesh-admin nodes remove 5 --force');
    expect(catalog.code(remove(4))).toBe('ok');
    expect(catalog.code(remove(5, true))).toBe('ok');
  });

  test('where a replication factor exceeds the nodes left is refused with that reason, by force too', () => {
    const catalog = TestCatalog.modern(3);
    catalog.done(catalog.create('orders'));
    for (const force of [false, true]) {
      expect(catalog.error(mode(3, 'decommissioning', force)).message).toBe(
        "without node 3 there are 2 nodes in normal mode, and stream 'orders' partition 0 needs 3",
      );
    }
  });

  test('ends with the removal of the node, once nothing names it', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(catalog.create('orders'));
    catalog.done(mode(3, 'decommissioning'));
    expect(catalog.code(remove(3))).toBe('PRECONDITION_FAILED');
    catalog.done(catalog.move(1, [1, 2, 4], 'decommission'));
    expect(catalog.code(remove(3))).toBe('PRECONDITION_FAILED');
    catalog.finish(1);
    // Still a voter of the metadata group.
    expect(catalog.code(remove(3))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'set-metadata-voters', voters: [1, 2, 4].map(node) });
    catalog.finish(METADATA_GROUP);
    expect(catalog.done(remove(3))).toMatchObject({ kind: 'node-removed', node: 3 });
    expect(catalog.machine.node(node(3))?.state).toBe('removed');
    expect(catalog.machine.activeNodes().map((one) => one.id)).toEqual([1, 2, 4, 5]);
    expect(catalog.machine.partitionOfGroup(METADATA_GROUP)).toMatchObject({
      learners: [member(5, 3)],
      move: { releasing: [member(3, 1)], reason: 'decommission' },
    });
    const { revision } = catalog.machine;
    expect(catalog.code(remove(3))).toBe('ok');
    expect(catalog.machine.revision).toBe(revision);
  });

  test('by force leaves the replicas wanted until they are made anew elsewhere', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(catalog.create('orders'));
    catalog.done(remove(3, true));
    expect(catalog.placed(1)).toEqual([1, 2, 3]);
    expect(catalog.code(catalog.move(1, [1, 3, 4], 'repair'))).toBe('PRECONDITION_FAILED');
    expect(catalog.code(catalog.move(1, [1, 2, 4], 'repair'))).toBe('ok');
  });

  test('and removal are for ever', () => {
    const catalog = TestCatalog.modern(4);
    catalog.done(remove(4));
    expect(catalog.code({ kind: 'register-node', ...today(4) })).toBe('IDENTITY_MISMATCH');
    expect(catalog.code({ kind: 'update-node', node: node(4), ...today(4) })).toBe('IDENTITY_MISMATCH');
    expect(catalog.code({ kind: 'replace-node', oldNode: node(4), ...today(9) })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ kind: 'replace-node', oldNode: node(3), ...today(4) })).toBe('IDENTITY_MISMATCH');
    expect(catalog.code(mode(4, 'normal'))).toBe('IDENTITY_MISMATCH');
    catalog.done(remove(3, true));
    catalog.done(remove(2, true));
    expect(catalog.code(remove(1, true))).toBe('PRECONDITION_FAILED');
  });
});

describe('the dynamic configuration', () => {
  const set = (scope: string, values: Readonly<Record<string, string>>, unset: readonly string[] = []) => ({
    kind: 'set-config' as const,
    scope,
    set: values,
    unset,
  });

  test('of a share group is kept under its name, whether there is one or not, from the level on that knows it', () => {
    const catalog = TestCatalog.modern(3);
    const { machine } = catalog;
    const scope = groupScope('workers of grüße');
    expect(groupOfScope(scope)).toBe('workers of grüße');
    expect(resolveGroupConfig(machine.config(scope))).toMatchObject({
      isolation: 'uncommitted',
      start: { kind: 'latest' },
      lockMs: 30_000,
      attemptsMax: 5,
    });
    const values = { 'share.isolation.level': 'read_committed', 'share.delivery.count.limit': '9' };
    catalog.done(set(scope, values));
    expect(resolveGroupConfig(machine.config(scope))).toMatchObject({
      isolation: 'committed',
      attemptsMax: 9,
    });
    expect(catalog.code(set(scope, { 'share.delivery.count.limit': '0' }))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(set(scope, { 'log.level': 'debug' }))).toBe('INVALID_ARGUMENT');
    for (const none of ['group:', `group:${'x'.repeat(250)}`, 'group:a\u0000b'])
      expect(catalog.code(set(none, values))).toBe('INVALID_ARGUMENT');
    catalog.done(set(scope, {}, Object.keys(values)));
    expect(machine.config(scope)).toEqual({});
    const common = { requestId: 'r', timeMs: 1 };
    expect(levelOf({ ...common, ...set(scope, values) })).toBe(3);
    expect(levelOf({ ...common, ...set('cluster', { 'log.level': 'debug' }) })).toBe(2);
  });

  test('has its defaults, takes values for the cluster, and for a node those that a node may have', () => {
    const catalog = TestCatalog.modern(3, { 'join.token.required': 'true' });
    const { machine } = catalog;
    expect(machine.clusterConfig('joinTokenRequired')).toBe(true);
    expect(machine.clusterConfig('repairDelayMs')).toBe(900_000);
    catalog.done(set('cluster', { 'move.concurrency.per.node': '8', 'log.level': 'debug' }));
    catalog.done(set('node:2', { 'move.concurrency.per.node': '2' }));
    const resolved = resolveClusterConfig(machine.config('cluster'), machine.config('node:2'));
    expect(resolved).toMatchObject({
      joinTokenRequired: true,
      replicaLagTimeMaxMs: 10_000,
      moveConcurrencyPerNode: 2,
      moveBytesPerSecond: 104_857_600,
      balancerEnabled: true,
      metadataVoters: 3,
      featureFinalise: 'auto',
      logLevel: 'debug',
    });
    expect(machine.clusterConfig('moveConcurrencyPerNode')).toBe(8);
    catalog.done(set('cluster', {}, ['log.level', 'move.concurrency.per.node']));
    expect(machine.config('cluster')).toEqual({ 'join.token.required': 'true' });
  });

  test.each([
    ['cluster', { 'repair.delay.sm': '1' }, 'INVALID_ARGUMENT'],
    ['cluster', { 'metadata.voters': '4' }, 'INVALID_ARGUMENT'],
    ['cluster', { 'balancer.enabled': 'yes' }, 'INVALID_ARGUMENT'],
    ['cluster', { 'move.bytes.per.second': '0' }, 'INVALID_ARGUMENT'],
    ['cluster', { 'move.bytes.per.second': '-1' }, 'ok'],
    ['cluster', { 'repair.delay.ms': '-1' }, 'INVALID_ARGUMENT'],
    ['node:2', { 'repair.delay.ms': '1' }, 'INVALID_ARGUMENT'],
    ['node:2', { 'log.level': 'trace' }, 'ok'],
    ['node:9', { 'log.level': 'trace' }, 'NOT_FOUND'],
    ['node:0', { 'log.level': 'trace' }, 'INVALID_ARGUMENT'],
    ['node:99999', { 'log.level': 'trace' }, 'INVALID_ARGUMENT'],
    ['stream:a', {}, 'INVALID_ARGUMENT'],
  ] as const)('in %s, %j: %s', (scope, values, code) => {
    expect(TestCatalog.modern().code(set(scope, values))).toBe(code);
  });

  test('takes all of a change or nothing, and no key twice', () => {
    const catalog = TestCatalog.modern();
    expect(catalog.code(set('cluster', { 'repair.delay.ms': '5', 'log.level': 'loud' }))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(catalog.machine.config('cluster')).toEqual({});
    expect(catalog.code(set('cluster', { 'log.level': 'info' }, ['log.level']))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(set('cluster', {}, ['constructor']))).toBe('INVALID_ARGUMENT');
  });

  test('that a cluster is founded with is checked as well', () => {
    const nodes = [{ id: node(1), ...introduction(1) }];
    const found = { kind: 'init-cluster' as const, clusterId: 'test', nodes };
    expect(new TestCatalog().code({ ...found, config: { nonsense: '1' } })).toBe('INVALID_ARGUMENT');
  });
});

describe('join tokens', () => {
  const DAY_MS = 86_400_000;
  const id = (n: number): string => n.toString(16).padStart(16, '0');
  const hash = (n: number): string => n.toString(16).padStart(64, '0');
  const create = (n: number, options: { uses?: number; timeMs?: number; expiresAtMs?: number } = {}) => ({
    kind: 'create-join-token' as const,
    id: id(n),
    secretHash: hash(n),
    timeMs: options.timeMs ?? 1_000,
    expiresAtMs: options.expiresAtMs ?? (options.timeMs ?? 1_000) + DAY_MS,
    usesMax: options.uses ?? 1,
    description: 'rack 7',
  });
  const join = (n: number, token?: number, timeMs = 2_000) => ({
    kind: 'register-node' as const,
    timeMs,
    ...today(n),
    ...(token === undefined ? {} : { token: { id: id(token), secretHash: hash(token) } }),
  });
  const closed = (): TestCatalog => TestCatalog.modern(3, { 'join.token.required': 'true' });

  test('are needed by unknown directories only, and only where the cluster says so', () => {
    expect(TestCatalog.modern().code(join(9))).toBe('ok');
    const catalog = closed();
    expect(catalog.code(join(9))).toBe('UNAUTHENTICATED');
    expect(catalog.code(join(9, 7))).toBe('UNAUTHENTICATED');
    expect(catalog.code(join(2))).toBe('ok');
  });

  test('let in as many nodes as they may, and the same node again', () => {
    const catalog = closed();
    expect(catalog.done(create(1, { uses: 2 }))).toEqual({ kind: 'join-token-created', id: id(1) });
    expect(catalog.code(join(9, 1))).toBe('ok');
    expect(catalog.code(join(9, 1))).toBe('ok');
    expect(catalog.code(join(10, 1))).toBe('ok');
    expect(catalog.code(join(11, 1))).toBe('UNAUTHENTICATED');
    const [token] = catalog.machine.joinTokens();
    expect(token).toMatchObject({ usedBy: [uuid(9), uuid(10)], description: 'rack 7' });
    expect(token === undefined ? '' : joinTokenState(token, 2_000)).toBe('used');
  });

  test('let nobody in with another secret, after their end, or once revoked', () => {
    const catalog = closed();
    catalog.done(create(1, { uses: 9 }));
    const guess = { ...join(9), token: { id: id(1), secretHash: hash(2) } };
    expect(catalog.code(guess)).toBe('UNAUTHENTICATED');
    expect(catalog.code(join(9, 1, 1_000 + DAY_MS))).toBe('UNAUTHENTICATED');
    expect(catalog.code(join(9, 1, 999 + DAY_MS))).toBe('ok');
    expect(catalog.code({ kind: 'revoke-join-token', id: id(1) })).toBe('ok');
    expect(catalog.code({ kind: 'revoke-join-token', id: id(1) })).toBe('ok');
    expect(catalog.code(join(10, 1))).toBe('UNAUTHENTICATED');
    expect(catalog.code({ kind: 'revoke-join-token', id: id(2) })).toBe('NOT_FOUND');
  });

  test('are not needed by who takes the place of the directory that it lost, but by any other', () => {
    const catalog = closed();
    const replace = { kind: 'replace-node' as const, oldNode: node(3), ...today(9) };
    expect(catalog.code(replace)).toBe('UNAUTHENTICATED');
    expect(catalog.code({ ...replace, lostUuid: uuid(2) })).toBe('UNAUTHENTICATED');
    expect(catalog.code({ ...replace, lostUuid: uuid(3) })).toBe('ok');
    catalog.done(create(1));
    const other = { ...replace, oldNode: node(2), ...today(10), token: { id: id(1), secretHash: hash(1) } };
    expect(catalog.code({ ...other, timeMs: 2_000 })).toBe('ok');
    expect(catalog.machine.joinTokens()[0]?.usedBy).toEqual([uuid(10)]);
  });

  test('end within thirty days, and have an id of their own', () => {
    const catalog = closed();
    expect(catalog.code(create(1, { expiresAtMs: 1_000 }))).toBe('INVALID_ARGUMENT');
    expect(catalog.code(create(1, { expiresAtMs: 1_001 + 30 * DAY_MS }))).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ ...create(1), usesMax: 1_001 })).toBe('INVALID_ARGUMENT');
    expect(catalog.code({ ...create(1), id: 'abc' })).toBe('INVALID_ARGUMENT');
    expect(catalog.code(create(1))).toBe('ok');
    expect(catalog.code(create(1))).toBe('ALREADY_EXISTS');
  });

  test('that ended a week ago make room, then those of no use, and valid ones never do', () => {
    const catalog = closed();
    for (let n = 1; n <= 1_000; n++) catalog.done(create(n));
    expect(catalog.code(create(1_001))).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'revoke-join-token', id: id(500) });
    expect(catalog.code(create(1_001))).toBe('ok');
    expect(catalog.machine.joinTokens().map((one) => one.id)).not.toContain(id(500));
    expect(catalog.machine.joinTokens().length).toBe(1_000);
    catalog.done(create(1_002, { timeMs: 1_000 + 8 * DAY_MS }));
    expect(catalog.machine.joinTokens().map((one) => one.id)).toEqual([id(1_002)]);
  });
});

describe('feature levels', () => {
  test('keep commands out that not every node understands, and say which nodes hold them back', () => {
    const catalog = TestCatalog.initialised();
    const reply = catalog.run(mode(2, 'draining'));
    expect(reply).toMatchObject({ ok: false, error: { code: 'UNSUPPORTED' } });
    expect(reply.ok ? '' : reply.error.hint).toBe('Upgrade nodes 1, 2, 3 first.');
    expect(catalog.code({ kind: 'finalise-features', level: 2 })).toBe('UNSUPPORTED');
    for (const n of [1, 2, 3]) catalog.done({ kind: 'update-node', node: node(n), ...today(n) });
    expect(catalog.code(mode(2, 'draining'))).toBe('UNSUPPORTED');
    expect(catalog.done({ kind: 'finalise-features', level: 2 })).toEqual({
      kind: 'features-finalised',
      level: 2,
    });
    expect(catalog.machine.featureLevel).toBe(2);
    expect(catalog.code(mode(2, 'draining'))).toBe('ok');
  });

  test('are never given up again, nor raised beyond what the nodes know', () => {
    const catalog = TestCatalog.modern();
    expect(catalog.code({ kind: 'finalise-features', level: 1 })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ kind: 'finalise-features', level: FEATURES.max - 1 })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ kind: 'finalise-features', level: FEATURES.max })).toBe('ok');
    expect(catalog.code({ kind: 'finalise-features', level: FEATURES.max + 1 })).toBe('UNSUPPORTED');
  });

  test('are finalised with what all nodes are told of each other, so that copies which had forgotten it agree', () => {
    const [one, other] = [TestCatalog.initialised(), TestCatalog.initialised()];
    for (const n of [1, 2, 3]) one.done({ kind: 'update-node', node: node(n), ...today(n) });
    other.index = one.index;
    const features = { min: 1, max: 2 };
    const nodes = [1, 2, 3].map((n) => ({
      node: node(n),
      features,
      version: '1.2.3',
      capacityBytes: 1_000,
    }));
    for (const copy of [one, other]) copy.done({ kind: 'finalise-features', level: 2, nodes });
    expect(other.machine.nodes()).toEqual(one.machine.nodes());
    expect(other.machine.nodes()[0]).toMatchObject({ version: '1.2.3', capacityBytes: 1_000, features });
    expect(other.machine.revision).toBe(one.machine.revision);
  });

  test('are not finalised from the first to the next while replicas are replaced', () => {
    const catalog = TestCatalog.initialised();
    for (const n of [1, 2, 3]) catalog.done({ kind: 'update-node', node: node(n), ...today(n) });
    catalog.done(catalog.create('orders', { partitions: 1 }));
    const orders = must(catalog.machine.partitionOfGroup(group(1)), 'the stream has a partition');
    const damaged = must(orders.replicas[0], 'it has replicas');
    catalog.done({ kind: 'replace-replica', group: group(1), member: damaged });
    expect(catalog.code({ kind: 'finalise-features', level: 2 })).toBe('PRECONDITION_FAILED');
    const healed = must(catalog.machine.partitionOfGroup(group(1)), 'it is still there');
    catalog.done({ kind: 'finish-move', group: group(1), members: healed.replicas });
    expect(catalog.code({ kind: 'finalise-features', level: 2 })).toBe('ok');
  });

  test('keep nodes out whose build does not fit', () => {
    const catalog = TestCatalog.modern();
    const old = { ...today(9), features: { min: 1, max: 1 } };
    expect(catalog.code({ kind: 'register-node', ...old })).toBe('UNSUPPORTED');
    expect(catalog.code({ kind: 'register-node', ...introduction(9) })).toBe('UNSUPPORTED');
    expect(
      catalog.code({
        kind: 'register-node',
        ...old,
        features: { min: FEATURES.max + 1, max: FEATURES.max + 2 },
      }),
    ).toBe('UNSUPPORTED');
    expect(catalog.code({ kind: 'update-node', node: node(2), ...old, uuid: uuid(2) })).toBe('UNSUPPORTED');
    expect(catalog.code({ kind: 'replace-node', oldNode: node(2), ...old })).toBe('UNSUPPORTED');
    expect(catalog.code({ kind: 'register-node', ...old, features: { min: 2, max: FEATURES.max + 2 } })).toBe(
      'ok',
    );
  });

  test('are not those of a later build when a cluster is founded', () => {
    const nodes = [{ id: node(1), ...introduction(1) }];
    const found = { kind: 'init-cluster' as const, clusterId: 'test', nodes };
    expect(new TestCatalog().code({ ...found, featureLevel: FEATURES.max + 1 })).toBe('UNSUPPORTED');
    const told = [{ ...introduction(1), id: node(1), features: { min: 1, max: 1 } }];
    expect(new TestCatalog().code({ ...found, nodes: told, featureLevel: 2 })).toBe('UNSUPPORTED');
  });
});

describe('a rebalance', () => {
  test('runs alone, counts its moves, and ends', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(catalog.create('orders', { partitions: 2 }));
    const marked = { ...catalog.move(1, [1, 2, 4], 'balance'), rebalance: true };
    expect(catalog.code(marked)).toBe('PRECONDITION_FAILED');
    catalog.done({ kind: 'start-rebalance', id: 'a' });
    expect(catalog.code({ kind: 'start-rebalance', id: 'b' })).toBe('PRECONDITION_FAILED');
    catalog.done({ ...marked, moves: marked.moves.map((one) => ({ ...one, bytes: 70 })) });
    expect(catalog.machine.rebalance()).toMatchObject({ id: 'a', state: 'running', moves: 1, bytes: 70 });
    expect(catalog.code({ kind: 'finish-rebalance', id: 'b' })).toBe('NOT_FOUND');
    catalog.done({ kind: 'finish-rebalance', id: 'a', timeMs: 9_000 });
    expect(catalog.machine.rebalance()).toMatchObject({ state: 'done', endedAtMs: 9_000 });
    expect(catalog.code({ kind: 'cancel-rebalance', id: 'a' })).toBe('PRECONDITION_FAILED');
  });

  test('that is cancelled sends its own moves back and no others', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(catalog.create('orders', { partitions: 3 }));
    const before = catalog.placed(1);
    catalog.done({ kind: 'start-rebalance', id: 'a' });
    catalog.done({ ...catalog.move(1, [...before.slice(1), 4], 'balance'), rebalance: true });
    catalog.done(catalog.move(2, [...catalog.placed(2).slice(1), 5]));
    const byHand = catalog.placed(2);
    expect(catalog.done({ kind: 'cancel-rebalance', id: 'a' })).toMatchObject({ cancelled: [1] });
    expect(catalog.placed(1)).toEqual(before);
    expect(catalog.placed(2)).toEqual(byHand);
    expect(catalog.machine.rebalance()?.state).toBe('cancelled');
  });
});

describe('streams that exist', () => {
  test('get another configuration, checked as a new one', () => {
    const catalog = TestCatalog.modern();
    catalog.done(catalog.create('orders', { uuid: uuid(50) }));
    const alter = (set: Readonly<Record<string, string>>, unset: readonly string[] = []) =>
      catalog.code({ kind: 'alter-stream', uuid: uuid(50), set, unset });
    expect(alter({ 'retention.ms': '5', 'min.insync.replicas': '2' })).toBe('ok');
    expect(catalog.machine.streamByName('orders')).toMatchObject({
      revision: 2,
      changedRevision: 3,
      config: { 'min.insync.replicas': '2', 'retention.ms': '5' },
    });
    expect(alter({ 'retention.ms': '5' })).toBe('ok');
    expect(catalog.machine.revision).toBe(3);
    expect(alter({ 'min.insync.replicas': '4' })).toBe('INVALID_ARGUMENT');
    expect(alter({ 'retention.sm': '4' })).toBe('INVALID_ARGUMENT');
    expect(alter({}, ['retention.sm'])).toBe('INVALID_ARGUMENT');
    expect(alter({}, ['retention.ms'])).toBe('ok');
    expect(catalog.machine.streamByName('orders')?.config).toEqual({ 'min.insync.replicas': '2' });
    expect(catalog.code({ kind: 'alter-stream', uuid: uuid(51), set: {}, unset: [] })).toBe('NOT_FOUND');
  });

  test('get more partitions under new groups, never fewer', () => {
    const catalog = TestCatalog.modern();
    catalog.done(catalog.create('orders', { uuid: uuid(50), partitions: 2 }));
    catalog.done(catalog.create('others'));
    const { placement, placementVersion } = catalog.create('x', { partitions: 2 });
    const add = { kind: 'add-partitions' as const, uuid: uuid(50), count: 4, placement, placementVersion };
    expect(catalog.code({ ...add, count: 2 })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ ...add, count: 5 })).toBe('PRECONDITION_FAILED');
    expect(catalog.code({ ...add, placement: [[node(1)], [node(2)]] })).toBe('INVALID_ARGUMENT');
    expect(catalog.done(add)).toMatchObject({ kind: 'partitions-added', groups: [4, 5] });
    expect(catalog.machine.streamByName('orders')?.groups).toEqual([1, 2, 4, 5]);
    expect(catalog.machine.partitionOfGroup(group(5))).toMatchObject({ stream: uuid(50), partition: 3 });
    expect(catalog.code({ ...add, uuid: uuid(51) })).toBe('NOT_FOUND');
  });
});

describe('a configuration key that is not known', () => {
  test.each([
    ['cluster', 'repair.dely.ms', 'Did you mean repair.delay.ms?'],
    ['cluster', 'threshold', 'Did you mean balancer.threshold.percent?'],
    ['cluster', 'replication', 'Did you mean default.replication.factor?'],
    ['node:3', 'log.levle', 'Did you mean log.level?'],
    [
      'node:3',
      'metadata.voters',
      'metadata.voters is the same for all nodes: flowmesh-admin config set cluster',
    ],
    [
      'cluster',
      'min.insync.replicas',
      'min.insync.replicas belongs to streams: flowmesh-admin config set stream:',
    ],
    ['cluster', 'nonsense', 'Known keys: '],
  ])('in scope %s, %s, is refused with the one that is meant', (scope, key, hint) => {
    const catalog = TestCatalog.modern();
    for (const change of [
      { set: { [key]: '5' }, unset: [] },
      { set: {}, unset: [key] },
    ]) {
      const reply = catalog.run({ kind: 'set-config', scope, ...change });
      expect(reply).toMatchObject({ ok: false, error: { code: 'INVALID_ARGUMENT' } });
      if (!reply.ok) expect(reply.error.hint).toContain(hint);
    }
  });
});

describe('the audit', () => {
  test('has what operators had done, who asked, and nothing that was refused or came to nothing', () => {
    const catalog = TestCatalog.modern(4);
    catalog.done(catalog.create('orders'));
    catalog.done({ ...mode(2, 'draining'), by: 'ada' });
    catalog.done(mode(2, 'draining'));
    catalog.run(mode(9, 'draining'));
    catalog.done(catalog.move(1, [1, 2, 4], 'balance'));
    catalog.finish(1);
    catalog.done({ ...catalog.move(1, [1, 4, 2]), by: 'bob' });
    const entries = [...catalog.machine.audit()].map((one) => [one.kind, one.subject, one.detail, one.by]);
    expect(entries).toEqual([
      ['register-node', 'node 4', 'at 10.0.0.4:1', ''],
      ['set-node-mode', 'node 2', 'draining', 'ada'],
      ['move-replicas', 'partition orders/0', 'orders/0: 1,2,4 to 1,4,2', 'bob'],
    ]);
  });

  test('calls things by their names', () => {
    const catalog = TestCatalog.modern(5);
    catalog.done(catalog.create('orders', { uuid: uuid(50), partitions: 2 }));
    const by = 'ada';
    catalog.done({
      kind: 'alter-stream',
      uuid: uuid(50),
      set: { 'min.insync.replicas': '2' },
      unset: [],
      by,
    });
    catalog.done({ ...catalog.move(2, [1, 4, 5]), by });
    catalog.done({ kind: 'cancel-moves', groups: [1, 2].map(group), by });
    const survivor = catalog.machine.partitionOfGroup(group(1))?.replicas[0] as MemberId;
    catalog.done({ kind: 'recover-group', group: group(1), survivor, reason: 'fire', by });
    catalog.done({ kind: 'set-config', scope: 'node:3', set: { 'log.level': 'debug' }, unset: [], by });
    catalog.done({ kind: 'set-config', scope: 'cluster', set: { 'log.level': 'debug' }, unset: [], by });
    catalog.done({ kind: 'start-rebalance', id: 'r1', by });
    catalog.done({
      kind: 'replace-node',
      oldNode: node(2),
      ...introduction(9),
      features: FEATURES,
      by,
    });
    const entries = [...catalog.machine.audit()].filter((one) => one.by === by);
    expect(entries.map((one) => one.subject)).toEqual([
      'stream orders',
      'partition orders/1',
      'partition orders/1',
      'partition orders/0',
      'node 3',
      'cluster',
      'cluster',
      'node 2',
    ]);
    expect(entries.at(-1)?.detail).toBe('replaced by node 6 at 10.0.0.9:1');
  });

  test('keeps the latest thousand', async () => {
    const catalog = TestCatalog.modern();
    for (let i = 0; i < 501; i++) {
      catalog.done(mode(2, 'draining'));
      catalog.done(mode(2, 'normal'));
    }
    await catalog.restart();
    const revisions = [...catalog.machine.audit()].map((one) => one.revision);
    expect(revisions.length).toBe(1_000);
    expect(revisions[0]).toBe(4);
  });
});
