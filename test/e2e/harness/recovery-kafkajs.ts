/**
 * A producer or a consumer of kafkajs beside clusters whose leaders are killed: `program produce|consume BOOTSTRAPS TOPIC PARTITIONS SETTINGS`. It tells
 * what happens in lines (`kafka-recoveries.ts` of the proofs reads them), with the machine's monotonic clock, and ends with its input.
 */
import kafkajs from 'kafkajs';
import type { Kafka as KafkaClient, RetryOptions } from 'kafkajs';
import { nowMs } from './kafkajs-group.ts';

const { Kafka, logLevel, Partitioners } = kafkajs;
const [role = '', bootstraps = '', topic = '', partitions = '', given = '{}'] = process.argv.slice(2);
/** A consumer does not take them from the client that it belongs to. */
const settings = JSON.parse(given) as { readonly retry?: RetryOptions; readonly maxWaitTimeInMs?: number };
const SEND_EVERY_MS = 50;
/** Of one partition: what is beyond that is not sent at all. */
const IN_FLIGHT_MAX = 400;

const say = (...words: readonly (string | number)[]): void =>
  void process.stdout.write(`${words.join(' ')}\n`);
const failed = (error: unknown): void => say('error', error instanceof Error ? error.message : String(error));

async function produce(kafka: KafkaClient): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const inFlight = Array.from({ length: Number(partitions) }, () => 0);
  let next = 0;
  const send = async (partition: number): Promise<void> => {
    const number = next++;
    const sentMs = nowMs();
    const messages = [{ partition, value: `${number} ${sentMs}` }];
    const [sent] = await producer.send({ topic, messages });
    say('acked', partition, sent?.baseOffset ?? -1, number, sentMs, nowMs());
  };
  setInterval(() => {
    for (const [partition, count] of inFlight.entries()) {
      if (count >= IN_FLIGHT_MAX) continue;
      inFlight[partition] = count + 1;
      void send(partition)
        .catch(failed)
        .finally(() => {
          inFlight[partition] = (inFlight[partition] ?? 1) - 1;
        });
    }
  }, SEND_EVERY_MS);
}

async function consume(kafka: KafkaClient): Promise<void> {
  const consumer = kafka.consumer({ groupId: `read-by-kafkajs-${process.pid}`, ...settings });
  consumer.on('consumer.crash', ({ payload }) => failed(payload.error));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachBatch: async (payload) => {
      const { batch } = payload;
      for (const { offset, value } of batch.messages) {
        const [number, sentMs] = String(value).split(' ');
        say('read', batch.partition, offset, number ?? '', sentMs ?? '', nowMs());
        payload.resolveOffset(offset);
      }
      await payload.heartbeat();
    },
  });
}

const kafka = new Kafka({
  clientId: 'recovery',
  brokers: bootstraps.split(','),
  logLevel: logLevel.NOTHING,
  ...settings,
});
process.stdin.on('end', () => process.exit(0)).resume();
await (role === 'produce' ? produce(kafka) : consume(kafka));
say('running');
