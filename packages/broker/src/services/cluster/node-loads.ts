/** Nodes with what they carry: one pass over all partitions for all of them, in slices. */
import { METADATA_GROUP, nodeOf } from '@flowmesh/base';
import type { NodeId, Scheduler } from '@flowmesh/base';
import type { CatalogNode } from '@flowmesh/engines';
import { allPartitionViews } from '../metadata/partition-views.ts';
import type { PartitionView } from '../metadata/partition-views.ts';
import type { LeaderPort, NodePort, NodeReport, TroublesPort } from '../ports.ts';
import type { CatalogPort } from '../ports.ts';

export interface NodeLoadPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  readonly troubles: TroublesPort;
  readonly scheduler: Scheduler;
}

export interface NodeLoad {
  readonly node: CatalogNode;
  readonly alive: boolean;
  readonly downMs: number;
  readonly leaders: number;
  readonly preferredLeaders: number;
  /** Wanted ones; those on their way out are counted by `movingOut`. */
  readonly replicas: number;
  readonly movingIn: number;
  readonly movingOut: number;
  /** Of its replicas, as their leaders tell. */
  readonly storedBytes: number;
  readonly metadataVoter: boolean;
  readonly troubles: readonly string[];
  readonly report: NodeReport | undefined;
}

interface Tally {
  leaders: number;
  preferredLeaders: number;
  replicas: number;
  movingIn: number;
  movingOut: number;
  storedBytes: number;
}

const NOTHING: Readonly<Tally> = {
  leaders: 0,
  preferredLeaders: 0,
  replicas: 0,
  movingIn: 0,
  movingOut: 0,
  storedBytes: 0,
};

export interface LoadQuestion {
  /** Nodes that are gone are history and not shown without it. */
  readonly includeGone?: boolean;
  /** Shown every partition on the way, by stream name and number. Views are not kept: there may be very many. */
  readonly each?: (view: PartitionView) => void;
}

/** Ascending by id. */
export async function nodeLoads(
  ports: NodeLoadPorts,
  { includeGone = false, each }: LoadQuestion = {},
): Promise<readonly NodeLoad[]> {
  const tallies = new Map<NodeId, Tally>();
  const of = (node: NodeId): Tally => {
    const known = tallies.get(node);
    if (known !== undefined) return known;
    const fresh = { ...NOTHING };
    tallies.set(node, fresh);
    return fresh;
  };
  for await (const views of allPartitionViews(ports)) {
    for (const view of views) {
      count(view, of);
      each?.(view);
    }
  }
  return ports.catalog.machine
    .nodes()
    .filter((node) => includeGone || node.state === 'active')
    .map((node) => nodeLoad(ports, node, tallies.get(node.id) ?? NOTHING));
}

function count(view: PartitionView, of: (node: NodeId) => Tally): void {
  const { replicas, leader, summary, placed } = view;
  const [preferred] = replicas;
  if (leader !== undefined) of(leader).leaders++;
  if (preferred !== undefined) of(preferred).preferredLeaders++;
  const coming = addingOf(view);
  for (const node of replicas) {
    const tally = of(node);
    tally.replicas++;
    tally.storedBytes += summary?.sizeBytes ?? 0;
    if (coming.includes(node)) tally.movingIn++;
  }
  for (const member of placed.move?.releasing ?? []) {
    const node = nodeOf(member);
    if (!replicas.includes(node)) of(node).movingOut++;
  }
}

/** Nodes that a move brings in: wanted now, and not before. */
export function addingOf({ placed, replicas }: PartitionView): readonly NodeId[] {
  const { move } = placed;
  if (move === undefined || move.previous.length === 0) return [];
  const before = new Set(move.previous.map((member) => nodeOf(member)));
  return replicas.filter((node) => !before.has(node));
}

export function removingOf({ placed, replicas }: PartitionView): readonly NodeId[] {
  return (placed.move?.releasing ?? [])
    .map((member) => nodeOf(member))
    .filter((node) => !replicas.includes(node));
}

function nodeLoad(
  { catalog, leaders, nodes, troubles }: NodeLoadPorts,
  node: CatalogNode,
  tally: Readonly<Tally>,
): NodeLoad {
  const voters = catalog.machine.partitionOfGroup(METADATA_GROUP)?.replicas ?? [];
  const active = node.state === 'active';
  return {
    // What it runs now, where it is known: stored is what it was when it last introduced itself.
    node: { ...node, features: nodes.featuresOf(node.id) ?? node.features },
    alive: active && leaders.alive(node.id),
    downMs: active ? nodes.downMs(node.id) : 0,
    ...tally,
    metadataVoter: voters.some((member) => nodeOf(member) === node.id),
    troubles: troubles.troublesOf(node.id),
    report: nodes.reportOf(node.id),
  };
}
