/** Calls that only a partition's leader answers, followed from leader to leader until time is up. */
import { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import { CALL_ATTEMPT_MS, CALL_TIMEOUT_MS, LEADERLESS_POLL_MS } from '../limits.ts';
import { cancelled, pause, type Surroundings } from '../system.ts';
import { asFlowError, connectionFailed, fromErrorMessage } from '../wire/errors.ts';
import {
  type CallLimits,
  callUnary,
  type ConnectionPool,
  type NodeConnection,
} from '../wire/node-connection.ts';
import { parseName } from './qualified-name.ts';
import { type CallOptions, type Router, streamNotFound } from './router.ts';

export interface LeaderCallDeps {
  readonly router: Router;
  readonly pool: ConnectionPool;
  readonly surroundings: Surroundings;
}

/** Runs `call` at the leader of one partition. Safe only for calls that may be repeated. */
export async function callLeader<T>(
  deps: LeaderCallDeps,
  where: { readonly stream: string; readonly partition: number },
  options: CallOptions,
  call: (connection: NodeConnection, limits: CallLimits) => Promise<T>,
): Promise<T> {
  const { router, pool, surroundings } = deps;
  const { clock, scheduler } = surroundings;
  const { stream, partition } = where;
  const deadline = clock.monotonicMs() + (options.timeoutMs ?? CALL_TIMEOUT_MS);
  const routing = await router.stream(stream, options);
  if (partition >= routing.partitions.length)
    throw partitionNotFound(stream, partition, routing.partitions.length);
  // Most calls succeed at once: neither the error nor the watch is made before it is needed.
  let unwatch: (() => void) | undefined;
  let last: FlowError | undefined;
  try {
    for (;;) {
      if (options.signal?.aborted === true) throw cancelled();
      const left = deadline - clock.monotonicMs();
      if (left <= 0) throw last ?? noLeader(stream, partition);
      const leader = router.leaderOf(stream, partition);
      if (leader !== undefined) {
        const { address } = leader;
        try {
          const timeoutMs = Math.min(left, CALL_ATTEMPT_MS);
          return await call(pool.get(address), { address, timeoutMs, signal: options.signal });
        } catch (failure) {
          last = asFlowError(failure);
          if (last.code === 'NOT_FOUND') router.cache.forget(stream);
          if (!last.retryable) throw last;
          if (connectionFailed(last)) router.unreachable(address);
          router.learn(stream, partition, last);
        }
      }
      unwatch ??= router.watch(stream);
      router.refreshSoon();
      await pause(scheduler, Math.min(LEADERLESS_POLL_MS, left), options.signal);
    }
  } finally {
    unwatch?.();
  }
}

function noLeader(stream: string, partition: number): FlowError {
  return new FlowError('NO_LEADER', `no leader is known for ${stream}/${partition}`);
}

export interface PartitionOffsets {
  readonly partition: number;
  /** What was asked for; undefined where no record is as late as the timestamp. */
  readonly offset: number | undefined;
  /** Of the record found by timestamp. */
  readonly timestamp: number | undefined;
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly leaderEpoch: number;
  /** Delayed records that wait for their time, counted by batch and due time. */
  readonly delayedBatches: number;
  /** When the next of them is due. */
  readonly nextDueAt: number | undefined;
}

export type OffsetPlace = 'earliest' | 'latest' | { readonly timestamp: number };

const ISOLATIONS = { committed: 'ISOLATION_COMMITTED', uncommitted: 'ISOLATION_UNCOMMITTED' } as const;

/** What is seen of transactions that have not ended: nothing, or all. */
export type Isolation = keyof typeof ISOLATIONS;

export function wireIsolation(isolation: Isolation): flowmesh.v1.Isolation {
  return flowmesh.v1.Isolation[ISOLATIONS[isolation]];
}

/** Offsets of several partitions, each asked at its leader; ascending by partition. */
export async function fetchOffsets(
  deps: LeaderCallDeps,
  query: {
    readonly stream: string;
    readonly partitions?: readonly number[] | undefined;
    readonly at: OffsetPlace;
    /** `latest` is the end of what is seen. Default: committed. */
    readonly isolation?: Isolation | undefined;
  },
  options: CallOptions = {},
): Promise<readonly PartitionOffsets[]> {
  const { stream, at } = query;
  const isolation = wireIsolation(query.isolation ?? 'committed');
  const routing = await deps.router.stream(stream, options);
  const partitions = query.partitions ?? routing.partitions.map((_, index) => index);
  const found = new Map<number, PartitionOffsets>();
  for (const partition of partitions) {
    if (found.has(partition)) continue;
    await callLeader(deps, { stream, partition }, options, async (connection, limits) => {
      const together = ledBySame(deps.router, stream, partition, partitions).filter(
        (other) => !found.has(other),
      );
      const request = { stream, partitions: together, ...placeOf(at), isolation };
      const answer = await callUnary(connection.streams.getOffsets.bind(connection.streams), request, limits);
      for (const one of answer.partitions) {
        const error = one.error;
        if (error !== null && error !== undefined) {
          if (one.partition === partition) throw fromErrorMessage(error);
          continue;
        }
        found.set(one.partition ?? 0, toOffsets(one));
      }
      if (!found.has(partition)) throw new FlowError('NO_LEADER', `${stream}/${partition} was not answered`);
    });
  }
  return partitions
    .map((partition) => found.get(partition) as PartitionOffsets)
    .sort((a, b) => a.partition - b.partition);
}

export function partitionNotFound(stream: string, partition: number, partitions: number): FlowError {
  if (partitions === 0) return streamNotFound(stream);
  const { kind, name, part } = parseName(stream);
  return new FlowError('INVALID_ARGUMENT', `${kind} ${name} has no ${part} ${partition}`, {
    hint: `Its ${part}s are 0 to ${partitions - 1}.`,
    details: { [kind]: name, [part]: partition },
  });
}

function ledBySame(router: Router, stream: string, partition: number, among: readonly number[]): number[] {
  const node = router.leaderOf(stream, partition)?.node;
  return among.filter((other) => other === partition || router.leaderOf(stream, other)?.node === node);
}

function placeOf(at: OffsetPlace): { earliest: true } | { latest: true } | { timestampMs: number } {
  if (at === 'earliest') return { earliest: true };
  if (at === 'latest') return { latest: true };
  return { timestampMs: at.timestamp };
}

function toOffsets(message: flowmesh.v1.PartitionOffsets.$Properties): PartitionOffsets {
  const known = (value: number | null | undefined): number | undefined =>
    value === undefined || value === null || value < 0 ? undefined : value;
  return {
    partition: message.partition ?? 0,
    offset: known(message.offset),
    timestamp: known(message.timestampMs),
    logStartOffset: message.logStartOffset ?? 0,
    highWatermark: message.highWatermark ?? 0,
    leaderEpoch: message.leaderEpoch ?? 0,
    delayedBatches: message.delayedBatches ?? 0,
    nextDueAt: (message.delayedBatches ?? 0) === 0 ? undefined : known(message.nextDueMs),
  };
}
