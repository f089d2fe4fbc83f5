/** The service `flowmesh.v1.Groups`: checks of fields, translation, nothing else. */
import { FlowError } from '@flowmesh/base';
import {
  OFFSET_METADATA_CHARS_MAX,
  OFFSETS_PER_COMMAND_MAX,
  SUBSCRIPTIONS_PER_MEMBER_MAX,
} from '@flowmesh/engines';
import type { flowmesh, GroupsHandlers } from '@flowmesh/proto';
import type { Coordination } from '../../services/group/coordination.ts';
import type { ResetPlace, ResetTarget } from '../../services/group/group-admin.ts';
import type { OffsetCommit } from '../../services/group/group-service.ts';
import type { CallContext, MakeUnary } from './calls.ts';
import { errorMessage } from './errors.ts';
import * as wire from './group-wire.ts';
import type { Sent } from './group-wire.ts';
import * as check from './request-checks.ts';

const NAME_CHARS = { min: 1, max: 249 };
const MEMBER_CHARS = { min: 1, max: 64 };
const SESSION_MS = { min: 1_000, max: 1_800_000 };
const SESSION_DEFAULT_MS = 30_000;
const REBALANCE_DEFAULT_MS = 60_000;
const WAIT_MAX_MS = 30_000;
const EPOCHS = { min: 0, max: 2 ** 31 - 1 };
const PRODUCER_EPOCHS = { min: 0, max: 32_767 };
/** Of a group's name or an id: what keys of the state are made of holds no zero. */
const PRINTABLE = /^[^\p{Cc}]*$/u;

export function groupsServiceHandlers(
  { coordination }: { readonly coordination: Coordination },
  unary: MakeUnary,
): GroupsHandlers {
  const handlers = new GroupsOverGrpc(coordination);
  return {
    findCoordinator: unary('find-coordinator', (request) => handlers.find(request)),
    joinGroup: unary('join-group', (request, context) => handlers.join(request, context)),
    heartbeat: unary('group-heartbeat', (request, context) => handlers.heartbeat(request, context)),
    leaveGroup: unary('leave-group', (request, context) => handlers.leave(request, context)),
    commitOffsets: unary('commit-offsets', (request, context) => handlers.commit(request, context)),
    fetchOffsets: unary('fetch-offsets', (request, context) => handlers.fetch(request, context)),
    listGroups: unary('list-groups', (request, context) => handlers.list(request, context)),
    describeGroup: unary('describe-group', (request, context) => handlers.describe(request, context)),
    resetOffsets: unary('reset-offsets', (request, context) => handlers.reset(request, context)),
    undoReset: unary('undo-reset', (request, context) => handlers.undo(request, context)),
    deleteOffsets: unary('delete-offsets', (request, context) => handlers.deleteOffsets(request, context)),
    deleteGroup: unary('delete-group', (request, context) => handlers.delete(request, context)),
  };
}

export function coordinatedName(value: string, field: string, length = NAME_CHARS): string {
  check.text(value, field, length);
  if (!PRINTABLE.test(value)) throw check.invalid(field, 'holds control characters');
  return value;
}

function optionalName(value: string, field: string): string {
  return value === '' ? '' : coordinatedName(value, field);
}

class GroupsOverGrpc {
  private readonly coordination: Coordination;

  constructor(coordination: Coordination) {
    this.coordination = coordination;
  }

  async find(
    request: Sent<'FindCoordinatorRequest'>,
  ): Promise<flowmesh.v1.FindCoordinatorResponse.$Properties> {
    const { leader, ...place } = await this.coordination.find(coordinatedName(request.key, 'key'));
    return { ...place, leader: leader?.node ?? 0, leaderAddress: leader?.grpcAddress ?? '' };
  }

  async join(
    request: Sent<'JoinGroupRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.GroupAssignment.$Properties> {
    const { streams } = request;
    if (streams.length > SUBSCRIPTIONS_PER_MEMBER_MAX)
      throw check.invalid('streams', `has more than ${SUBSCRIPTIONS_PER_MEMBER_MAX} elements`);
    if (streams.length === 0 && request.pattern === '')
      throw check.invalid('streams', 'is empty, and so is pattern: nothing would be read');
    const session = { ...SESSION_MS, otherwise: SESSION_DEFAULT_MS };
    const rebalance = { ...SESSION_MS, otherwise: REBALANCE_DEFAULT_MS };
    const answer = await this.coordination.groups.join({
      caller,
      group: coordinatedName(request.group, 'group'),
      member: coordinatedName(request.memberId, 'member_id', MEMBER_CHARS),
      instanceId: optionalName(request.instanceId, 'instance_id'),
      clientId: optionalName(request.clientId, 'client_id'),
      rack: optionalName(request.rack, 'rack'),
      streams: streams.map((name) => check.streamName(name, 'streams')),
      pattern: optionalName(request.pattern, 'pattern'),
      assignor: wire.assignorOf(request.assignor),
      sessionTimeoutMs: check.orDefault(request.sessionTimeoutMs, 'session_timeout_ms', session),
      rebalanceTimeoutMs: check.orDefault(request.rebalanceTimeoutMs, 'rebalance_timeout_ms', rebalance),
    });
    return wire.wireAssignment(answer);
  }

  async heartbeat(
    request: Sent<'HeartbeatRequest'>,
    { caller, signal }: CallContext,
  ): Promise<flowmesh.v1.GroupAssignment.$Properties> {
    const answer = await this.coordination.groups.heartbeat(
      {
        caller,
        group: coordinatedName(request.group, 'group'),
        member: coordinatedName(request.memberId, 'member_id', MEMBER_CHARS),
        instanceId: request.instanceId,
        epoch: check.integer(request.epoch, 'epoch', EPOCHS),
        confirmedEpoch: check.integer(request.confirmedEpoch, 'confirmed_epoch', EPOCHS),
        waitMs: check.integer(request.waitMs, 'wait_ms', { min: 0, max: WAIT_MAX_MS }),
      },
      signal,
    );
    return wire.wireAssignment(answer);
  }

  async leave(
    request: Sent<'LeaveGroupRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.LeaveGroupResponse.$Properties> {
    const group = coordinatedName(request.group, 'group');
    await this.coordination.groups.leave(caller, group, request.memberId);
    return {};
  }

  async commit(
    request: Sent<'CommitOffsetsRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.CommitOffsetsResponse.$Properties> {
    const { offsets, memberId, transaction } = request;
    if (offsets.length > OFFSETS_PER_COMMAND_MAX)
      throw check.invalid('offsets', `has more than ${OFFSETS_PER_COMMAND_MAX} elements`);
    const epoch = check.integer(request.epoch, 'epoch', EPOCHS);
    const outcomes = await this.coordination.groups.commit({
      caller,
      group: coordinatedName(request.group, 'group'),
      by: memberId === '' ? undefined : { member: memberId, epoch },
      offsets: offsets.map(offsetCommit),
      transaction:
        transaction === null || transaction === undefined
          ? undefined
          : {
              producerId: check.offset(transaction.producerId ?? 0, 'transaction.producer_id'),
              producerEpoch: check.integer(
                transaction.producerEpoch ?? 0,
                'transaction.producer_epoch',
                PRODUCER_EPOCHS,
              ),
            },
    });
    return {
      outcomes: outcomes.map(({ stream, partition, offset, refused }) => ({
        stream,
        partition,
        offset,
        ...(refused ? { error: errorMessage(stale(stream, partition)) } : {}),
      })),
    };
  }

  async fetch(
    request: Sent<'FetchOffsetsRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.FetchOffsetsResponse.$Properties> {
    const keys = wire.partitionKeys(request.partitions);
    const group = coordinatedName(request.group, 'group');
    const partitions = request.partitions.length === 0 ? undefined : keys;
    const offsets = await this.coordination.groups.fetch({ caller, group, partitions });
    return { offsets: [...offsets] };
  }

  async list(
    request: Sent<'ListGroupsRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.ListGroupsResponse.$Properties> {
    const size = check.orDefault(request.pageSize, 'page_size', {
      min: 1,
      max: check.PAGE_SIZE_MAX,
      otherwise: check.PAGE_SIZE_DEFAULT,
    });
    const after = Buffer.from(request.pageToken, 'base64url').toString();
    const shard = check.partitionNumber(request.shard, 'shard');
    const { prefix } = request;
    const found = await this.coordination.groupAdmin.list(caller, { shard, prefix, after, size: size + 1 });
    const groups = found.slice(0, size);
    const last = found.length > size ? groups.at(-1)?.group : undefined;
    return {
      groups: groups.map(wire.wireGroupInfo),
      nextPageToken: last === undefined ? '' : Buffer.from(last).toString('base64url'),
    };
  }

  async describe(
    request: Sent<'DescribeGroupRequest'>,
    { caller, signal }: CallContext,
  ): Promise<flowmesh.v1.GroupDescription.$Properties> {
    const group = coordinatedName(request.group, 'group');
    return wire.wireGroup(await this.coordination.groupAdmin.describe(caller, group, signal));
  }

  async reset(
    request: Sent<'ResetOffsetsRequest'>,
    { caller, signal }: CallContext,
  ): Promise<flowmesh.v1.ResetOffsetsResponse.$Properties> {
    const places = await this.coordination.groupAdmin.reset(
      {
        caller,
        group: coordinatedName(request.group, 'group'),
        to: resetTarget(request),
        streams: wire.streamPartitions(request.partitions),
        dryRun: request.dryRun,
        force: request.force,
      },
      signal,
    );
    return wireReset(places);
  }

  async undo(
    request: Sent<'UndoResetRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.ResetOffsetsResponse.$Properties> {
    const group = coordinatedName(request.group, 'group');
    return wireReset(await this.coordination.groupAdmin.undoReset(caller, group, request.force));
  }

  async deleteOffsets(
    request: Sent<'DeleteOffsetsRequest'>,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.DeleteOffsetsResponse.$Properties> {
    const group = coordinatedName(request.group, 'group');
    const partitions = wire.partitionKeys(request.partitions);
    await this.coordination.groupAdmin.deleteOffsets(caller, group, partitions);
    return {};
  }

  async delete(
    request: Sent<'DeleteGroupRequest'>,
    { caller, signal }: CallContext,
  ): Promise<flowmesh.v1.DeleteGroupResponse.$Properties> {
    await this.coordination.groupAdmin.delete(caller, coordinatedName(request.group, 'group'), signal);
    return {};
  }
}

function offsetCommit(one: flowmesh.v1.GroupOffset.$Properties): OffsetCommit {
  return {
    stream: check.streamName(one.stream ?? '', 'offsets.stream'),
    partition: check.partitionNumber(one.partition ?? 0, 'offsets.partition'),
    offset: check.offset(one.offset ?? 0, 'offsets.offset'),
    leaderEpoch: check.integer(one.leaderEpoch ?? -1, 'offsets.leader_epoch', { min: -1, max: 2 ** 31 - 1 }),
    metadata: check.text(one.metadata ?? '', 'offsets.metadata', { min: 0, max: OFFSET_METADATA_CHARS_MAX }),
  };
}

function stale(stream: string, partition: number): FlowError {
  return new FlowError('STALE_MEMBER', `${stream}/${partition} is not this member's any more`, {
    hint: 'Whoever reads it now begins at the committed offset: what was done beyond that is done again.',
    details: { stream, partition },
  });
}

function resetTarget(request: Sent<'ResetOffsetsRequest'>): ResetTarget {
  const { timestampMs, offset, shift } = request;
  if (request.earliest === true) return { kind: 'earliest' };
  if (request.latest === true) return { kind: 'latest' };
  if (timestampMs !== null && timestampMs !== undefined)
    return { kind: 'timestamp', timestampMs: check.offset(timestampMs, 'timestamp_ms') };
  if (offset !== null && offset !== undefined) return { kind: 'offset', offset: check.offset(offset) };
  if (shift !== null && shift !== undefined) {
    const range = { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
    return { kind: 'shift', by: check.integer(shift, 'shift', range) };
  }
  throw check.invalid('to', 'is missing: earliest, latest, timestamp_ms, offset or shift');
}

function wireReset(places: readonly ResetPlace[]): flowmesh.v1.ResetOffsetsResponse.$Properties {
  return { offsets: [...places] };
}
