/** The calls of `flowmesh.v1.Cluster` about partitions: listing, moving, leadership, recovery. */
import type { flowmesh } from '@flowmesh/proto';
import { PARTITION_FILTERS } from '../../services/cluster/partition-admin.ts';
import type {
  PartitionAdmin,
  PartitionFilter,
  PartitionPlace,
  PartitionQuestion,
} from '../../services/cluster/partition-admin.ts';
import type { RecoveryAdmin } from '../../services/cluster/recovery.ts';
import type { CallContext } from './calls.ts';
import { wirePartition, wirePartitionDetails } from './cluster-wire.ts';
import type { Sent } from './cluster-wire.ts';
import * as check from './request-checks.ts';

const STREAMS_MAX = 10_000;
const REPLICAS_MAX = 7;
const PARTITIONS_MAX = 10_000;
const REASON_CHARS_MAX = 500;

export async function listPartitions(
  partitions: PartitionAdmin,
  request: Sent<'ListPartitionsRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ListPartitionsResponse.$Properties> {
  if (request.streams.length > STREAMS_MAX)
    throw check.invalid('streams', `has more than ${STREAMS_MAX} names`);
  const page = await partitions.list(caller, {
    streams: request.streams.map((name) => check.streamName(name, 'streams')),
    node: request.node === 0 ? undefined : check.node(request.node),
    filter: filterOf(request.state),
    after: afterOf(request.pageToken),
    size: check.orDefault(request.pageSize, 'page_size', {
      min: 1,
      max: check.PAGE_SIZE_MAX,
      otherwise: check.PAGE_SIZE_DEFAULT,
    }),
  });
  return {
    partitions: page.partitions.map(wirePartition),
    total: page.total,
    nextPageToken: page.next === undefined ? '' : tokenOf(page.next),
  };
}

export async function describePartition(
  partitions: PartitionAdmin,
  request: Sent<'DescribePartitionRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.PartitionDetail.$Properties> {
  return wirePartitionDetails(partitions.describe(caller, placeOf(request)));
}

export async function movePartition(
  partitions: PartitionAdmin,
  request: Sent<'MovePartitionRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.MovePartitionResponse.$Properties> {
  if (request.to.length === 0 || request.to.length > REPLICAS_MAX)
    throw check.invalid('to', `names ${request.to.length} nodes, allowed are 1 to ${REPLICAS_MAX}`);
  const to = request.to.map((node) => check.node(node, 'to'));
  if (new Set(to).size !== to.length) throw check.invalid('to', 'names a node twice');
  const { report, bytes } = await partitions.move({
    ...placeOf(request),
    to,
    dryRun: request.dryRun,
    caller,
    requestId: check.requestId(request.requestId),
    signal,
  });
  return { partition: wirePartition(report), bytes };
}

export async function cancelMoves(
  partitions: PartitionAdmin,
  request: Sent<'CancelMovesRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.CancelMovesResponse.$Properties> {
  if (request.stream === '' && request.partitions.length > 0)
    throw check.invalid('partitions', 'needs a stream: name it, or leave both empty for all moves');
  if (request.partitions.length > PARTITIONS_MAX) throw check.invalid('partitions', 'has too many elements');
  const { cancelled, refused } = await partitions.cancelMoves({
    stream: request.stream === '' ? undefined : check.streamName(request.stream),
    partitions: request.partitions.map((each) => check.partitionNumber(each, 'partitions')),
    caller,
    requestId: check.requestId(request.requestId),
    signal,
  });
  return { cancelled, refused: [...refused] };
}

export async function transferLeader(
  partitions: PartitionAdmin,
  request: Sent<'TransferLeaderRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.TransferLeaderResponse.$Properties> {
  const to = request.to === 0 ? undefined : check.node(request.to, 'to');
  const { leader, term } = await partitions.transferLeader(caller, { ...placeOf(request), to }, signal);
  return { leader, leaderEpoch: term };
}

export async function electPreferred(
  partitions: PartitionAdmin,
  request: Sent<'ElectPreferredRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ElectPreferredResponse.$Properties> {
  const stream = request.stream === '' ? undefined : check.streamName(request.stream);
  return { ...partitions.electPreferred(caller, stream) };
}

export async function recoverPartition(
  recovery: RecoveryAdmin,
  request: Sent<'RecoverPartitionRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.RecoverPartitionResponse.$Properties> {
  const { report, risks } = await recovery.recover({
    ...placeOf(request),
    survivor: check.node(request.survivor, 'survivor'),
    reason: check.text(request.reason, 'reason', { min: 1, max: REASON_CHARS_MAX }),
    dryRun: request.dryRun,
    caller,
    requestId: check.requestId(request.requestId),
    signal,
  });
  return { partition: wirePartition(report), risks: [...risks] };
}

function placeOf(request: { readonly stream: string; readonly partition: number }): PartitionPlace {
  return { stream: check.streamName(request.stream), partition: check.partitionNumber(request.partition) };
}

function filterOf(state: string): PartitionFilter | undefined {
  if (state === '') return undefined;
  const known = PARTITION_FILTERS.find((filter) => filter === state);
  if (known === undefined)
    throw check.invalid('state', `is '${state.slice(0, 40)}', allowed are ${PARTITION_FILTERS.join(', ')}`);
  return known;
}

/** A place as text that no stream name can be mistaken for. */
function tokenOf({ stream, partition }: PartitionPlace): string {
  return Buffer.from(`${partition} ${stream}`).toString('base64url');
}

function afterOf(token: string): PartitionQuestion['after'] {
  if (token === '') return undefined;
  const [, partition, stream] = /^(\d{1,7}) (.+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (partition === undefined || stream === undefined)
    throw check.invalid('page_token', 'was not given out by this service');
  return { stream, partition: Number(partition) };
}
