/** Partitions: where their replicas are, moving them, and who leads. Offsets and sizes are as the leaders told last. */
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { callLeader, type LeaderCallDeps, partitionNotFound } from '../routing/leader-call.ts';
import { type CallOptions, streamNotFound } from '../routing/router.ts';
import { askAny, askEvery, askNode, type NodeAnswer, present } from './cluster-call.ts';

/** A filter of `list`. */
export const PARTITION_STATES = [
  'offline',
  'leaderless',
  'under-replicated',
  'under-min-isr',
  'moving',
  'not-preferred',
] as const;
export type PartitionState = (typeof PARTITION_STATES)[number];

export interface PartitionMove {
  readonly reason: string;
  readonly adding: readonly number[];
  readonly removing: readonly number[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly step: string;
  readonly cancellable: boolean;
}

export interface ReplicaDetail {
  readonly node: number;
  /** The Raft member: node and replica id in one number. */
  readonly member: number;
  /** leader, voter or learner. */
  readonly role: string;
  readonly inSync: boolean;
  readonly lagEntries: number;
  /** How its leader sends to it: probe, replicate or snapshot. */
  readonly state: string;
}

export interface PartitionDetail {
  readonly stream: string;
  readonly partition: number;
  readonly groupId: number;
  readonly leader: number | undefined;
  readonly leaderEpoch: number;
  /** Node ids, preferred leader first. */
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Replicas on nodes that are not reached. */
  readonly offlineReplicas: readonly number[];
  readonly minInsyncReplicas: number;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
  /** online, under-replicated, under-min-isr, leaderless or offline. */
  readonly state: string;
  readonly move: PartitionMove | undefined;
}

/** What only the leader knows. Both lists are empty where no leader could be asked. */
export interface PartitionDescription extends PartitionDetail {
  /** Leader epochs and the offsets at which they began, ascending. */
  readonly epochs: readonly { readonly epoch: number; readonly startOffset: number }[];
  readonly replicaDetails: readonly ReplicaDetail[];
}

export interface PartitionPlace {
  readonly stream: string;
  readonly partition: number;
}

export interface ListPartitionsOptions extends CallOptions {
  /** Default: all streams. */
  readonly streams?: readonly string[] | undefined;
  /** Only those with a replica on this node. */
  readonly node?: number | undefined;
  readonly state?: PartitionState | undefined;
}

export interface ElectedPreferred {
  /** Leaderships handed over, already where they belong, and not to be had (the preferred leader is not in sync). */
  readonly transferred: number;
  readonly already: number;
  readonly notPossible: number;
}

export interface RecoveredPartition {
  readonly partition: PartitionDetail;
  /** What may be lost, sentences. */
  readonly risks: readonly string[];
}

const PAGE_SIZE = 500;
/** How long `describe` looks for the leader before it is content with less. */
const LEADER_ASK_MS = 3_000;

export class PartitionsAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** By stream and partition, page by page. */
  async *list(options: ListPartitionsOptions = {}): AsyncGenerator<PartitionDetail> {
    let pageToken = '';
    do {
      const page = await this.page(options, PAGE_SIZE, pageToken);
      for (const partition of page.partitions) yield toPartitionDetail(partition);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
  }

  /** How many `list` would give. */
  async count(options: ListPartitionsOptions = {}): Promise<number> {
    return (await this.page(options, 1, '')).total;
  }

  /** NOT_FOUND, INVALID_ARGUMENT (no such partition). Where no leader answers in time: what any other node knows. */
  async describe(place: PartitionPlace, options: CallOptions = {}): Promise<PartitionDescription> {
    const { stream, partition } = place;
    const { streams } = await this.deps.router.metadata([stream], options);
    const known = streams.find((one) => one.name === stream && one.found);
    const leader = known?.partitions[partition]?.leader ?? 0;
    if (known !== undefined && known.partitions.length > 0 && partition >= known.partitions.length) {
      throw partitionNotFound(stream, partition, known.partitions.length);
    }
    if (leader !== 0) {
      const timeoutMs = Math.min(options.timeoutMs ?? LEADER_ASK_MS, LEADER_ASK_MS);
      try {
        return await this.describeAtLeader(place, { ...options, timeoutMs });
      } catch (error) {
        if (!(error instanceof FlowError) || !error.retryable) throw error;
      }
    }
    for await (const detail of this.list({ ...options, streams: [stream] })) {
      if (detail.partition === partition) return { ...detail, epochs: [], replicaDetails: [] };
    }
    throw known === undefined ? streamNotFound(stream) : partitionNotFound(stream, partition, 0);
  }

  /**
   * Gives the partition this list of replicas (node ids, preferred leader first); returns once it is decided, not once it is
   * done. NOT_FOUND, INVALID_ARGUMENT (nodes), PRECONDITION_FAILED (a move is under way).
   */
  async move(
    place: PartitionPlace & { readonly to: readonly number[] },
    options: CallOptions & { readonly dryRun?: boolean | undefined } = {},
  ): Promise<{ readonly partition: PartitionDetail; readonly bytes: number }> {
    const request = {
      stream: place.stream,
      partition: place.partition,
      to: [...place.to],
      dryRun: options.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    const answer = await askAny(this.deps, options, (client) => client.movePartition, request);
    return { partition: toPartitionDetail(answer.partition), bytes: answer.bytes };
  }

  /** Cancels moves: of some partitions, of a stream, or (without either) all. `refused` says which were too far, and why. */
  async cancelMoves(
    which: { readonly stream?: string | undefined; readonly partitions?: readonly number[] | undefined } = {},
    options: CallOptions = {},
  ): Promise<{ readonly cancelled: number; readonly refused: readonly string[] }> {
    const request = {
      stream: which.stream ?? '',
      partitions: [...(which.partitions ?? [])],
      requestId: this.deps.surroundings.requestId(),
    };
    const answer = await askAny(this.deps, options, (client) => client.cancelMoves, request);
    return { cancelled: answer.cancelled, refused: [...answer.refused] };
  }

  /** Asks the leader to hand over to `to`, or to any in-sync replica. NO_LEADER, PRECONDITION_FAILED (not in sync). */
  async transferLeader(
    place: PartitionPlace & { readonly to?: number | undefined },
    options: CallOptions = {},
  ): Promise<{ readonly leader: number; readonly leaderEpoch: number }> {
    const request = { stream: place.stream, partition: place.partition, to: place.to ?? 0 };
    return await callLeader(this.deps, place, options, async (_connection, limits) => {
      const { leader, leaderEpoch } = await askNode(
        this.deps,
        limits,
        (client) => client.transferLeader,
        request,
      );
      return { leader, leaderEpoch };
    });
  }

  /** Every node moves the leaderships that it has to their preferred leaders; with what each node answered. */
  async electPreferred(
    options: CallOptions & { readonly stream?: string | undefined } = {},
  ): Promise<readonly NodeAnswer<ElectedPreferred>[]> {
    const request = { stream: options.stream ?? '' };
    const answers = await askEvery(this.deps, options, (client) => client.electPreferred, request);
    return answers.map((answer) => {
      if (answer.kind === 'failed') return answer;
      const { transferred, already, notPossible } = answer.value;
      return { ...answer, value: { transferred, already, notPossible } };
    });
  }

  /**
   * Unsafe: makes one replica the whole of a group that has lost its majority; acknowledged records that only the others had are
   * lost. Audited with `reason`. PRECONDITION_FAILED (the group is alive), NOT_FOUND.
   */
  async recover(
    place: PartitionPlace & { readonly survivor: number; readonly reason: string },
    options: CallOptions & { readonly dryRun?: boolean | undefined } = {},
  ): Promise<RecoveredPartition> {
    const request = {
      stream: place.stream,
      partition: place.partition,
      survivor: place.survivor,
      reason: place.reason,
      dryRun: options.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    const answer = await askAny(this.deps, options, (client) => client.recoverPartition, request);
    return { partition: toPartitionDetail(answer.partition), risks: [...answer.risks] };
  }

  private describeAtLeader(place: PartitionPlace, options: CallOptions): Promise<PartitionDescription> {
    const request = { stream: place.stream, partition: place.partition };
    return callLeader(this.deps, place, options, async (_connection, limits) =>
      toDescription(await askNode(this.deps, limits, (client) => client.describePartition, request)),
    );
  }

  private page(
    options: ListPartitionsOptions,
    pageSize: number,
    pageToken: string,
  ): Promise<flowmesh.v1.ListPartitionsResponse> {
    const request = {
      streams: [...(options.streams ?? [])],
      node: options.node ?? 0,
      state: options.state ?? '',
      pageSize,
      pageToken,
    };
    return askAny(this.deps, options, (client) => client.listPartitions, request);
  }
}

function toPartitionDetail(
  detail: flowmesh.v1.PartitionDetail.$Properties | undefined | null,
): PartitionDetail {
  return {
    stream: detail?.stream ?? '',
    partition: detail?.partition ?? 0,
    groupId: detail?.groupId ?? 0,
    leader: present(detail?.leader),
    leaderEpoch: detail?.leaderEpoch ?? 0,
    replicas: [...(detail?.replicas ?? [])],
    inSyncReplicas: [...(detail?.inSyncReplicas ?? [])],
    offlineReplicas: [...(detail?.offlineReplicas ?? [])],
    minInsyncReplicas: detail?.minInsyncReplicas ?? 0,
    logStartOffset: detail?.logStartOffset ?? 0,
    highWatermark: detail?.highWatermark ?? 0,
    sizeBytes: detail?.sizeBytes ?? 0,
    state: detail?.state ?? '',
    move: toMove(detail?.move),
  };
}

function toMove(move: flowmesh.v1.MoveDetail.$Properties | undefined | null): PartitionMove | undefined {
  if (move === undefined || move === null) return undefined;
  return {
    reason: move.reason ?? '',
    adding: [...(move.adding ?? [])],
    removing: [...(move.removing ?? [])],
    startedAt: move.startedAtMs ?? 0,
    step: move.step ?? '',
    cancellable: move.cancellable ?? false,
  };
}

function toDescription(detail: flowmesh.v1.PartitionDetail): PartitionDescription {
  return {
    ...toPartitionDetail(detail),
    epochs: detail.epochs.map((one) => ({ epoch: one.epoch ?? 0, startOffset: one.startOffset ?? 0 })),
    replicaDetails: detail.replicaDetails.map((one) => ({
      node: one.node ?? 0,
      member: one.member ?? 0,
      role: one.role ?? '',
      inSync: one.inSync ?? false,
      lagEntries: one.lagEntries ?? 0,
      state: one.state ?? '',
    })),
  };
}
