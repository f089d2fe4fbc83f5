/**
 * Partitions as lists: transactions that append to several and read whole ones, some aborted on purpose. What streams promise is that nothing of a
 * transaction is seen before it is committed, and that what is committed is carried out, whole. They do not promise that transactions come in one order
 * in all partitions, so cycles that need that are counted and permitted; and a reader is shown a partition up to the first record of a transaction
 * that is open, which may lie between two records of one that has ended.
 */
import type { Random } from '@flowmesh/base';
import { type FlowMesh, isFlowError, type TransactionalProducer } from '@flowmesh/client';
import { listAppend } from '../checkers/list-append.ts';
import type { AppendAsked, AppendStep } from '../history/append-values.ts';
import { askUntilOk } from './finals.ts';
import { MeshClient, NotBegun, setupMesh } from './mesh-client.ts';
import { SETTLED_ATTEMPTS, settled } from './settled.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const STREAM = 'jepsen-list-log';
const PARTITIONS = 24;
const AT_ONCE = 3;
/** Then the generator goes on to the next partition, since readers read whole ones. */
const TXNS_PER_PARTITION = 60;
const STEPS_MAX = 4;
const TRANSACTION_TIMEOUT_MS = 15_000;
const ABORTED_ONE_IN = 7;

/** What streams do not promise: one order of transactions in all partitions. */
const PERMITTED = ['G0', 'G1c', 'G-single', 'G2'];

class AppendClient extends MeshClient {
  private transaction: TransactionalProducer | undefined;

  protected isReading({ f, value }: OperationRequest): boolean {
    return f === 'settled' || (value as AppendAsked).steps.every(({ kind }) => kind === 'read');
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    if (op.f === 'settled') return await settled(mesh, STREAM, signal);
    const { steps, end } = op.value as AppendAsked;
    const lists: string[][] = [];
    if (this.isReading(op)) {
      for (const { key } of steps) lists.push(await readList(mesh, key, signal));
      return { type: 'ok', value: { lists } };
    }
    const id = `jepsen-${this.process}`;
    const transaction = (this.transaction ??= mesh.transaction(id, { timeoutMs: TRANSACTION_TIMEOUT_MS }));
    try {
      await transaction.begin({ signal });
      for (const step of steps) lists.push(await this.take(mesh, transaction, step, signal));
      if (end === 'abort') throw new NotBegun('it was to be aborted');
    } catch (error) {
      // Nobody has asked for it to be committed, and nobody will.
      await transaction.abort({ signal }).catch(() => undefined);
      if (isFlowError(error) && error.code === 'PRODUCER_FENCED') this.transaction = undefined;
      throw new NotBegun(error instanceof Error ? error.message : String(error));
    }
    try {
      await transaction.commit({ signal });
      return { type: 'ok', value: { lists } };
    } catch (error) {
      if (isFlowError(error) && error.code === 'TRANSACTION_ABORTED') throw new NotBegun(error.message);
      throw error;
    }
  }

  private async take(
    mesh: FlowMesh,
    transaction: TransactionalProducer,
    step: AppendStep,
    signal: AbortSignal,
  ): Promise<string[]> {
    if (step.kind === 'read') return await readList(mesh, step.key, signal);
    await transaction.send({ stream: STREAM, partition: Number(step.key), value: step.value }, { signal });
    return [];
  }
}

async function readList(mesh: FlowMesh, key: string, signal: AbortSignal): Promise<string[]> {
  const list: string[] = [];
  const place = {
    stream: STREAM,
    partitions: [Number(key)],
    from: 'earliest',
    to: 'latest',
    signal,
  } as const;
  for await (const { value } of mesh.consume(place)) list.push(Buffer.from(value ?? []).toString());
  if (signal.aborted) throw new Error('the time was up before the end was reached');
  return list;
}

export class StreamAppendWorkload implements Workload {
  readonly name = 'stream-append';
  readonly concurrency = 5;
  readonly checkers = [
    listAppend({ permitted: PERMITTED, realtime: false, seesItself: false, shownUpToOpen: true }),
  ];
  private asked = 0;

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.streams.create({ name: STREAM, partitions: PARTITIONS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    return new AppendClient(env, process);
  }

  next(rng: Random): OperationRequest {
    const number = this.asked++;
    const first = Math.floor(number / TXNS_PER_PARTITION);
    const steps = Array.from({ length: 1 + rng.below(STEPS_MAX) }, (_, i): AppendStep => {
      const key = String((first + rng.below(AT_ONCE)) % PARTITIONS);
      return rng.below(3) === 0 ? { kind: 'read', key } : { kind: 'append', key, value: `${number}.${i}` };
    });
    const appends = steps.some(({ kind }) => kind === 'append');
    const end = appends && rng.below(ABORTED_ONE_IN) === 0 ? { end: 'abort' as const } : {};
    return { f: 'txn', value: { steps, ...end } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    const rest = yield* askUntilOk({ f: 'settled', value: {} }, SETTLED_ATTEMPTS);
    if (rest.type !== 'ok') return;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const steps = [{ kind: 'read', key: String(partition) }];
      yield* askUntilOk({ f: 'txn', value: { steps } });
    }
  }
}
