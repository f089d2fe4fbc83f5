/** Streams are created and deleted here. A name that is created again is another stream with other groups, never an update. */
import type { GroupId } from '@flowmesh/base';
import { FlowError, groupId, memberId, must, replicaId } from '@flowmesh/base';
import type { AllocateProducerIds, CreateStream, DeleteStream } from './catalog-command.ts';
import type { CatalogChange, CatalogState } from './catalog-state.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';
import { checkPlacement } from './placement.ts';
import { checkStreamConfig, resolveStreamConfig } from './stream-config.ts';
import { checkStreamName } from './stream-name.ts';

export function createStream(state: CatalogState, command: CreateStream, revision: number): Decision {
  const refusal = refuseCreate(state, command);
  if (refusal !== undefined) return refusal;
  const { uuid, name, config, replicationFactor, placement } = command;
  const groups: GroupId[] = [];
  const partitions: CatalogChange[] = [];
  for (const [partition, nodes] of placement.entries()) {
    const group = groupId(state.globals.nextGroup + partition);
    const members = nodes.map((node) => memberId({ node, replica: replicaId(revision) }));
    groups.push(group);
    partitions.push({
      kind: 'put-partition',
      partition: {
        group,
        stream: uuid,
        partition,
        initial: members,
        replicas: members,
        learners: [],
        move: undefined,
      },
    });
  }
  return accept({ kind: 'stream-created', uuid, name, revision }, [
    { kind: 'globals', globals: { nextGroup: state.globals.nextGroup + placement.length } },
    {
      kind: 'put-stream',
      stream: { uuid, name, revision, createdAtMs: command.timeMs, replicationFactor, config, groups },
    },
    ...partitions,
  ]);
}

function refuseCreate(state: CatalogState, command: CreateStream): FlowError | undefined {
  const { name, uuid, config, replicationFactor } = command;
  const bad = checkStreamName(name) ?? checkStreamConfig(config);
  if (bad !== undefined) return bad;
  const { minInsyncReplicas } = resolveStreamConfig(config);
  if (minInsyncReplicas > replicationFactor) {
    return new FlowError(
      'INVALID_ARGUMENT',
      `min.insync.replicas ${minInsyncReplicas} exceeds the replication factor ${replicationFactor}`,
      {
        hint: 'No write could ever be acknowledged: lower it or raise the replication factor.',
      },
    );
  }
  if (state.streamByName(name) !== undefined) {
    return new FlowError('ALREADY_EXISTS', `stream '${name}' exists`, {
      hint: 'Choose another name, or delete the stream first.',
    });
  }
  if (state.streamByUuid(uuid) !== undefined)
    return new FlowError('ALREADY_EXISTS', `a stream has the uuid ${uuid} already`);
  const nodes = state.nodes().filter((node) => node.state === 'active');
  return checkPlacement(command.placementVersion, command.placement, { nodes, replicationFactor });
}

export function deleteStream(state: CatalogState, command: DeleteStream, revision: number): Decision {
  const stream = state.streamByUuid(command.uuid);
  if (stream === undefined)
    return new FlowError('NOT_FOUND', `there is no stream with the uuid ${command.uuid}`);
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
