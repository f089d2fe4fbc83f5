/** The client of the log workload that speaks Kafka: kafkajs writes, bare fetches read. */
import { type Kafka as KafkaClient, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { PolledRecord, SendAsked, WatermarkAsked } from '../history/stream-values.ts';
import { KafkaLink } from './kafka-link.ts';
import { failureOf, NotBegun } from './mesh-client.ts';
import type { OperationRequest, OperationResult, WorkloadClient, WorkloadEnv } from './workload.ts';

const REQUEST_TIMEOUT_MS = 4_000;
const CONNECT_TIMEOUT_MS = 1_500;

export class KafkaLogClient implements WorkloadClient {
  private readonly process: number;
  private readonly topic: string;
  private readonly kafka: KafkaClient;
  private readonly link: KafkaLink;
  private producing: Promise<Producer> | undefined;
  /** By partition: the next offset. */
  private readonly positions: number[];
  private turn = 0;

  constructor(
    env: WorkloadEnv,
    process: number,
    { topic, partitions }: { readonly topic: string; readonly partitions: number },
  ) {
    const brokers = env.endpointsOf(process).map(({ kafka }) => kafka);
    this.process = process;
    this.topic = topic;
    this.link = new KafkaLink(brokers, topic);
    this.positions = Array.from({ length: partitions }, () => 0);
    this.kafka = new Kafka({
      clientId: `jepsen-${process}`,
      brokers,
      logLevel: logLevel.NOTHING,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    });
  }

  async invoke({ f, value }: OperationRequest, signal: AbortSignal): Promise<OperationResult> {
    try {
      return { face: 'kafka', ...(await this.perform(f, value, signal)) };
    } catch (error) {
      return { face: 'kafka', ...failureOf(error, f !== 'send'), value };
    }
  }

  async close(): Promise<void> {
    this.link.close();
    const producer = await this.producing?.catch(() => undefined);
    await producer?.disconnect();
  }

  private async perform(f: string, value: unknown, signal: AbortSignal): Promise<OperationResult> {
    if (f === 'send') return await this.send(value as SendAsked, signal);
    if (f === 'poll') return await this.poll(signal);
    return { type: 'ok', value: await this.link.end((value as WatermarkAsked).partition, signal) };
  }

  private async send({ partition, values }: SendAsked, signal: AbortSignal): Promise<OperationResult> {
    const producer = await unlessLate(
      this.connected(),
      signal,
      new NotBegun('the producer is not connected'),
    );
    const messages = values.map((value) => ({ value, partition }));
    const late = new Error('the record was not acknowledged in time');
    const [sent] = await unlessLate(producer.send({ topic: this.topic, messages, acks: -1 }), signal, late);
    const base = Number(sent?.baseOffset ?? Number.NaN);
    if (!Number.isSafeInteger(base)) throw new Error('no offset was answered');
    return { type: 'ok', value: { offsets: values.map((_, i) => base + i) } };
  }

  private async connected(): Promise<Producer> {
    if (this.producing === undefined) {
      const producer = this.kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      this.producing = producer.connect().then(() => producer);
      this.producing.catch(() => {
        this.producing = undefined;
      });
    }
    return await this.producing;
  }

  /** One partition a time, in turns. */
  private async poll(signal: AbortSignal): Promise<OperationResult> {
    const records: PolledRecord[] = [];
    const partition = this.turn++ % this.positions.length;
    const found = await this.link.fetch(partition, this.positions[partition] ?? 0, signal);
    records.push(...found.records);
    this.positions[partition] = found.next;
    return { type: 'ok', value: { reader: `${this.process}.kafka`, records } };
  }
}

async function unlessLate<T>(work: Promise<T>, signal: AbortSignal, late: Error): Promise<T> {
  work.catch(() => undefined);
  if (signal.aborted) throw late;
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(late);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
