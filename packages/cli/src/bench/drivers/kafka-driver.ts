/** A client process that produces to a topic, or reads it, with the same code whatever broker answers. */
import type { BenchClient } from '../clients/client-protocol.ts';
import { machineNowUs } from '../clients/machine-clock.ts';
import { KafkaCluster } from '../kafka/kafka-cluster.ts';
import type { KafkaConnection } from '../kafka/kafka-connection.ts';
import { readTopic } from '../kafka/kafka-consumer.ts';
import { KafkaProducer, type KafkaProducerOptions } from '../kafka/kafka-producer.ts';
import { PayloadSource, stampOf } from '../measure/payload-source.ts';

export type KafkaClientOptions = {
  readonly bootstrap: readonly string[];
  readonly topic: string;
  /** Of the topic. */
  readonly partitionCount: number;
} & (
  | { readonly does: 'produce'; readonly payloadBytes: number; readonly producer: KafkaProducerOptions }
  /** Reads its partitions from the beginning again and again, or what comes from now on. */
  | {
      readonly does: 'read' | 'tail';
      readonly partitions: readonly number[];
      /** Records a second that are taken at most. */
      readonly perSecondMax?: number;
    }
);

export async function openClient(options: KafkaClientOptions): Promise<BenchClient> {
  const cluster = new KafkaCluster(options.bootstrap);
  const close = (): Promise<void> => cluster.close();
  const addresses = await cluster.leaders(options.topic, options.partitionCount);
  const leader = (partition: number): Promise<KafkaConnection> =>
    cluster.connection(addresses.get(partition) as string);
  if (options.does === 'produce') {
    const leaders = await Promise.all(Array.from({ length: options.partitionCount }, (_, at) => leader(at)));
    const producer = new KafkaProducer(options.producer, leaders);
    const payloads = new PayloadSource(options.payloadBytes);
    const { payloadBytes } = options;
    return {
      kind: 'operations',
      close,
      operate: async (sequence, intendedUs) => {
        await producer.send(payloads.next(intendedUs, sequence));
        return payloadBytes;
      },
    };
  }
  const { topic, does, perSecondMax } = options;
  const partitions = await Promise.all(
    options.partitions.map(async (partition) => ({
      partition,
      leader: await leader(partition),
      offset:
        does === 'read' ? 0 : await cluster.endOffset(topic, partition, addresses.get(partition) as string),
    })),
  );
  return {
    kind: 'flow',
    close,
    run: async (sink, signal) => {
      const onRecord = (value: Uint8Array | undefined): void => {
        const stamp = does === 'tail' ? stampOf(value) : undefined;
        sink.arrived(value?.length ?? 0, stamp === undefined ? undefined : machineNowUs() - stamp);
      };
      const pace = perSecondMax === undefined ? {} : { perSecondMax };
      await readTopic({ topic, partitions, again: does === 'read', onRecord, ...pace }, signal);
    },
  };
}
