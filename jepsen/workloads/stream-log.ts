/**
 * Records of several producers in a few partitions, readers that go on where they were, and ends of partitions, over gRPC, over Kafka's protocol,
 * or over both: then what one face writes is read through the other.
 */
import type { Random } from '@flowmesh/base';
import type { ConsumedRecord, FlowMesh, Producer } from '@flowmesh/client';
import { streamLog } from '../checkers/stream-log.ts';
import type { PolledRecord, ReadAllAsked, SendAsked, WatermarkAsked } from '../history/stream-values.ts';
import { askUntilOk } from './finals.ts';
import { KafkaLogClient } from './kafka-log-client.ts';
import { failureOf, MeshClient, setupMesh } from './mesh-client.ts';
import { Pump } from './pump.ts';
import {
  type OperationRequest,
  type OperationResult,
  SETUP,
  type Workload,
  type WorkloadClient,
  type WorkloadEnv,
} from './workload.ts';

const PARTITIONS = 3;
const VALUES_MAX = 3;
const POLL_MAX = 200;
const POLL_WAIT_MS = 300;
/** One reader in so many begins at the beginning, the others with what comes. */
const FROM_THE_BEGINNING = 4;
/** One send in so many waits until the cluster is there again, and what was sent is sent once more. */
const PATIENT_ONE_IN = 3;
const PATIENT_MS = 30_000;

export type Faces = 'grpc' | 'kafka' | 'both';

export class MeshLogClient extends MeshClient {
  private producer: Producer | undefined;
  private reader: { readonly name: string; readonly pump: Pump<ConsumedRecord> } | undefined;
  private readers = 0;
  private readonly stream: string;

  constructor(env: WorkloadEnv, process: number, stream: string) {
    super(env, process);
    this.stream = stream;
  }

  protected isReading({ f }: OperationRequest): boolean {
    return f !== 'send';
  }

  protected async perform(
    mesh: FlowMesh,
    op: OperationRequest,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    if (op.f === 'send') return await this.send(mesh, op.value as SendAsked, signal);
    if (op.f === 'poll') return await this.poll(mesh, signal);
    if (op.f === 'read-all') return await readAll(mesh, this.stream, op.value as ReadAllAsked, signal);
    const { partition } = op.value as WatermarkAsked;
    const asked = { stream: this.stream, partitions: [partition] };
    const [end] = await mesh.streams.offsets(asked, { signal });
    return { type: 'ok', value: { offset: end?.highWatermark ?? 0, epoch: end?.leaderEpoch ?? 0 } };
  }

  override async close(): Promise<void> {
    this.reader?.pump.close();
    // What is not acknowledged by now will not be waited for.
    await this.producer?.close({ signal: AbortSignal.abort() }).catch(() => undefined);
    await super.close();
  }

  private async send(mesh: FlowMesh, asked: SendAsked, signal: AbortSignal): Promise<OperationResult> {
    const producer = (this.producer ??= mesh.producer({ deliveryTimeoutMs: 60_000 }));
    const { partition, values } = asked;
    const { stream } = this;
    const sent = values.map((value) => producer.send({ stream, partition, value }, { signal }));
    const ended = await Promise.allSettled(sent);
    const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    // Unless all of it was refused, some of it may be stored.
    const unknown = failures.find((error) => failureOf(error, false).type === 'info') ?? failures[0];
    if (failures.length > 0 && failures.length < ended.length)
      return { type: 'info', value: asked, error: { code: 'PARTLY', message: String(unknown) } };
    if (unknown !== undefined) throw unknown;
    return { type: 'ok', value: { offsets: (await Promise.all(sent)).map(({ offset }) => offset) } };
  }

  private async poll(mesh: FlowMesh, signal: AbortSignal): Promise<OperationResult> {
    const { name, pump } = (this.reader ??= this.newReader(mesh));
    try {
      const records = await pump.take(POLL_MAX, POLL_WAIT_MS, signal);
      return { type: 'ok', value: { reader: name, records: records.map(polled) } };
    } catch (error) {
      this.reader = undefined;
      throw error;
    }
  }

  private newReader(mesh: FlowMesh): { readonly name: string; readonly pump: Pump<ConsumedRecord> } {
    const number = this.readers++;
    const from = (this.process + number) % FROM_THE_BEGINNING === 0 ? 'earliest' : 'latest';
    const pump = new Pump((signal) => mesh.consume({ stream: this.stream, from, signal }));
    return { name: `${this.process}.${number}`, pump };
  }
}

const polled = ({ partition, offset, value }: ConsumedRecord): PolledRecord => [
  partition,
  offset,
  Buffer.from(value ?? []).toString(),
];

async function readAll(
  mesh: FlowMesh,
  stream: string,
  { partition }: ReadAllAsked,
  signal: AbortSignal,
): Promise<OperationResult> {
  const [end] = await mesh.streams.offsets({ stream, partitions: [partition] }, { signal });
  const records: PolledRecord[] = [];
  const to = { offsets: { [partition]: end?.highWatermark ?? 0 } };
  for await (const record of mesh.consume({
    stream,
    partitions: [partition],
    from: 'earliest',
    to,
    signal,
  }))
    records.push(polled(record));
  if (signal.aborted) throw new Error('the time was up before the end was reached');
  return { type: 'ok', value: { records, end: end?.highWatermark ?? 0, epoch: end?.leaderEpoch ?? 0 } };
}

export class StreamLogWorkload implements Workload {
  readonly name: string;
  readonly concurrency = 6;
  readonly checkers = [streamLog];
  private readonly faces: Faces;
  private sent = 0;

  constructor(faces: Faces) {
    this.faces = faces;
    this.name = faces === 'grpc' ? 'stream-log' : faces === 'kafka' ? 'stream-log-kafka' : 'stream-log-faces';
  }

  private get stream(): string {
    return `jepsen-${this.name}`;
  }

  async setup(env: WorkloadEnv): Promise<void> {
    await using mesh = await setupMesh(env, SETUP);
    await mesh.streams.create({ name: this.stream, partitions: PARTITIONS, replicationFactor: 3 });
  }

  async client(env: WorkloadEnv, process: number): Promise<WorkloadClient> {
    const kafka = this.faces === 'kafka' || (this.faces === 'both' && process % 2 === 1);
    // The whole is read at the end by the face that every run has.
    return kafka && process !== SETUP
      ? new KafkaLogClient(env, process, { topic: this.stream, partitions: PARTITIONS })
      : new MeshLogClient(env, process, this.stream);
  }

  next(rng: Random, process: number): OperationRequest {
    const partition = rng.below(PARTITIONS);
    const kind = rng.below(10);
    if (kind < 5) {
      const values = Array.from({ length: 1 + rng.below(VALUES_MAX) }, () => `${process}.${this.sent++}`);
      const send = { f: 'send', value: { partition, values } };
      return rng.below(PATIENT_ONE_IN) === 0 ? { ...send, timeoutMs: PATIENT_MS } : send;
    }
    return kind < 9 ? { f: 'poll', value: {} } : { f: 'watermark', value: { partition } };
  }

  *finals(): Generator<OperationRequest, void, OperationResult> {
    for (let partition = 0; partition < PARTITIONS; partition++)
      yield* askUntilOk({ f: 'read-all', value: { partition } });
  }
}
