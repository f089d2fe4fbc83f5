/** Findings about the cluster as a whole: metadata quorum, placement, racks, versions and features. */
import { parseQualified } from '@flowmesh/engines';
import { counted, groupBy, nodesText, refactorCommand, resourceText, START_COMMAND } from './finding.ts';
import type { Finding } from './finding.ts';
import type { HealthNode, HealthSnapshot } from './health-snapshot.ts';

const NAMES_SHOWN = 5;

export function metadataQuorum({ metadata, nodes }: HealthSnapshot): Finding[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const away = metadata.voters.filter((voter) => known.get(voter)?.alive !== true);
  const needed = Math.floor(metadata.voters.length / 2) + 1;
  const alive = metadata.voters.length - away.length;
  const lost = metadata.voters.length > 0 && alive < needed;
  if (metadata.leader === undefined || lost) {
    return [
      {
        code: 'NO_METADATA_QUORUM',
        severity: 'critical',
        subject: 'metadata group',
        cause: lost
          ? `${nodesText(away)} ${away.length === 1 ? 'is' : 'are'} down; ${needed} of the ${metadata.voters.length} metadata voters must be up`
          : 'the metadata group has no leader, although enough of its voters are up: an election is under way',
        impact:
          'Streams and nodes cannot be changed, new nodes cannot join; appending and reading go on as they are.',
        command: lost ? START_COMMAND : undefined,
        note: lost
          ? `Run it on the hosts of ${nodesText(away)}; ${counted(needed - alive, 'of them is', 'of them are')} enough.`
          : 'An election takes one to two seconds; nothing has to be done.',
        count: 1,
      },
    ];
  }
  if (away.length === 0 || alive > needed) return [];
  return [
    {
      code: 'METADATA_AT_RISK',
      severity: 'warning',
      subject: 'metadata group',
      cause: `${nodesText(away)} ${away.length === 1 ? 'is' : 'are'} down, and just ${alive} of ${metadata.voters.length} metadata voters are left`,
      impact: 'If one more of them stops, the cluster cannot be changed until it is back.',
      command: START_COMMAND,
      note: `Run it on the host of ${nodesText(away)}. A voter that stays away is replaced by another node, where there is one.`,
      count: away.length,
    },
  ];
}

export function replicationFactorTooHigh({ streams, nodes }: HealthSnapshot): Finding[] {
  const room = nodes.filter((node) => node.mode !== 'decommissioning').length;
  const high = streams.filter((stream) => stream.replicationFactor > room);
  return groupBy(high, (stream) => String(stream.replicationFactor)).map((same) => {
    const [first] = same as [(typeof high)[number]];
    return {
      code: 'REPLICATION_FACTOR_TOO_HIGH',
      severity: 'warning',
      subject: namesText(same.map((stream) => stream.name)),
      cause: `replication factor ${first.replicationFactor} is wanted, and there are ${counted(room, 'node')}`,
      impact: 'The missing replicas have no place.',
      command: refactorCommand(first.name, Math.max(1, room)),
      note: 'Adding nodes mends it as well; for several run it for each.',
      count: same.length,
    };
  });
}

export function singleReplica({ streams, nodes }: HealthSnapshot): Finding[] {
  const alone = streams.filter((stream) => stream.replicationFactor === 1);
  const [first] = alone;
  if (first === undefined || nodes.length === 1) return [];
  return [
    {
      code: 'SINGLE_REPLICA',
      severity: 'info',
      subject: namesText(alone.map((stream) => stream.name)),
      cause: `${countedNames(alone.map((stream) => stream.name))} ${alone.length === 1 ? 'has' : 'have'} replication factor 1`,
      impact: 'A lost disk loses what is in them, and a stopped node stops them.',
      command: refactorCommand(first.name, Math.min(3, nodes.length)),
      note: alone.length > 1 ? 'Run it for each that matters.' : undefined,
      count: alone.length,
    },
  ];
}

/** Racks mean something only where they are told. */
export function singleRack({ nodes, partitions }: HealthSnapshot): Finding[] {
  const rackOf = new Map(nodes.map((node) => [node.id, node.rack]));
  const racks = new Set(rackOf.values());
  if (nodes.length < 2 || racks.has('')) return [];
  if (racks.size === 1) {
    return [
      {
        code: 'SINGLE_RACK',
        severity: 'info',
        subject: `rack ${nodes[0]?.rack}`,
        cause: 'all nodes are in one rack',
        impact: 'What stops the rack stops the cluster.',
        command: undefined,
        note: 'Add nodes in other racks (node.rack in their configuration); replicas spread over them by themselves.',
        count: nodes.length,
      },
    ];
  }
  const together = partitions.filter(
    ({ replicas, move }) =>
      replicas.length > 1 &&
      move === undefined &&
      new Set(replicas.map((node) => rackOf.get(node))).size === 1,
  );
  if (together.length === 0) return [];
  return [
    {
      code: 'SINGLE_RACK',
      severity: 'info',
      subject: counted(together.length, 'partition'),
      cause: 'all replicas of them are in one rack, although there are others',
      impact: 'What stops that rack stops these partitions.',
      command: 'flowmesh-admin rebalance --apply',
      note: undefined,
      count: together.length,
    },
  ];
}

export function replicasUnbalanced({ nodes, config }: HealthSnapshot): Finding[] {
  const sharing = nodes.filter((node) => node.alive && node.mode === 'normal');
  const total = sharing.reduce((sum, node) => sum + node.replicas, 0);
  const mean = total / Math.max(1, sharing.length);
  const allowed = Math.max(1, (mean * config.balancerThresholdPercent) / 100);
  const uneven = sharing.filter((node) => Math.abs(node.replicas - mean) > allowed);
  if (uneven.length === 0) return [];
  const counts = sharing.map((node) => node.replicas);
  return [
    {
      code: 'REPLICAS_UNBALANCED',
      severity: 'info',
      subject: nodesText(uneven.map((node) => node.id)),
      cause: `nodes hold from ${Math.min(...counts)} to ${Math.max(...counts)} replicas`,
      impact: 'Disks and work are shared unevenly.',
      command: 'flowmesh-admin rebalance --apply',
      note: config.balancer
        ? 'The balancer works on it by itself, unless disks of different size or racks ask for just this.'
        : 'See first what it would do: flowmesh-admin rebalance --plan',
      count: uneven.length,
    },
  ];
}

export function mixedVersions({ nodes }: HealthSnapshot): Finding[] {
  const versions = groupBy(
    nodes.filter((node) => node.version !== ''),
    (node) => node.version,
  );
  if (versions.length < 2) return [];
  const text = versions.map((same) => `${same[0]?.version} on ${nodesText(same.map((node) => node.id))}`);
  return [
    {
      code: 'MIXED_VERSIONS',
      severity: 'info',
      subject: counted(versions.length, 'version'),
      cause: `nodes run different versions: ${text.join('; ')}`,
      impact: 'New features wait until all nodes know them.',
      command: 'flowmesh-admin upgrade status',
      note: 'Expected while an upgrade is under way; upgrade the remaining nodes one after the other.',
      count: versions.length,
    },
  ];
}

export function featuresNotFinalised({ nodes, features }: HealthSnapshot): Finding[] {
  const known = nodes.filter((node) => node.featureMax > 0);
  const best = Math.max(features.level, ...known.map((node) => node.featureMax));
  if (best === features.level) return [];
  const old = known.filter((node) => node.featureMax < best);
  const held = old.length > 0;
  return [
    {
      code: 'FEATURES_NOT_FINALISED',
      severity: 'info',
      subject: `feature level ${best}`,
      cause: held
        ? `${old.map(oldText).join(', ')} ${old.length === 1 ? 'knows' : 'know'} no level above ${Math.min(...old.map((node) => node.featureMax))}`
        : `all nodes know level ${best}, and level ${features.level} is in force`,
      impact: 'What the newer level brings cannot be used yet.',
      command: held || features.automatic ? undefined : 'flowmesh-admin upgrade finalise',
      note: held
        ? `Upgrade ${nodesText(old.map((node) => node.id))}.`
        : features.automatic
          ? 'It is finalised by itself once all nodes have been up for half a minute.'
          : 'There is no way back to an older version after it.',
      count: held ? old.length : 1,
    },
  ];
}

function oldText({ id, version }: HealthNode): string {
  return version === '' ? `node ${id}` : `node ${id} (${version})`;
}

function namesText(names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return resourceText(only);
  const more = names.length > NAMES_SHOWN ? ', …' : '';
  return `${countedNames(names)} (${names.slice(0, NAMES_SHOWN).join(', ')}${more})`;
}

/** `2 streams`, `1 queue`, or `3 streams, queues and buckets` where they are of several kinds. */
function countedNames(names: readonly string[]): string {
  const kinds = new Set(names.map((name) => parseQualified(name).kind));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined
    ? counted(names.length, only)
    : `${names.length} streams, queues and buckets`;
}
