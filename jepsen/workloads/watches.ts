/** Watchers of a bucket, which all began at its first revision, beside clients that put and delete. At the end a new one is told of everything. */
import type { Random } from '@flowmesh/base';
import { type FlowMesh, type KvChange, textCodec } from '@flowmesh/client';
import { watchCompleteness } from '../checkers/watch-completeness.ts';
import type { WatchedChange, WriteAsked } from '../history/watch-values.ts';
import { askUntilOk } from './finals.ts';
import { MeshClient, setupMesh } from './mesh-client.ts';
import { Pump } from './pump.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const BUCKET = 'jepsen-watched';
const SHARDS = 2;
const KEYS = 8;
const TAKE_MAX = 1_000;
const WAIT_MS = 300;
/** Written last, so many that every shard has one of them. */
const LAST_KEYS = 12;

interface WatchAsked {
  /** Until all of these have been seen, with the values that were put last. */
  readonly until?: Readonly<Record<string, string>>;
}

class WatchClient extends MeshClient {
  private watcher: { readonly name: string; readonly pump: Pump<KvChange<string>> } | undefined;
  private watchers = 0;

  protected isReading({ f }: OperationRequest): boolean {
    return f === 'watch';
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    if (op.f === 'watch') return await this.watch(mesh, op.value as WatchAsked, signal);
    const bucket = mesh.kv.bucket(BUCKET, { codec: textCodec });
    const { key, value } = op.value as WriteAsked;
    if (value !== undefined) {
      const { modRevision } = await bucket.put(key, value, { signal });
      return { type: 'ok', value: { revision: modRevision } };
    }
    const { results, revision } = await bucket.txn({ do: [{ delete: key }] }, { signal });
    const deleted = results[0]?.kind === 'delete' && results[0].deleted;
    return { type: 'ok', value: deleted ? { revision } : {} };
  }

  override async close(): Promise<void> {
    this.watcher?.pump.close();
    await super.close();
  }

  private async watch(mesh: FlowMesh, { until }: WatchAsked, signal: AbortSignal): Promise<OperationResult> {
    const { name, pump } = (this.watcher ??= this.newWatcher(mesh));
    const changes: KvChange<string>[] = [];
    const missing = new Map(Object.entries(until ?? {}));
    try {
      do {
        const taken = await pump.take(TAKE_MAX, WAIT_MS, signal);
        for (const change of taken) if (missing.get(change.key) === change.value) missing.delete(change.key);
        changes.push(...taken);
      } while (missing.size > 0 && !signal.aborted);
    } catch (error) {
      this.watcher = undefined;
      throw error;
    }
    const caughtUp = until !== undefined && missing.size === 0;
    return { type: 'ok', value: { watcher: name, changes: changes.map(toWatched), caughtUp } };
  }

  private newWatcher(mesh: FlowMesh): { readonly name: string; readonly pump: Pump<KvChange<string>> } {
    const bucket = mesh.kv.bucket(BUCKET, { codec: textCodec });
    const fromRevision = Array.from({ length: SHARDS }, () => 1);
    async function* changes(signal: AbortSignal): AsyncGenerator<KvChange<string>> {
      yield* await bucket.watch({ fromRevision, signal });
    }
    return { name: `${this.process}.${this.watchers++}`, pump: new Pump(changes) };
  }
}

const toWatched = ({ shard, revision, index, key, value }: KvChange<string>): WatchedChange => ({
  shard,
  revision,
  index,
  key,
  ...(value === undefined ? {} : { value }),
});

export class WatchWorkload implements Workload {
  readonly name = 'watches';
  readonly concurrency = 6;
  readonly checkers = [watchCompleteness];
  private written = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: SHARDS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new WatchClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const key = `key-${rng.below(KEYS)}`;
    const kind = rng.below(10);
    if (kind < 5) return { f: 'put', value: { key, value: `v${this.written++}` } };
    return kind < 6 ? { f: 'delete', value: { key } } : { f: 'watch', value: {} };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    const until: Record<string, string> = {};
    for (let i = 0; i < LAST_KEYS; i++) {
      const [key, value] = [`last-${i}`, `v${this.written++}`];
      const put = yield* askUntilOk({ f: 'put', value: { key, value } });
      if (put.type === 'ok') until[key] = value;
    }
    yield* askUntilOk({ f: 'watch', value: { until } });
  }
}
