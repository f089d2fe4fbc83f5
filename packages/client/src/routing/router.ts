/**
 * Finds the node for a call. Asks any living node for metadata (hedged: a silent node costs METADATA_HEDGE_MS, a dead one
 * nothing), remembers which addresses failed lately, and tells listeners when it has learned something.
 *
 * One refresh is under way at a time; whoever wants one while it runs gets the next. Refreshes start at least
 * LEADERLESS_POLL_MS apart, so that any number of leaderless partitions costs one question per interval.
 */
import { FlowError, type TimerHandle } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { backoffMs } from '../backoff.ts';
import {
  CALL_ATTEMPT_MS,
  CALL_TIMEOUT_MS,
  LEADERLESS_POLL_MS,
  METADATA_AGE_MS,
  METADATA_ATTEMPT_MS,
  METADATA_HEDGE_MS,
} from '../limits.ts';
import { cancelled, pause, type Surroundings } from '../system.ts';
import { asFlowError, connectionFailed, lacksMethod, unavailable } from '../wire/errors.ts';
import { callUnary, type ConnectionPool, type NodeConnection } from '../wire/node-connection.ts';
import { MetadataCache, type MetadataAnswer, type StreamRouting } from './metadata-cache.ts';
import { parseName } from './qualified-name.ts';

export interface LeaderAddress {
  readonly node: number;
  readonly address: string;
  readonly epoch: number;
}

export interface CallOptions {
  /** All attempts together. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Health {
  failures: number;
  retryAtMs: number;
}

export interface RouterOptions {
  readonly endpoints: readonly string[];
  /** Nobody but the endpoints is asked: what the caller shows is good for them alone. */
  readonly endpointsOnly?: boolean;
  readonly pool: ConnectionPool;
  readonly surroundings: Surroundings;
}

export class Router {
  readonly cache = new MetadataCache();
  private readonly endpoints: readonly string[];
  private readonly endpointsOnly: boolean;
  private readonly pool: ConnectionPool;
  private readonly surroundings: Surroundings;
  private readonly health = new Map<string, Health>();
  private readonly listeners = new Set<() => void>();
  /** Streams that refreshes ask for. */
  private readonly watched = new Map<string, number>();
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;
  private queued: TimerHandle | undefined;
  private aging: TimerHandle | undefined;
  private lastStartMs = Number.NEGATIVE_INFINITY;
  private turn = 0;

  constructor(options: RouterOptions) {
    this.endpoints = options.endpoints;
    this.endpointsOnly = options.endpointsOnly ?? false;
    this.pool = options.pool;
    this.surroundings = options.surroundings;
  }

  /** Calls `listener` after every refresh and hint that may have changed where things are; returns how to stop it. */
  onNews(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Keeps a stream in refreshes until the returned function is called. */
  watch(stream: string): () => void {
    this.watched.set(stream, (this.watched.get(stream) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.watched.get(stream) ?? 1) - 1;
      if (left > 0) this.watched.set(stream, left);
      else this.watched.delete(stream);
    };
  }

  leaderOf(stream: string, partition: number): LeaderAddress | undefined {
    const known = this.cache.stream(stream)?.partitions[partition];
    if (known === undefined || known.leader === 0) return undefined;
    const node = this.cache.node(known.leader);
    return node === undefined ? undefined : { node: known.leader, address: node.address, epoch: known.epoch };
  }

  /** Takes over what an error tells about a partition's leader. */
  learn(stream: string, partition: number, error: FlowError): void {
    if (error.code !== 'NOT_LEADER') return;
    const leader = Number(error.details['leaderNode'] ?? 0);
    const epoch = Number(error.details['leaderEpoch'] ?? 0);
    const address = error.details['leader'];
    if (!Number.isSafeInteger(leader) || !Number.isSafeInteger(epoch)) return;
    const hint = {
      stream,
      partition,
      leader,
      epoch,
      address: address === undefined ? undefined : String(address),
    };
    if (this.cache.applyHint(hint)) this.tellNews();
  }

  reachable(address: string): void {
    this.health.delete(address);
  }

  /** Only for failures of the connection: whoever refuses is there. */
  unreachable(address: string): void {
    const failures = (this.health.get(address)?.failures ?? 0) + 1;
    const delay = backoffMs(failures, this.surroundings.random);
    this.health.set(address, { failures, retryAtMs: this.surroundings.clock.monotonicMs() + delay });
  }

  /** The partitions of a stream, or the shards of what has the qualified name, asked for where unknown. Rejects with NOT_FOUND, UNAVAILABLE, TIMEOUT or CANCELLED. */
  async stream(name: string, options: CallOptions = {}): Promise<StreamRouting> {
    const known = this.cache.stream(name);
    if (known !== undefined && known.partitions.length > 0) return known;
    const release = this.watch(name);
    try {
      return await this.callAny(options, async (connection, limits) => {
        const answer = await this.ask(connection, [name], false, limits);
        this.absorb(answer);
        if (answer.streams.some((stream) => stream.name === name && !stream.found))
          throw streamNotFound(name);
        const found = this.cache.stream(name);
        if (found === undefined || found.partitions.length === 0) {
          const { kind, name: bare } = parseName(name);
          throw new FlowError('NO_LEADER', `${kind} ${bare} is not ready yet`);
        }
        return found;
      });
    } finally {
      release();
    }
  }

  /** A fresh answer of any node, for all streams or those named. */
  async metadata(streams: readonly string[] | 'all', options: CallOptions = {}): Promise<MetadataAnswer> {
    return await this.callAny(options, async (connection, limits) => {
      const answer = await this.ask(connection, streams === 'all' ? [] : streams, streams === 'all', limits);
      this.absorb(answer);
      return answer;
    });
  }

  /**
   * Runs `call` on one node after the other until it succeeds, fails for good, or time is up. Safe only for calls that may be
   * repeated: reads, and mutations with a request id.
   */
  async callAny<T>(
    options: CallOptions,
    call: (
      connection: NodeConnection,
      limits: {
        readonly address: string;
        readonly timeoutMs: number;
        readonly signal: AbortSignal | undefined;
      },
    ) => Promise<T>,
  ): Promise<T> {
    const { clock, scheduler, random } = this.surroundings;
    const deadline = clock.monotonicMs() + (options.timeoutMs ?? CALL_TIMEOUT_MS);
    const signal =
      options.signal === undefined ? this.stop.signal : AbortSignal.any([options.signal, this.stop.signal]);
    let last: FlowError | undefined;
    for (let round = 0; ; round++) {
      const asked = this.candidates();
      let lacking = 0;
      for (const address of asked) {
        const left = deadline - clock.monotonicMs();
        if (signal.aborted) throw cancelled();
        if (left <= 0) throw last ?? unavailable('no node answered in time');
        try {
          const timeoutMs = Math.min(left, CALL_ATTEMPT_MS);
          const result = await call(this.pool.get(address), { address, timeoutMs, signal });
          this.reachable(address);
          return result;
        } catch (failure) {
          if (!(failure instanceof FlowError)) throw failure;
          if (connectionFailed(failure)) this.unreachable(address);
          if (lacksMethod(failure)) lacking++;
          else if (!failure.retryable) throw failure;
          last = tellingMore(last, failure);
        }
      }
      if (last !== undefined && lacking === asked.length) throw last;
      const rest = Math.min(backoffMs(round, random), Math.max(0, deadline - clock.monotonicMs()));
      await pause(scheduler, rest, signal);
    }
  }

  /** Asks for a refresh soon; many askers share one. */
  refreshSoon(): void {
    if (this.queued !== undefined || this.stop.signal.aborted) return;
    const { clock, scheduler } = this.surroundings;
    const wait = Math.max(0, this.lastStartMs + LEADERLESS_POLL_MS - clock.monotonicMs());
    this.queued = scheduler.after(wait, () => {
      this.queued = undefined;
      if (this.running !== undefined) {
        this.running = this.running.then(() => this.refreshSoon());
        return;
      }
      this.running = this.refresh().finally(() => {
        this.running = undefined;
      });
    });
  }

  /** Ends every call and timer. */
  async close(): Promise<void> {
    this.stop.abort();
    this.queued?.cancel();
    this.aging?.cancel();
    this.listeners.clear();
    await this.running;
  }

  /** Known nodes and given endpoints: those in good health first, each call starting at another. */
  candidates(): readonly string[] {
    const addresses = new Set<string>();
    if (!this.endpointsOnly) for (const node of this.cache.nodes()) addresses.add(node.address);
    if (addresses.size === 0 || [...addresses].every((address) => this.health.has(address))) {
      for (const endpoint of this.endpoints) addresses.add(endpoint);
    }
    const all = [...addresses];
    const start = this.turn++ % Math.max(1, all.length);
    const rotated = [...all.slice(start), ...all.slice(0, start)];
    const now = this.surroundings.clock.monotonicMs();
    const down = (address: string): boolean => (this.health.get(address)?.retryAtMs ?? 0) > now;
    return [...rotated.filter((address) => !down(address)), ...rotated.filter(down)];
  }

  private async refresh(): Promise<void> {
    const { clock, scheduler } = this.surroundings;
    this.lastStartMs = clock.monotonicMs();
    const names = [...this.watched.keys()].sort();
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, this.stop.signal]);
    const attempts: Promise<void>[] = [];
    let answered = false;
    for (const address of this.candidates()) {
      const attempt = this.askOnce(address, names, signal).then((ok) => {
        answered ||= ok;
      });
      attempts.push(attempt);
      await Promise.race([attempt, pause(scheduler, METADATA_HEDGE_MS, signal)]);
      if (answered || signal.aborted) break;
    }
    if (!answered) await Promise.all(attempts);
    done.abort();
    await Promise.all(attempts);
    this.aging?.cancel();
    if (this.stop.signal.aborted) return;
    this.aging = scheduler.after(METADATA_AGE_MS, () => this.refreshSoon());
    this.tellNews();
  }

  private async askOnce(address: string, names: readonly string[], signal: AbortSignal): Promise<boolean> {
    try {
      const limits = { address, timeoutMs: METADATA_ATTEMPT_MS, signal };
      const answer = await this.ask(this.pool.get(address), names, false, limits);
      this.reachable(address);
      this.cache.merge(answer);
      return true;
    } catch (failure) {
      // Another node is asked; if all fail, the next refresh tries again.
      if (!signal.aborted && connectionFailed(asFlowError(failure))) this.unreachable(address);
      return false;
    }
  }

  private async ask(
    connection: NodeConnection,
    streams: readonly string[],
    allStreams: boolean,
    limits: {
      readonly address: string;
      readonly timeoutMs: number;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<MetadataAnswer> {
    const method = connection.cluster.metadata.bind(connection.cluster);
    return toAnswer(await callUnary(method, { streams: [...streams], allStreams }, limits));
  }

  private absorb(answer: MetadataAnswer): void {
    if (this.cache.merge(answer)) this.tellNews();
  }

  private tellNews(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Of whatever kind. */
export function streamNotFound(qualified: string): FlowError {
  const { kind, name } = parseName(qualified);
  const command = kind === 'bucket' ? 'kv' : kind;
  return new FlowError('NOT_FOUND', `${kind} ${name} does not exist`, {
    // The cluster makes its coordinators itself, when they are needed first.
    ...(kind === 'coordinator' ? {} : { hint: `Create it: flowmesh ${command} create ${name}` }),
    details: { [kind]: name },
  });
}

function toAnswer(message: flowmesh.v1.MetadataResponse): MetadataAnswer {
  return {
    clusterId: message.clusterId,
    revision: message.revision,
    nodes: message.nodes.map((node) => ({
      id: node.id ?? 0,
      address: node.grpcAddress ?? '',
      httpAddress: node.httpAddress ?? '',
      rack: node.rack ?? '',
      alive: node.alive ?? false,
    })),
    streams: message.streams.map((stream) => ({
      name: stream.name ?? '',
      uuid: Uint8Array.from(stream.uuid ?? []),
      found: stream.found ?? false,
      partitions: [...(stream.partitions ?? [])]
        .sort((a, b) => (a.partition ?? 0) - (b.partition ?? 0))
        .map((partition) => ({
          leader: partition.leader ?? 0,
          epoch: partition.leaderEpoch ?? 0,
          replicas: partition.replicas ?? [],
          inSyncReplicas: partition.inSyncReplicas ?? [],
        })),
    })),
  };
}

/** What to tell at the end: a node's own words rather than the silence of an attempt that was cut short. */
function tellingMore(before: FlowError | undefined, now: FlowError): FlowError {
  const silent = now.hint === undefined && (now.code === 'TIMEOUT' || now.code === 'CANCELLED');
  return silent && before?.hint !== undefined ? before : now;
}
