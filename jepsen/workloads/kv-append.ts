/**
 * Lists under keys of one shard, read and appended to in transactions: a client reads all lists at one moment, and writes those that it appends to if
 * none of them has changed since. That is strictly serializable, so no cycle is permitted.
 */
import type { Random } from '@flowmesh/base';
import { type FlowMesh, textCodec } from '@flowmesh/client';
import { listAppend } from '../checkers/list-append.ts';
import type { AppendAsked, AppendStep } from '../history/append-values.ts';
import { askUntilOk } from './finals.ts';
import { MeshClient, NotBegun, setupMesh } from './mesh-client.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const BUCKET = 'jepsen-lists';
const KEYS_AT_ONCE = 4;
const STEPS_MAX = 4;
/** Then the generator goes on to other keys: lists are read and written as a whole. */
const TXNS_PER_GROUP = 200;
const GROUPS_READ_MAX = 30;

class ListClient extends MeshClient {
  protected isReading({ value }: OperationRequest): boolean {
    return (value as AppendAsked).steps.every(({ kind }) => kind === 'read');
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const bucket = mesh.kv.bucket(BUCKET, { codec: textCodec });
    const { steps } = op.value as AppendAsked;
    const keys = [...new Set(steps.map(({ key }) => key))];
    const read = await bucket
      .txn({ do: keys.map((key) => ({ get: key })) }, { signal })
      .catch((error: unknown) => {
        // Nothing has been written yet.
        throw new NotBegun(error instanceof Error ? error.message : String(error));
      });
    const lists = new Map<string, string[]>();
    const revisions = new Map<string, number>();
    for (const [i, key] of keys.entries()) {
      const result = read.results[i];
      const entry = result?.kind === 'get' ? result.entry : undefined;
      lists.set(key, entry === undefined || entry.value === '' ? [] : entry.value.split(','));
      revisions.set(key, entry?.modRevision ?? 0);
    }
    const found = steps.map((step) => {
      const list = lists.get(step.key) ?? [];
      if (step.kind === 'read') return [...list];
      list.push(step.value);
      return [];
    });
    const appended = new Set(steps.flatMap(({ kind, key }) => (kind === 'append' ? [key] : [])));
    if (appended.size === 0) return { type: 'ok', value: { lists: found } };
    const outcome = await bucket.txn(
      {
        if: keys.map((key) => ({ key, modRevision: revisions.get(key) ?? 0 })),
        do: [...appended].map((key) => ({ put: key, value: (lists.get(key) ?? []).join(',') })),
      },
      { signal },
    );
    if (outcome.succeeded) return { type: 'ok', value: { lists: found } };
    return {
      type: 'fail',
      value: op.value,
      error: { code: 'CONFLICT', message: 'a list has changed meanwhile' },
    };
  }
}

export class ListWorkload implements Workload {
  readonly name = 'kv-append';
  readonly concurrency = 6;
  readonly checkers = [listAppend({ permitted: [], realtime: true, seesItself: true })];
  private asked = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.kv.create({ name: BUCKET, shards: 2, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new ListClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const number = this.asked++;
    const group = Math.floor(number / TXNS_PER_GROUP);
    const steps = Array.from({ length: 1 + rng.below(STEPS_MAX) }, (_, i): AppendStep => {
      const key = `{${group}}/${rng.below(KEYS_AT_ONCE)}`;
      return rng.below(2) === 0 ? { kind: 'read', key } : { kind: 'append', key, value: `${number}.${i}` };
    });
    return { f: 'txn', value: { steps } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    const last = Math.floor(this.asked / TXNS_PER_GROUP);
    for (let group = Math.max(0, last - GROUPS_READ_MAX); group <= last; group++) {
      const steps = Array.from({ length: KEYS_AT_ONCE }, (_, i) => ({
        kind: 'read',
        key: `{${group}}/${i}`,
      }));
      yield* askUntilOk({ f: 'txn', value: { steps } });
    }
  }
}
