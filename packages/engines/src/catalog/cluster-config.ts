/**
 * The dynamic configuration: keys that are changed while the cluster runs, with their types, ranges and defaults. Scope `cluster` holds
 * for every node; scope `node:<id>` overrides, for one node, the keys marked so.
 */
import { NODE_ID_MAX, type NodeId, nodeId } from '@flowmesh/base';
import type { KeySpec, KeyTable } from './config-keys.ts';
import { STREAM_CONFIG_KEYS } from './stream-config.ts';

export type FeatureFinalise = 'auto' | 'manual';

/** The dynamic configuration with every default filled in. */
export interface ClusterConfig {
  readonly joinTokenRequired: boolean;
  readonly replicaLagTimeMaxMs: number;
  readonly repairDelayMs: number;
  readonly moveConcurrencyPerNode: number;
  /** -1: without limit. */
  readonly moveBytesPerSecond: number;
  readonly balancerEnabled: boolean;
  readonly balancerThresholdPercent: number;
  readonly leaderBalancerEnabled: boolean;
  readonly diskHighPercent: number;
  readonly metadataVoters: number;
  readonly defaultReplicationFactor: number;
  readonly defaultPartitions: number;
  readonly featureFinalise: FeatureFinalise;
  /** Empty: as the node's own configuration says. */
  readonly logLevel: string;
}

type ClusterKeySpec = KeySpec & { readonly description: string; readonly perNode?: true };

const BOOLEANS = ['true', 'false'] as const;
const DAY_MS = 86_400_000;

export const CLUSTER_CONFIG_KEYS = {
  'join.token.required': {
    kind: 'choice',
    choices: BOOLEANS,
    fallback: 'false',
    description: 'Whether a new node must show a join token.',
  },
  'replica.lag.time.max.ms': {
    kind: 'integer',
    min: 100,
    max: DAY_MS,
    fallback: 10_000,
    description: 'A replica that has not caught up with its leader for so long is not in sync.',
  },
  'repair.delay.ms': {
    kind: 'integer',
    min: 0,
    max: 30 * DAY_MS,
    fallback: 900_000,
    description:
      'A node that has not been reached for so long counts as dead, and its replicas are made anew elsewhere.',
  },
  'move.concurrency.per.node': {
    kind: 'integer',
    min: 1,
    max: 1_000,
    fallback: 4,
    perNode: true,
    description: 'Partitions that a node may give or take at a time.',
  },
  'move.bytes.per.second': {
    kind: 'integer',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    unlimited: true,
    fallback: 104_857_600,
    perNode: true,
    description: 'How fast a node takes replicas that move to it; -1: without limit.',
  },
  'balancer.enabled': {
    kind: 'choice',
    choices: BOOLEANS,
    fallback: 'true',
    description: 'Whether replicas are spread by themselves. Repair and decommission always run.',
  },
  'balancer.threshold.percent': {
    kind: 'integer',
    min: 1,
    max: 100,
    fallback: 5,
    description: 'How far a node may be from the mean before replicas are moved.',
  },
  'leader.balancer.enabled': {
    kind: 'choice',
    choices: BOOLEANS,
    fallback: 'true',
    description: 'Whether leadership goes back to preferred leaders by itself.',
  },
  'disk.high.percent': {
    kind: 'integer',
    min: 1,
    max: 100,
    fallback: 80,
    description:
      'A disk fuller than this gives replicas away and takes none, but for new partitions that find no lower one.',
  },
  'metadata.voters': {
    kind: 'choice',
    choices: ['3', '5'],
    fallback: '3',
    description: 'How many voters the metadata group is to have, where there are enough nodes.',
  },
  'default.replication.factor': {
    kind: 'integer',
    min: 1,
    max: 7,
    fallback: 3,
    description: 'Of new streams that do not say.',
  },
  'default.partitions': {
    kind: 'integer',
    min: 1,
    max: 1_000,
    fallback: 1,
    description: 'Of new streams that do not say.',
  },
  'feature.finalise': {
    kind: 'choice',
    choices: ['auto', 'manual'],
    fallback: 'auto',
    description: 'Whether a higher feature level is switched on by itself once every node knows it.',
  },
  'log.level': {
    kind: 'choice',
    choices: ['', 'trace', 'debug', 'info', 'warn', 'error'],
    fallback: '',
    perNode: true,
    description: 'Of the log; empty: as the configuration of the node says.',
  },
} as const satisfies Readonly<Record<string, ClusterKeySpec>>;

export type ClusterConfigKey = keyof typeof CLUSTER_CONFIG_KEYS;

export const CLUSTER_SCOPE = 'cluster';
export const CLUSTER_KEYS: KeyTable = {
  subject: 'cluster',
  keys: CLUSTER_CONFIG_KEYS,
  elsewhere: ofStreams,
};
export const NODE_KEYS: KeyTable = {
  elsewhere: (key) =>
    Object.hasOwn(CLUSTER_CONFIG_KEYS, key)
      ? `${key} is the same for all nodes: flowmesh-admin config set cluster ${key}=VALUE`
      : ofStreams(key),
  subject: 'node',
  keys: Object.fromEntries(
    Object.entries<ClusterKeySpec>(CLUSTER_CONFIG_KEYS).filter(([, spec]) => spec.perNode === true),
  ),
};

export function nodeScope(node: NodeId): string {
  return `node:${node}`;
}

/** The node of a scope `node:<id>`; undefined for any other text. */
export function nodeOfScope(scope: string): NodeId | undefined {
  const digits = /^node:([1-9]\d{0,4})$/.exec(scope)?.[1];
  const id = Number(digits);
  return digits === undefined || id > NODE_ID_MAX ? undefined : nodeId(id);
}

/** Fills in the defaults of checked configurations; what is set for the node wins. */
export function resolveClusterConfig(
  cluster: Readonly<Record<string, string>>,
  node: Readonly<Record<string, string>> = {},
): ClusterConfig {
  const text = (key: ClusterConfigKey): string =>
    node[key] ?? cluster[key] ?? String(CLUSTER_CONFIG_KEYS[key].fallback);
  const integer = (key: ClusterConfigKey): number => Number(text(key));
  const flag = (key: ClusterConfigKey): boolean => text(key) === 'true';
  return {
    joinTokenRequired: flag('join.token.required'),
    replicaLagTimeMaxMs: integer('replica.lag.time.max.ms'),
    repairDelayMs: integer('repair.delay.ms'),
    moveConcurrencyPerNode: integer('move.concurrency.per.node'),
    moveBytesPerSecond: integer('move.bytes.per.second'),
    balancerEnabled: flag('balancer.enabled'),
    balancerThresholdPercent: integer('balancer.threshold.percent'),
    leaderBalancerEnabled: flag('leader.balancer.enabled'),
    diskHighPercent: integer('disk.high.percent'),
    metadataVoters: integer('metadata.voters'),
    defaultReplicationFactor: integer('default.replication.factor'),
    defaultPartitions: integer('default.partitions'),
    featureFinalise: text('feature.finalise') === 'manual' ? 'manual' : 'auto',
    logLevel: text('log.level'),
  };
}

function ofStreams(key: string): string | undefined {
  return Object.hasOwn(STREAM_CONFIG_KEYS, key)
    ? `${key} belongs to streams: flowmesh-admin config set stream:NAME ${key}=VALUE`
    : undefined;
}
