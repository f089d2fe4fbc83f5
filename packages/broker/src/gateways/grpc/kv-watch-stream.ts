/**
 * Watch: the changes of a key or range to one client. What it cannot take waits in the revision log, not here.
 *
 *   starting ─► watching ─► ended: cancelled, leadership moved, compacted, the node stops
 */
import type { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { WatchedEvent, WatchSink } from '../../services/kv/key-watch.ts';
import type { KvService } from '../../services/kv/kv-service.ts';
import type { Caller } from '../../services/ports.ts';
import { Unacceptable } from './calls.ts';
import { asFlowError, statusOf } from './errors.ts';
import { filterOf } from './kv-handlers.ts';
import { placeOf, targetOf, wireEntry } from './kv-translation.ts';
import { integer, offset, orDefault } from './request-checks.ts';

type Request = flowmesh.v1.KvWatchRequest;
type Response = flowmesh.v1.KvWatchResponse.$Properties;
export type KvWatchCall = ServerWritableStream<Request, Response>;

const PROGRESS_MIN_MS = 100;
const PROGRESS_MAX_MS = 600_000;
const PROGRESS_DEFAULT_MS = 10_000;
const INDEX_MAX = 65_535;
const { KV_EVENT_KIND_PUT, KV_EVENT_KIND_DELETE, KV_EVENT_KIND_EXPIRE } = flowmesh.v1.KvEventKind;
const KINDS = { put: KV_EVENT_KIND_PUT, delete: KV_EVENT_KIND_DELETE, expire: KV_EVENT_KIND_EXPIRE } as const;

export interface KvWatchOptions {
  readonly call: KvWatchCall;
  readonly caller: Caller;
  readonly kv: KvService;
  /** Called once, when nothing of the call is left. */
  readonly onEnd: () => void;
}

export class KvWatchStream implements WatchSink {
  private readonly options: KvWatchOptions;
  private watch: { resume(): void; stop(): void } | undefined;
  private over = false;

  constructor(options: KvWatchOptions) {
    this.options = options;
    const { call } = options;
    call.on('drain', () => this.watch?.resume());
    call.on('cancelled', () => this.finish());
    call.on('error', () => this.finish());
    void this.start();
  }

  deliver(events: readonly WatchedEvent[], progressRevision: number): boolean {
    if (this.over) return true;
    return this.options.call.write({ events: events.map(wireEvent), progressRevision });
  }

  ended(error: FlowError): void {
    this.end(error);
  }

  /** Ends the call with `error` as its status. */
  end(error: FlowError): void {
    if (this.over) return;
    this.finish();
    this.options.call.emit('error', statusOf(error));
  }

  private async start(): Promise<void> {
    const { call, kv, caller } = this.options;
    try {
      const received: unknown = call.request;
      if (received instanceof Unacceptable) throw received.error;
      const { request } = call;
      const revision = offset(request.fromRevision, 'from_revision');
      const wish = {
        target: targetOf(request),
        from:
          revision === 0
            ? undefined
            : { revision, index: integer(request.fromIndex, 'from_index', { min: 0, max: INDEX_MAX }) },
        previous: request.previous,
        keysOnly: request.keysOnly,
        filter: filterOf(request.filter),
      };
      const progressMs = orDefault(request.progressIntervalMs, 'progress_interval_ms', {
        min: PROGRESS_MIN_MS,
        max: PROGRESS_MAX_MS,
        otherwise: PROGRESS_DEFAULT_MS,
      });
      const watch = await kv.watch(placeOf(request, caller), wish, this, progressMs);
      if (this.over) watch.stop();
      else this.watch = watch;
    } catch (error) {
      this.end(asFlowError(error));
    }
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.watch?.stop();
    this.options.onEnd();
  }
}

function wireEvent({ event, value, previous }: WatchedEvent): flowmesh.v1.KvWatchEvent.$Properties {
  const { kind, key, revision, index, timeMs } = event;
  const put = kind === 'put';
  return {
    kind: KINDS[kind],
    revision,
    index,
    timeMs,
    entry: put
      ? wireEntry(key, { ...event, modRevision: revision, value }, timeMs)
      : { key, modRevision: revision },
    ...(previous === undefined ? {} : { previous: wireEntry(key, previous, timeMs) }),
  };
}
