/**
 * What an operator may ask for, as commands made from the metadata that the asked node has. Each function returns undefined where there is
 * nothing to ask, or the catalog at hand allows no such thing; what it refuses is refused by the metadata group itself.
 */
import { createHash } from 'node:crypto';
import { METADATA_GROUP, type NodeId, nodeOf, type Random } from '@flowmesh/base';
import {
  type CatalogCommand,
  type CatalogMachine,
  type CatalogNode,
  type CatalogPartition,
  type CatalogStream,
  FEATURES,
  PLACEMENT_VERSION,
} from '@flowmesh/engines';
import { placeInTurns } from './place-in-turns.ts';
import { surveyFeatures } from '../../../packages/broker/src/services/cluster/node-features.ts';
import type { NodePort } from '../../../packages/broker/src/services/ports.ts';

type Unsent<C> = C extends CatalogCommand ? Omit<C, 'requestId' | 'timeMs'> : never;

/** A command without what its proposer adds. */
export type Wish = Unsent<CatalogCommand>;

export interface NewStream {
  readonly uuid: string;
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

export function activeNodes(catalog: CatalogMachine): readonly CatalogNode[] {
  return catalog.nodes().filter((node) => node.state === 'active');
}

function normalNodes(catalog: CatalogMachine): readonly CatalogNode[] {
  return activeNodes(catalog).filter((node) => node.mode === 'normal');
}

export function createStream(catalog: CatalogMachine, stream: NewStream): Wish | undefined {
  const { uuid, name, partitions, replicationFactor } = stream;
  const nodes = normalNodes(catalog);
  const placement = placeInTurns({
    nodes,
    partitions,
    replicationFactor,
    startAt: catalog.partitionCount,
  });
  if (placement === undefined) return undefined;
  const placed = { placement, placementVersion: PLACEMENT_VERSION };
  return { kind: 'create-stream', uuid, name, replicationFactor, config: {}, ...placed };
}

export function addPartitions(catalog: CatalogMachine, uuid: string, count: number): Wish | undefined {
  const stream = catalog.streamByUuid(uuid);
  if (stream === undefined || stream.groups.length >= count) return undefined;
  const placement = placeInTurns({
    nodes: normalNodes(catalog),
    partitions: count - stream.groups.length,
    replicationFactor: stream.replicationFactor,
    startAt: catalog.partitionCount,
  });
  if (placement === undefined) return undefined;
  return { kind: 'add-partitions', uuid, count, placement, placementVersion: PLACEMENT_VERSION };
}

/** One replica or all of a partition go elsewhere, or only the order changes. */
export function movePartition(catalog: CatalogMachine, random: Random): Wish | undefined {
  const partition = pick(random, [...catalog.partitions()].filter(isMovable));
  if (partition === undefined) return undefined;
  const from = partition.replicas.map(nodeOf);
  const free = shuffled(
    random,
    normalNodes(catalog).map(({ id }) => id),
  ).filter((id) => !from.includes(id));
  const to = [...from];
  const many = random.unit() < 0.3 ? to.length : 1;
  for (let i = 0; i < many && free.length > 0; i++) to[random.below(to.length)] = free.pop() as NodeId;
  if (random.unit() < 0.3) to.reverse();
  if (to.every((node, i) => node === from[i])) return undefined;
  return { kind: 'move-replicas', reason: 'manual', moves: [{ group: partition.group, from, to }] };
}

export function cancelMove(catalog: CatalogMachine, random: Random): Wish | undefined {
  const moving = [...catalog.partitions()].filter(
    ({ move }) => move !== undefined && move.previous.length > 0,
  );
  const partition = pick(random, moving);
  return partition === undefined ? undefined : { kind: 'cancel-moves', groups: [partition.group] };
}

export function setReplicationFactor(
  catalog: CatalogMachine,
  random: Random,
  stream: CatalogStream,
  replicationFactor: number,
): Wish | undefined {
  const nodes = normalNodes(catalog).map(({ id }) => id);
  const assignments = [];
  for (const group of stream.groups) {
    const from = catalog.partitionOfGroup(group)?.replicas.map(nodeOf) ?? [];
    const free = shuffled(random, nodes).filter((id) => !from.includes(id));
    const to = from.slice(0, replicationFactor);
    while (to.length < replicationFactor && free.length > 0) to.push(free.pop() as NodeId);
    if (to.length !== replicationFactor) return undefined;
    assignments.push({ group, from, to });
  }
  return { kind: 'set-replication-factor', uuid: stream.uuid, replicationFactor, assignments };
}

export function setMetadataVoters(catalog: CatalogMachine, random: Random, count: number): Wish | undefined {
  const nodes = shuffled(
    random,
    normalNodes(catalog).map(({ id }) => id),
  );
  if (nodes.length < count) return undefined;
  return { kind: 'set-metadata-voters', voters: nodes.slice(0, count) };
}

/** What people tune. No value stands in the way of a cluster that becomes whole. */
const TUNED: readonly (readonly [key: string, values: readonly string[]])[] = [
  ['replica.lag.time.max.ms', ['2000', '10000', '30000']],
  ['move.concurrency.per.node', ['1', '2', '16']],
  ['move.bytes.per.second', ['100000', '10000000', '-1']],
  ['balancer.enabled', ['true', 'false']],
  ['leader.balancer.enabled', ['true', 'false']],
];

export function setConfig(random: Random): Wish {
  const [key, values] = TUNED[random.below(TUNED.length)] as (typeof TUNED)[number];
  const value = pick(random, values) as string;
  const unset = random.unit() < 0.3;
  return {
    kind: 'set-config',
    scope: 'cluster',
    set: unset ? {} : { [key]: value },
    unset: unset ? [key] : [],
  };
}

/** Undefined where some node has not told what it knows, or does not know the level; in haste that is left to the metadata group. */
export function finalise(catalog: CatalogMachine, nodes: NodePort, hasty: boolean): Wish | undefined {
  const level = FEATURES.max;
  const { told, silent } = surveyFeatures(catalog, nodes);
  if (silent.length > 0) return undefined;
  if (!hasty && told.some(({ features }) => features.max < level)) return undefined;
  return { kind: 'finalise-features', level, nodes: told };
}

/** What every machine of the world shows where a token is required. */
export const JOIN_TOKEN = { id: 'a1b2c3d4a1b2c3d4', secret: 'of-this-world' } as const;
const TOKEN_LIFE_MS = 86_400_000;

export function createToken(wallMs: number): Wish {
  const secretHash = createHash('sha256').update(JOIN_TOKEN.secret).digest('hex');
  return {
    kind: 'create-join-token',
    id: JOIN_TOKEN.id,
    secretHash,
    expiresAtMs: Math.floor(wallMs) + TOKEN_LIFE_MS,
    usesMax: 100,
    description: '',
  };
}

/** The next step that takes a node out of the cluster; undefined where it is out, or somebody else's move has to end first. */
export function evacuate(catalog: CatalogMachine, random: Random, node: NodeId): Wish | undefined {
  const known = catalog.node(node);
  if (known?.state !== 'active') return undefined;
  const free = shuffled(
    random,
    normalNodes(catalog).map(({ id }) => id),
  ).filter((id) => id !== node);
  let holds = false;
  for (const partition of catalog.partitions()) {
    const { group, replicas, move } = partition;
    const from = replicas.map(nodeOf);
    const releasing = move?.releasing.map(nodeOf).includes(node) === true;
    if (!from.includes(node)) {
      holds ||= releasing;
      continue;
    }
    holds = true;
    const target = free.find((id) => !from.includes(id));
    if (move !== undefined || target === undefined) continue;
    const to = from.map((id) => (id === node ? target : id));
    if (group === METADATA_GROUP) return { kind: 'set-metadata-voters', voters: to };
    return { kind: 'move-replicas', reason: 'decommission', moves: [{ group, from, to }] };
  }
  return holds ? undefined : { kind: 'remove-node', node };
}

function isMovable(partition: CatalogPartition): boolean {
  return partition.group !== METADATA_GROUP && partition.move === undefined;
}

function pick<T>(random: Random, choices: readonly T[]): T | undefined {
  return choices.length === 0 ? undefined : choices[random.below(choices.length)];
}

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  const list = [...values];
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
