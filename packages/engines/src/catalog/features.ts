/**
 * Feature levels: what all nodes of the cluster have agreed to understand. A build knows the levels from `min` to `max`; the cluster
 * runs at one finalised level, and a command of a higher one is refused until every active node knows it. So a mixed cluster, in the
 * middle of an upgrade, never has copies of the metadata that understand a command differently.
 *
 *   level 1   nodes, streams, replacement of nodes and replicas, producer ids
 *   level 2   node modes and removal, moves by plan and by hand, dynamic configuration, join tokens, changed streams, chosen
 *             metadata voters, rebalances, recovery of lost groups, audit
 *   level 3   queues, buckets and coordinators beside streams; metadata are left with a single voter by force alone; a change of their voters
 *             that waits for a lost one gives way; users; configuration of groups
 */

export interface FeatureRange {
  readonly min: number;
  readonly max: number;
}

/** What this build knows. */
export const FEATURES: FeatureRange = { min: 1, max: 3 };

/** What a build that says nothing of its features knows. */
export const FEATURES_UNTOLD: FeatureRange = { min: 1, max: 1 };

export const FEATURE_LEVELS: readonly { readonly level: number; readonly brings: string }[] = [
  { level: 1, brings: 'nodes, streams, replacement of nodes and replicas, producer ids' },
  {
    level: 2,
    brings:
      'node modes and removal, moves, dynamic configuration, join tokens, changed streams, chosen metadata voters, rebalances, recovery, audit',
  },
  {
    level: 3,
    brings: 'queues, buckets of key-value data, coordinators of consumer groups and transactions, users',
  },
];
