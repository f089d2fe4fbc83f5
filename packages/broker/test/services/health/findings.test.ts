import { nodeId } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { findingsInSlices, findingsOf, isHealthy } from '../../../src/services/health/findings.ts';
import type { Finding, FindingCode } from '../../../src/services/health/finding.ts';
import type { HealthSnapshot } from '../../../src/services/health/health-snapshot.ts';
import { Slices } from '../../../src/services/slices.ts';
import { ManualTime } from '../manual-time.ts';
import { down, ids, move, node, partition, snapshot } from './snapshots.ts';

const GIB = 1_024 ** 3;

function only(but: Partial<HealthSnapshot>, code: FindingCode): Finding {
  const found = findingsOf(snapshot(but)).filter((finding) => finding.code === code);
  expect(found).toHaveLength(1);
  return found[0] as Finding;
}

function codes(but: Partial<HealthSnapshot>): string[] {
  return findingsOf(snapshot(but)).map((finding) => finding.code);
}

describe('health', () => {
  test('finds nothing in a cluster where all is well', () => {
    expect(findingsOf(snapshot())).toEqual([]);
    expect(isHealthy([])).toBe(true);
  });

  test('is unhealthy by warnings and worse, not by what is merely worth knowing', () => {
    const info = findingsOf(snapshot({ nodes: [node(1), node(2), node(3, { version: '0.9.0' })] }));
    expect(info.map((finding) => finding.severity)).toEqual(['info']);
    expect(isHealthy(info)).toBe(true);
    expect(isHealthy(findingsOf(snapshot({ nodes: [node(1), node(2), down(3)] })))).toBe(false);
  });

  test('puts the worst first', () => {
    const found = findingsOf(
      snapshot({
        nodes: [node(1), node(2, { version: '0.9.0' }), down(3)],
        partitions: [partition(0, { state: 'under-min-isr', inSync: ids(1) })],
      }),
    );
    const severities = found.map((finding) => finding.severity);
    expect(severities).toEqual([...severities].sort((a, b) => rank(a) - rank(b)));
    expect(found[0]?.code).toBe('UNDER_MIN_ISR');
  });
});

describe('more findings of a kind than anybody reads', () => {
  const nodes = Array.from({ length: 60 }, (_, i) => (i < 30 ? node(i + 1) : down(i + 1)));

  test('are told as one beyond the first twenty, with all that they stand for', () => {
    const found = findingsOf(snapshot({ nodes })).filter(({ code }) => code === 'NODE_DOWN');
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toMatchObject({
      subject: '10 more like those above',
      severity: 'warning',
      count: 10,
    });
    expect(found.at(-1)?.cause).toContain('node 51');
  });

  test('are as bad as the worst of them', () => {
    const disks = nodes.map((each) => ({ ...each, alive: true, diskFreeBytes: GIB * 15 }));
    const last = { ...disks[59], troubles: ['disk is full (1 MiB free): nothing is appended here'] };
    const found = findingsOf(snapshot({ nodes: [...disks.slice(0, 59), last as (typeof disks)[number]] }));
    const rest = found.find(({ subject }) => subject === '40 more like those above');
    expect(rest).toMatchObject({ code: 'DISK_FULL', severity: 'critical', count: 40 });
  });

  test('are the same where they are looked for in slices', async () => {
    const time = new ManualTime();
    const many = snapshot({ nodes, partitions: Array.from({ length: 2_500 }, (_, i) => partition(i)) });
    let found: readonly Finding[] | undefined;
    const looked = findingsInSlices(many, new Slices(time)).then((all) => (found = all));
    await Promise.resolve();
    expect(found).toBeUndefined();
    while (found === undefined) {
      time.advance(1);
      await Promise.resolve();
    }
    await looked;
    expect(found).toEqual(findingsOf(many));
  });
});

function rank(severity: Finding['severity']): number {
  return ['critical', 'warning', 'info'].indexOf(severity);
}

describe('a node that is down', () => {
  test('is told with how long, what it means, and how to start it', () => {
    const found = only({ nodes: [node(1), node(2), down(3, 120_000)] }, 'NODE_DOWN');
    expect(found).toMatchObject({ severity: 'warning', subject: 'node 3' });
    expect(found.cause).toContain('for 2 min');
    expect(found.impact).toContain('2 partitions lack a replica');
    expect(found.impact).toContain('replaced elsewhere in 13 min');
    expect(found.command).toBe('flowmesh start --config node.yaml');
    expect(found.note).toContain('flowmesh-admin nodes remove 3 --force');
  });

  test('may be removed once it has been away for longer than the repair delay', () => {
    const found = only({ nodes: [node(1), node(2), down(3, 1_000_000)] }, 'NODE_DOWN');
    expect(found.command).toBe('flowmesh-admin nodes remove 3 --force');
  });
});

describe('the metadata group', () => {
  test('without a majority names the voters that are down and how many are enough', () => {
    const found = only(
      { nodes: [node(1), down(2), down(3)], metadata: { leader: undefined, voters: ids(1, 2, 3) } },
      'NO_METADATA_QUORUM',
    );
    expect(found.severity).toBe('critical');
    expect(found.cause).toBe('nodes 2 and 3 are down; 2 of the 3 metadata voters must be up');
    expect(found.note).toContain('1 of them is enough');
  });

  test('without a leader although a majority is up is an election', () => {
    const found = only({ metadata: { leader: undefined, voters: ids(1, 2, 3) } }, 'NO_METADATA_QUORUM');
    expect(found.command).toBeUndefined();
    expect(found.note).toContain('election');
  });

  test('with a bare majority is at risk', () => {
    const found = only({ nodes: [node(1), node(2), down(3)] }, 'METADATA_AT_RISK');
    expect(found.cause).toContain('just 2 of 3');
  });

  test('of five voters with one down is not at risk', () => {
    const nodes = [node(1), node(2), node(3), node(4), down(5)];
    expect(codes({ nodes, metadata: { leader: nodeId(1), voters: ids(1, 2, 3, 4, 5) } })).not.toContain(
      'METADATA_AT_RISK',
    );
  });
});

describe('offline partitions', () => {
  const nodes = [node(1), down(2), down(3)];
  const lost = (number: number) => partition(number, { state: 'offline', leader: undefined, inSync: [] });

  test('of one cause are one finding, with the nodes to start and the last resort', () => {
    const found = only({ nodes, partitions: [lost(0), lost(1), lost(2), lost(3)] }, 'OFFLINE_PARTITION');
    expect(found).toMatchObject({
      severity: 'critical',
      count: 4,
      command: 'flowmesh start --config node.yaml',
    });
    expect(found.subject).toBe('4 partitions (orders/0, orders/1, orders/2, …)');
    expect(found.cause).toContain('nodes 2 and 3 are down');
    expect(found.note).toContain('flowmesh-admin recover orders 0 --survivor 1');
  });

  test('of different causes are told apart', () => {
    const elsewhere = partition(7, { state: 'offline', leader: undefined, replicas: ids(3), inSync: [] });
    const found = findingsOf(snapshot({ nodes, partitions: [lost(0), elsewhere] })).filter(
      (finding) => finding.code === 'OFFLINE_PARTITION',
    );
    expect(found.map((finding) => finding.subject)).toEqual([
      'stream orders partition 0',
      'stream orders partition 7',
    ]);
    expect(found[1]?.note).toContain('None of their replicas can be reached');
  });

  test('that can elect are leaderless', () => {
    const waiting = partition(0, { state: 'leaderless', leader: undefined, inSync: [] });
    expect(only({ partitions: [waiting] }, 'LEADERLESS_PARTITION').severity).toBe('warning');
  });
});

describe('too few in-sync replicas', () => {
  test('because nodes are down: start them, or accept fewer', () => {
    const starved = partition(0, { state: 'under-min-isr', inSync: ids(1) });
    const found = only({ nodes: [node(1), down(2), down(3)], partitions: [starved] }, 'UNDER_MIN_ISR');
    expect(found).toMatchObject({ severity: 'critical', command: 'flowmesh start --config node.yaml' });
    expect(found.cause).toContain('min.insync.replicas is 2: nodes 2 and 3 are down');
    expect(found.note).toContain('flowmesh-admin config set stream:orders min.insync.replicas=1');
  });

  test('because replicas lag: the command lowers the bound', () => {
    const starved = partition(0, { state: 'under-min-isr', inSync: ids(1), minInsync: 3 });
    const found = only({ partitions: [starved] }, 'UNDER_MIN_ISR');
    expect(found.command).toBe('flowmesh-admin config set stream:orders min.insync.replicas=1');
    expect(found.cause).toContain('nodes 2 and 3 are not caught up');
  });
});

describe('under-replicated partitions', () => {
  const behind = (number: number, but = {}) =>
    partition(number, { state: 'under-replicated', inSync: ids(1, 2), ...but });

  test('are told by cause, five hundred in one finding', () => {
    const partitions = Array.from({ length: 500 }, (_, number) => behind(number));
    const found = only({ nodes: [node(1), node(2), down(3)], partitions }, 'UNDER_REPLICATED');
    expect(found).toMatchObject({ count: 500, severity: 'warning', cause: 'node 3 is down' });
  });

  test('whose replica lags mend themselves', () => {
    const found = only({ partitions: [behind(0)] }, 'UNDER_REPLICATED');
    expect(found.command).toBeUndefined();
    expect(found.cause).toContain('replicas on node 3 are behind');
  });

  test('that move are expected', () => {
    const found = only({ partitions: [behind(0, { move: move() })] }, 'UNDER_REPLICATED');
    expect(found.severity).toBe('info');
  });

  test('of a drained node are expected, with how to end it', () => {
    const nodes = [node(1), node(2), node(3, { mode: 'draining', modeMs: 1_000 })];
    const found = only({ nodes, partitions: [behind(0)] }, 'UNDER_REPLICATED');
    expect(found).toMatchObject({ severity: 'info', command: 'flowmesh-admin nodes undrain 3' });
  });
});

describe('a drained node', () => {
  test('is worth knowing at first and a warning after an hour', () => {
    const drained = (modeMs: number) => [node(1), node(2), node(3, { mode: 'draining', modeMs })];
    expect(only({ nodes: drained(60_000) }, 'NODE_DRAINING').severity).toBe('info');
    const long = only({ nodes: drained(7_200_000) }, 'NODE_DRAINING');
    expect(long).toMatchObject({ severity: 'warning', command: 'flowmesh-admin nodes undrain 3' });
    expect(long.cause).toContain('2 h 0 min');
  });
});

describe('a decommissioned node', () => {
  const nodes = [node(1), node(2), node(3, { mode: 'decommissioning' })];

  test('that nobody can take over from is stuck', () => {
    const found = only({ nodes }, 'DECOMMISSION_STUCK');
    expect(found).toMatchObject({ count: 2, command: 'flowmesh-admin nodes undrain 3' });
    expect(found.cause).toBe('no live node can take 2 replicas of node 3');
  });

  test('waits for nodes that are away and could take its replicas, which are named', () => {
    const found = only({ nodes: [...nodes, down(4)] }, 'DECOMMISSION_STUCK');
    expect(found.cause).toBe(
      'no live node can take 2 replicas of node 3: it waits for node 4, which is away',
    );
    expect(found.command).toBe('flowmesh start --config node.yaml');
    expect(found.note).toContain('flowmesh-admin nodes undrain 3');
    const both = only({ nodes: [...nodes, down(4), down(5)] }, 'DECOMMISSION_STUCK');
    expect(both.cause).toContain('waits for nodes 4 and 5, which are away');
  });

  test('does not wait for a node that is away but has the replicas already', () => {
    const found = only(
      { nodes: [node(1), down(2), node(3, { mode: 'decommissioning' })] },
      'DECOMMISSION_STUCK',
    );
    expect(found.cause).not.toContain('waits for');
  });

  test('that is empty may still wait with its metadata vote, for nodes that are away or drained', () => {
    const voter = node(3, { mode: 'decommissioning', metadataVoter: true });
    const voters = [node(1, { metadataVoter: true }), node(2, { metadataVoter: true }), voter];
    const empty = { partitions: [] };
    const away = only({ ...empty, nodes: [...voters, down(4)] }, 'DECOMMISSION_STUCK');
    expect(away.cause).toBe(
      'no live node can take the vote of node 3 in the metadata group: it waits for node 4, which is away',
    );
    const drained = node(4, { mode: 'draining' });
    const waiting = only({ ...empty, nodes: [...voters, drained] }, 'DECOMMISSION_STUCK');
    expect(waiting.cause).toContain('it waits for node 4, which is drained');
    expect(waiting.command).toBe('flowmesh-admin nodes undrain 4');
    const stuck = (nodesNow: HealthSnapshot['nodes']): boolean =>
      codes({ ...empty, nodes: nodesNow }).includes('DECOMMISSION_STUCK');
    expect(stuck([...voters, node(4), down(5)])).toBe(false);
    // Given up: the metadata group goes on without it.
    expect(stuck([...voters, down(4, 1_000_000)])).toBe(false);
    expect(stuck(voters)).toBe(false);
  });

  test('is not stuck while another node can take its replicas', () => {
    expect(codes({ nodes: [...nodes, node(4)] })).not.toContain('DECOMMISSION_STUCK');
  });
});

describe('disks', () => {
  test('that are full of old records: truncate the largest partition', () => {
    const nodes = [node(1, { diskFreeBytes: GIB }), node(2), node(3)];
    const partitions = [
      partition(0),
      partition(1, { sizeBytes: 5_000, logStartOffset: 10, highWatermark: 30 }),
    ];
    const disk = { writable: false, freeBytes: GIB, neededBytes: 2 * GIB };
    const found = only({ nodes, partitions, disk }, 'DISK_FULL');
    expect(found.severity).toBe('critical');
    expect(found.command).toBe('flowmesh stream truncate orders --partition 1 --before 20');
    expect(found.cause).toContain('1.0 GiB of 100.0 GiB');
  });

  test('that are nearly full: move replicas to nodes with room', () => {
    const nodes = [node(1, { diskFreeBytes: 15 * GIB }), node(2), node(3), node(4)];
    const found = only({ nodes }, 'DISK_NEARLY_FULL');
    expect(found).toMatchObject({ severity: 'warning', command: 'flowmesh-admin rebalance --apply' });
  });

  test('of other nodes are full when those say so, told once', () => {
    const troubles = ['disk is full (1 MiB free): nothing is appended here'];
    const nodes = [node(1), node(2, { troubles, diskTotalBytes: 0, diskFreeBytes: 0 }), node(3)];
    expect(codes({ nodes })).toEqual(['DISK_FULL']);
  });

  test('filled by something else: no command pretends to help', () => {
    const nodes = [node(1, { diskFreeBytes: GIB }), node(2), node(3)];
    expect(only({ nodes, partitions: [], streams: [] }, 'DISK_NEARLY_FULL').command).toBeUndefined();
  });
});

describe('other findings', () => {
  test('troubles of a node are passed on', () => {
    const nodes = [
      node(1),
      node(2, { troubles: ['replica of group 4 failed and is being replaced'] }),
      node(3),
    ];
    expect(only({ nodes }, 'NODE_TROUBLE')).toMatchObject({
      subject: 'node 2',
      cause: 'replica of group 4 failed and is being replaced',
      command: undefined,
      note: expect.stringContaining('listed until its group is whole again'),
    });
  });

  test('leaders away from their preferred replica, unless that one is down or draining', () => {
    const partitions = [partition(0, { leader: nodeId(2) }), partition(1)];
    const found = only({ partitions }, 'LEADERS_UNBALANCED');
    expect(found).toMatchObject({ count: 1, command: 'flowmesh-admin partitions elect-preferred --all' });
    expect(codes({ partitions, nodes: [down(1), node(2), node(3)] })).not.toContain('LEADERS_UNBALANCED');
  });

  test('replicas spread unevenly over nodes', () => {
    const nodes = [node(1, { replicas: 20 }), node(2, { replicas: 20 }), node(3, { replicas: 2 })];
    const found = only({ nodes }, 'REPLICAS_UNBALANCED');
    expect(found.cause).toBe('nodes hold from 2 to 20 replicas');
    expect(found.command).toBe('flowmesh-admin rebalance --apply');
  });

  test('a move that waits for a node which is down, at once', () => {
    const partitions = [partition(0, { move: move() })];
    const found = only({ partitions, nodes: [node(1), node(2), node(3), down(4)] }, 'MOVE_STALLED');
    expect(found.command).toBe('flowmesh-admin partitions cancel-move orders/0');
    expect(found.cause).toContain('waits for node 4');
  });

  test('a move without progress, after a while', () => {
    const still = (stillMs: number, cancellable = true) => ({
      nodes: [node(1), node(2), node(3), node(4)],
      partitions: [partition(0, { move: move({ stillMs, cancellable }) })],
    });
    expect(codes(still(60_000))).not.toContain('MOVE_STALLED');
    expect(only(still(600_000), 'MOVE_STALLED').cause).toContain('no progress for 10 min: node 4 copies');
    expect(only(still(600_000, false), 'MOVE_STALLED').command).toBeUndefined();
  });

  test('a replication factor that there are no nodes for', () => {
    const streams = [{ name: 'wide', replicationFactor: 5, partitions: 1 }];
    const found = only({ streams }, 'REPLICATION_FACTOR_TOO_HIGH');
    expect(found.command).toBe('flowmesh stream alter wide --replication-factor 3');
  });

  test('streams with one replica, where there could be more', () => {
    const streams = [
      { name: 'a', replicationFactor: 1, partitions: 1 },
      { name: 'b', replicationFactor: 1, partitions: 1 },
    ];
    const found = only({ streams }, 'SINGLE_REPLICA');
    expect(found).toMatchObject({ severity: 'info', count: 2, subject: '2 streams (a, b)' });
    expect(found.command).toBe('flowmesh stream alter a --replication-factor 3');
    const lonely = {
      streams,
      nodes: [node(1)],
      partitions: [],
      metadata: { leader: nodeId(1), voters: ids(1) },
    };
    expect(codes(lonely)).toEqual([]);
  });

  test('one rack for all nodes, or for all replicas of a partition', () => {
    const one = [1, 2, 3].map((id) => node(id, { rack: 'r1' }));
    expect(only({ nodes: one }, 'SINGLE_RACK').subject).toBe('rack r1');
    const found = only({ nodes: [...one, node(4, { rack: 'r2' })] }, 'SINGLE_RACK');
    expect(found).toMatchObject({ count: 2, command: 'flowmesh-admin rebalance --apply' });
  });

  test('versions that differ, and the node that holds a feature level back', () => {
    const nodes = [node(1), node(2), node(3, { version: '0.9.0', featureMax: 1 })];
    const features = { level: 1, automatic: true };
    expect(only({ nodes, features }, 'MIXED_VERSIONS').cause).toContain('0.9.0 on node 3');
    const found = only({ nodes, features }, 'FEATURES_NOT_FINALISED');
    expect(found.cause).toBe('node 3 (0.9.0) knows no level above 1');
    expect(found.command).toBeUndefined();
  });

  test('a feature level that waits for an operator', () => {
    const found = only({ features: { level: 1, automatic: false } }, 'FEATURES_NOT_FINALISED');
    expect(found.command).toBe('flowmesh-admin upgrade finalise');
    expect(
      only({ features: { level: 1, automatic: true } }, 'FEATURES_NOT_FINALISED').command,
    ).toBeUndefined();
  });
});

test('what belongs to a queue or bucket is called so, with its own commands', () => {
  const streams = [
    { name: 'bucket:carts', replicationFactor: 1, partitions: 1 },
    { name: 'queue:orders', replicationFactor: 1, partitions: 1 },
  ];
  const single = findingsOf(snapshot({ streams })).find(({ code }) => code === 'SINGLE_REPLICA');
  expect(single).toMatchObject({
    subject: '2 streams, queues and buckets (bucket:carts, queue:orders)',
    command: 'flowmesh kv alter carts --replication-factor 3',
  });
  const [alone] = findingsOf(snapshot({ streams: streams.slice(1) }));
  expect(alone).toMatchObject({ subject: 'queue orders', cause: '1 queue has replication factor 1' });
  const short = partition(0, { stream: 'queue:orders', state: 'under-min-isr', inSync: ids(1) });
  const [under] = findingsOf(snapshot({ partitions: [short] }));
  expect(under).toMatchObject({ subject: 'queue orders shard 0' });
  expect(`${under?.command} ${under?.note}`).toContain('config set queue:orders min.insync.replicas=1');
  expect(under?.impact).toContain('Writes are refused');
});
