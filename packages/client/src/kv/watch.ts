/**
 * Changes of a bucket as an async iterable: one stream a shard, to its leader, resumed behind the last change that was handed out, so that each comes
 * once and none is missed, whoever leads.
 *
 *   asking ─► streaming ─ leadership moved, connection lost ─► asking      any ─ compacted, refused, aborted, return ─► ended
 */
import { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import { LEADERLESS_POLL_MS, WATCH_BUFFER_MAX } from '../limits.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import { cancelled, pause } from '../system.ts';
import type { ValueCodec } from '../value-codecs.ts';
import { connectionFailed, fromCallFailure, unavailable } from '../wire/errors.ts';
import { decoded, keyBytes, keyText, wireRange } from './kv-wire.ts';
import type { KvChange, WatchOptions } from './types.ts';

const EMPTY = new Uint8Array(0);
const { KV_EVENT_KIND_PUT, KV_EVENT_KIND_EXPIRE } = flowmesh.v1.KvEventKind;

export interface WatchDeps<T> {
  readonly calls: LeaderCallDeps;
  readonly bucket: string;
  readonly qualified: string;
  readonly codec: ValueCodec<T>;
  /** Those that can hold what is watched. */
  readonly shards: readonly number[];
  readonly onClosed: (watch: Watch<T>) => void;
}

/** The next change that is to come, and whether the node has said where that is. */
interface Position {
  revision: number;
  index: number;
}

export class Watch<T> implements AsyncIterable<KvChange<T>>, AsyncDisposable {
  private readonly deps: WatchDeps<T>;
  private readonly options: WatchOptions;
  private readonly stop = new AbortController();
  private readonly started: Promise<void>[] = [];
  private readonly buffer: KvChange<T>[] = [];
  private readonly resumers = new Set<() => void>();
  private wake: (() => void) | undefined;
  private failure: FlowError | undefined;

  /** Use `bucket.watch`. */
  constructor(deps: WatchDeps<T>, options: WatchOptions) {
    this.deps = deps;
    this.options = options;
    const { signal } = options;
    if (signal?.aborted === true) this.close();
    signal?.addEventListener('abort', () => this.close(), { once: true });
    for (const shard of deps.shards) {
      const from = fromOf(options, shard);
      this.started.push(
        new Promise((resolve) => void this.follow(shard, { revision: from, index: 0 }, resolve)),
      );
    }
  }

  /** Resolves once every shard has said where it begins: all that is written after is seen. */
  async ready(): Promise<void> {
    await Promise.all(this.started);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Ends it; what was not handed out is dropped. */
  close(): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    this.wake?.();
    this.deps.onClosed(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<KvChange<T>> {
    try {
      for (;;) {
        if (this.stop.signal.aborted && this.failure === undefined) return;
        const next = this.buffer.shift();
        if (next !== undefined) {
          if (this.buffer.length * 2 < WATCH_BUFFER_MAX) for (const resume of this.resumers) resume();
          yield next;
          continue;
        }
        if (this.failure !== undefined) throw this.failure;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = undefined;
      }
    } finally {
      this.close();
    }
  }

  private async follow(shard: number, position: Position, ready: () => void): Promise<void> {
    const { router, surroundings } = this.deps.calls;
    const { qualified } = this.deps;
    const unwatch = router.watch(qualified);
    const { signal } = this.stop;
    while (!signal.aborted) {
      const leader = router.leaderOf(qualified, shard);
      if (leader !== undefined) {
        const error = await this.stream(shard, leader.address, position, ready);
        if (signal.aborted) break;
        if (!error.retryable) {
          this.fail(error);
          break;
        }
        if (connectionFailed(error)) router.unreachable(leader.address);
        router.learn(qualified, shard, error);
      }
      router.refreshSoon();
      await pause(surroundings.scheduler, LEADERLESS_POLL_MS, signal);
    }
    unwatch();
    ready();
  }

  /** One stream, until it ends. */
  private stream(shard: number, address: string, position: Position, ready: () => void): Promise<FlowError> {
    const call = this.deps.calls.pool.get(address).watches.watch({
      bucket: this.deps.bucket,
      shard,
      range: wireRange(this.options),
      ...(this.options.key === undefined ? {} : { key: keyBytes(this.options.key) }),
      fromRevision: position.revision,
      fromIndex: position.index,
      previous: this.options.previous ?? false,
      filter: this.options.filter ?? '',
    });
    return new Promise((resolve) => {
      const resume = (): void => void call.resume();
      const onAbort = (): void => end(cancelled());
      const end = (error: FlowError): void => {
        this.resumers.delete(resume);
        this.stop.signal.removeEventListener('abort', onAbort);
        call.cancel();
        resolve(error);
      };
      this.resumers.add(resume);
      this.stop.signal.addEventListener('abort', onAbort, { once: true });
      call.on('data', (response: flowmesh.v1.KvWatchResponse) => {
        if (this.stop.signal.aborted) return;
        this.take(shard, response, position);
        ready();
        if (this.buffer.length >= WATCH_BUFFER_MAX) call.pause();
      });
      call.on('error', (error: Error) => end(fromCallFailure(error, address)));
      call.on('end', () => end(unavailable(`${address} ended the watch`)));
    });
  }

  private take(shard: number, response: flowmesh.v1.KvWatchResponse, position: Position): void {
    for (const event of response.events) {
      const change = this.changeOf(shard, event);
      if (change instanceof FlowError) return this.fail(change);
      this.buffer.push(change);
      position.revision = change.revision;
      position.index = change.index + 1;
    }
    if (response.progressRevision >= position.revision) {
      position.revision = response.progressRevision + 1;
      position.index = 0;
    }
    if (response.events.length > 0) this.wake?.();
  }

  private changeOf(shard: number, event: flowmesh.v1.KvWatchEvent.$Properties): KvChange<T> | FlowError {
    const { codec } = this.deps;
    const entry = event.entry ?? {};
    const bytes = Uint8Array.from(entry.key ?? EMPTY);
    const key = keyText(bytes);
    const put = (event.kind ?? KV_EVENT_KIND_PUT) === KV_EVENT_KIND_PUT;
    try {
      return {
        kind: put ? 'put' : event.kind === KV_EVENT_KIND_EXPIRE ? 'expire' : 'delete',
        key,
        keyBytes: bytes,
        value: put ? decoded(entry.value ?? EMPTY, key, codec) : undefined,
        previous: event.previous ? decoded(event.previous.value ?? EMPTY, key, codec) : undefined,
        shard,
        revision: event.revision ?? 0,
        index: event.index ?? 0,
        version: entry.version ?? 0,
        time: event.timeMs ?? 0,
      };
    } catch (error) {
      if (error instanceof FlowError) return error;
      throw error;
    }
  }

  private fail(error: FlowError): void {
    this.failure ??= error;
    this.close();
  }
}

function fromOf({ fromRevision }: WatchOptions, shard: number): number {
  if (fromRevision === undefined) return 0;
  return typeof fromRevision === 'number' ? fromRevision : (fromRevision[shard] ?? 0);
}
