/**
 * Streams, queues, buckets and coordinators are created, extended and deleted here. A name that is created again is another stream with other
 * groups, never an update.
 */
import type { GroupId, NodeId } from '@flowmesh/base';
import { FlowError, groupId, memberId, must, replicaId } from '@flowmesh/base';
import type { AddPartitions, AllocateProducerIds, CreateStream, DeleteStream } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { CatalogNode, CatalogStream } from './catalog-types.ts';
import type { Decision } from './decision.ts';
import { accept, noStream, precondition } from './decision.ts';
import { checkPlacement } from './placement.ts';
import { checkResourceConfig } from './config-tables.ts';
import { checkMinInsync } from './min-insync.ts';
import { checkResourceName, partNoun, qualifiedName } from './resource-name.ts';

export function createStream(state: CatalogState, command: CreateStream, revision: number): Decision {
  const refusal = refuseCreate(state, command);
  if (refusal !== undefined) return refusal;
  const { uuid, name, config, replicationFactor, placement } = command;
  const { groups, changes } = newPartitions(state, { stream: uuid, from: 0, placement, revision });
  const stream: CatalogStream = {
    uuid,
    name,
    revision,
    changedRevision: revision,
    createdAtMs: command.timeMs,
    replicationFactor,
    config,
    groups,
    kind: command.resource ?? 'stream',
  };
  return accept({ kind: 'stream-created', uuid, name, revision }, [
    { kind: 'put-stream', stream },
    ...changes,
  ]);
}

interface NewPartitions {
  readonly stream: string;
  /** Number of the first one in the stream. */
  readonly from: number;
  readonly placement: readonly (readonly NodeId[])[];
  readonly revision: number;
}

function newPartitions(
  state: CatalogState,
  { stream, from, placement, revision }: NewPartitions,
): { readonly groups: readonly GroupId[]; readonly changes: readonly CatalogChange[] } {
  const { nextGroup } = state.globals;
  const groups = placement.map((_, i) => groupId(nextGroup + i));
  const partitions = placement.map((nodes, i): CatalogChange => {
    const members = nodes.map((node) => memberId({ node, replica: replicaId(revision) }));
    return {
      kind: 'put-partition',
      partition: {
        group: groupId(nextGroup + i),
        stream,
        partition: from + i,
        initial: members,
        replicas: members,
        learners: [],
        move: undefined,
        recovery: undefined,
      },
    };
  });
  const globals: CatalogChange = { kind: 'globals', globals: { nextGroup: nextGroup + placement.length } };
  return { groups, changes: [globals, ...partitions] };
}

export function addPartitions(state: CatalogState, command: AddPartitions, revision: number): Decision {
  const stream = state.streamByUuid(command.uuid);
  if (stream === undefined) return noStream(command.uuid);
  const { count, placement } = command;
  const has = stream.groups.length;
  if (count <= has) {
    const { kind, name } = stream;
    const parts = `${partNoun(kind)}s`;
    return precondition(
      `${kind} '${name}' has ${has} ${parts} and can only get more, not ${count}`,
      `What is in it stays in its ${parts}: create another ${kind} to have fewer.`,
    );
  }
  if (placement.length !== count - has) {
    return new FlowError(
      'PRECONDITION_FAILED',
      `${placement.length} ${partNoun(stream.kind)}s are placed; from ${has} to ${count} it takes ${count - has}`,
      { hint: `The ${stream.kind} changed meanwhile: repeat the request.`, retryable: true },
    );
  }
  const { replicationFactor } = stream;
  const nodes = receivers(state);
  const bad = checkPlacement(command.placementVersion, placement, { nodes, replicationFactor });
  if (bad !== undefined) return bad;
  const added = newPartitions(state, { stream: stream.uuid, from: has, placement, revision });
  return accept({ kind: 'partitions-added', uuid: stream.uuid, groups: added.groups, revision }, [
    {
      kind: 'put-stream',
      stream: { ...stream, changedRevision: revision, groups: [...stream.groups, ...added.groups] },
    },
    ...added.changes,
  ]);
}

/** Nodes that take new replicas. */
function receivers(state: CatalogState): readonly CatalogNode[] {
  return state.activeNodes().filter((node) => node.mode === 'normal');
}

function refuseCreate(state: CatalogState, command: CreateStream): FlowError | undefined {
  const { resource: kind = 'stream', name, uuid, config, replicationFactor } = command;
  const bad =
    checkResourceName(kind, name) ??
    checkResourceConfig(kind, config) ??
    checkMinInsync(config, replicationFactor);
  if (bad !== undefined) return bad;
  if (state.streamByName(qualifiedName(kind, name)) !== undefined) {
    return new FlowError('ALREADY_EXISTS', `${kind} '${name}' exists`, {
      hint: `Choose another name, or delete the ${kind} first.`,
    });
  }
  if (state.streamByUuid(uuid) !== undefined)
    return new FlowError('ALREADY_EXISTS', `a stream has the uuid ${uuid} already`);
  const nodes = receivers(state);
  return checkPlacement(command.placementVersion, command.placement, { nodes, replicationFactor });
}

export function deleteStream(state: CatalogState, command: DeleteStream, revision: number): Decision {
  const stream = state.streamByUuid(command.uuid);
  if (stream === undefined) return noStream(command.uuid);
  const changes: CatalogChange[] = [{ kind: 'remove-stream', uuid: stream.uuid }];
  for (const group of stream.groups) {
    const partition = must(state.partition(group), 'a stream has its partitions');
    const members = [...partition.replicas, ...partition.learners, ...(partition.move?.releasing ?? [])];
    changes.push({ kind: 'remove-partition', group });
    for (const member of members.sort((a, b) => a - b)) {
      changes.push({ kind: 'put-tombstone', tombstone: { group, member, revision } });
    }
  }
  return accept({ kind: 'stream-deleted', uuid: stream.uuid, revision }, changes);
}

export function allocateProducerIds(state: CatalogState, command: AllocateProducerIds): Decision {
  const first = state.globals.nextProducerId;
  const next = first + command.count;
  if (!Number.isSafeInteger(next))
    return precondition('all producer ids are used up', 'Start a new cluster.');
  return accept({ kind: 'producer-ids-allocated', first, count: command.count }, [
    { kind: 'globals', globals: { nextProducerId: next } },
  ]);
}
