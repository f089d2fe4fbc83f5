/**
 * Brings a replica up to date by a snapshot: fetches it from the leader into a new incarnation beside the old data, then
 * stops the replica, flips the incarnation and starts it anew.
 *
 * Bounded: so many fetches at once on a node; one for a group; replicas that are new to their group share a rate of bytes, while those
 * that fell behind are wanted back soon. A fetch that fails changes nothing: the leader offers again.
 * Only a disk that fails in the middle of the flip ends the node: what is there, a restart finds out.
 */
import {
  type Clock,
  FlowError,
  type GroupId,
  isFlowError,
  METADATA_GROUP,
  type NodeId,
  nodeOf,
} from '@flowmesh/base';
import type { PeerMessage, SnapshotMeta } from '@flowmesh/raft';
import type { SnapshotSink } from '@flowmesh/storage';
import type { SnapshotPull, Transport } from '../transport/transport.ts';
import type { ByteThrottle } from './byte-throttle.ts';
import type { GroupReplica } from './replica.ts';
import type { ReplicaLog } from './replica-env.ts';

type SnapshotMessage = Extract<PeerMessage, { kind: 'snapshot' }>;

interface Fetch {
  readonly from: NodeId;
  readonly abort: AbortController;
  readonly finished: Promise<void>;
}

export class SnapshotReceiver {
  private readonly transport: Transport;
  private readonly log: ReplicaLog;
  private readonly fetchesMax: number;
  private readonly throttle: ByteThrottle;
  private readonly fatal: (error: FlowError) => void;
  private readonly clock: Clock;
  private readonly onInstalled: (durationMs: number) => void;
  private readonly fetches = new Map<GroupId, Fetch>();

  constructor(options: {
    readonly transport: Transport;
    readonly log: ReplicaLog;
    readonly fetchesMax: number;
    readonly throttle: ByteThrottle;
    readonly fatal: (error: FlowError) => void;
    readonly clock: Clock;
    /** A snapshot was fetched and installed, and took so long. */
    readonly onInstalled: (durationMs: number) => void;
  }) {
    this.transport = options.transport;
    this.log = options.log;
    this.fetchesMax = options.fetchesMax;
    this.throttle = options.throttle;
    this.fatal = options.fatal;
    this.clock = options.clock;
    this.onInstalled = options.onInstalled;
  }

  /** Takes up an offer; true if it is being fetched (or another one is), false if the core should answer it. */
  offer(replica: GroupReplica, message: SnapshotMessage): boolean {
    if (this.fetches.has(replica.group)) return true;
    if (!replica.wantsSnapshot(message.snapshot)) return false;
    if (this.fetches.size >= this.fetchesMax) return true;
    const abort = new AbortController();
    const pull: SnapshotPull = {
      group: replica.group,
      from: message.from,
      to: replica.member,
      meta: message.snapshot,
    };
    const finished = this.fetch(replica, message, pull, abort.signal).finally(() =>
      this.fetches.delete(replica.group),
    );
    this.fetches.set(replica.group, { from: nodeOf(message.from), abort, finished });
    return true;
  }

  /** Ends a group's fetch and resolves when nothing of it goes on. */
  async cancel(group: GroupId): Promise<void> {
    const fetch = this.fetches.get(group);
    if (fetch === undefined) return;
    fetch.abort.abort();
    await fetch.finished;
  }

  /** Resolves when no fetch is under way. */
  async idle(): Promise<void> {
    while (this.fetches.size > 0)
      await Promise.all([...this.fetches.values()].map((fetch) => fetch.finished));
  }

  async close(): Promise<void> {
    for (const fetch of this.fetches.values()) fetch.abort.abort();
    await this.idle();
  }

  private async fetch(
    replica: GroupReplica,
    message: SnapshotMessage,
    pull: SnapshotPull,
    signal: AbortSignal,
  ): Promise<void> {
    const fields = { group: replica.group, from: nodeOf(message.from), index: message.snapshot.index };
    const startMs = this.clock.monotonicMs();
    let sink: SnapshotSink | undefined;
    try {
      sink = await replica.store.receiveSnapshot(message.snapshot);
      const throttled = isNew(replica);
      for await (const chunk of this.transport.pullSnapshot(pull, signal)) {
        await sink.write(chunk);
        if (throttled) await this.throttle.take(chunk.length, signal);
      }
      signal.throwIfAborted();
      const snapshot = sink.meta();
      if (snapshot === undefined) throw new FlowError('CORRUPTION', 'the snapshot ended before it began');
      await this.install(replica, sink, snapshot);
      sink = undefined;
      this.onInstalled(this.clock.monotonicMs() - startMs);
      this.log.info({ ...fields, index: snapshot.index }, 'snapshot received');
      replica.step({ ...message, snapshot });
    } catch (error) {
      if (!signal.aborted)
        this.log.warn(
          { ...fields, error: describe(error) },
          'snapshot not installed; the leader will offer again',
        );
      if (sink !== undefined) await this.discard(sink);
    }
  }

  private async install(replica: GroupReplica, sink: SnapshotSink, meta: SnapshotMeta): Promise<void> {
    if (!replica.wantsSnapshot(meta)) {
      await sink.abort();
      return;
    }
    await replica.beginInstall();
    // What arrived before the replica stopped may have made the snapshot superfluous: it never takes anything back.
    try {
      if (replica.stillWantsSnapshot(meta)) await sink.commit();
      else await sink.abort();
    } catch (error) {
      if (!isRefusal(error)) {
        // Whether the flip is on disk, only a restart can tell: the replica stays stopped, and the node ends.
        this.fatal(
          isFlowError(error)
            ? error
            : new FlowError('INTERNAL', 'a snapshot was not committed', { cause: error }),
        );
        throw error;
      }
      await replica.endInstall();
      throw error;
    }
    await replica.endInstall();
  }

  private async discard(sink: SnapshotSink): Promise<void> {
    try {
      await sink.abort();
    } catch (error) {
      this.fatal(
        isFlowError(error)
          ? error
          : new FlowError('INTERNAL', 'a snapshot could not be discarded', { cause: error }),
      );
    }
  }
}

/** Metadata is small and everything waits for it; a voter that fell behind is missed. Neither is throttled. */
function isNew(replica: GroupReplica): boolean {
  return replica.group !== METADATA_GROUP && !replica.configuration.voters.includes(replica.member);
}

/** The snapshot was found unfit before anything was switched. */
function isRefusal(error: unknown): boolean {
  return isFlowError(error) && (error.code === 'PRECONDITION_FAILED' || error.code === 'CORRUPTION');
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
