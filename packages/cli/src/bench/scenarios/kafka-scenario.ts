/**
 * `flowmesh bench kafka`: the measures of streams over Kafka's protocol, of whatever speaks it. Both FlowMesh and Apache Kafka are driven by the
 * same client, so that a comparison compares brokers.
 */
import type { Compression } from '@flowmesh/client';
import type { Part } from '../clients/client-processes.ts';
import type { KafkaClientOptions } from '../drivers/kafka-driver.ts';
import { KafkaCluster } from '../kafka/kafka-cluster.ts';
import type { TargetFacts } from '../report/result.ts';
import { type CommonSettings, latencyRate, type MeasurePlan, type Prepared, shareOf } from './scenario.ts';

export interface KafkaSettings extends CommonSettings {
  readonly bootstrap: readonly string[];
  readonly acks: 'all' | 'leader';
  readonly compression: Compression;
  readonly lingerMs: number;
  readonly batchBytes: number;
  /** What the protocol does not tell. */
  readonly system: string | undefined;
  readonly systemVersion: string | undefined;
  readonly durability: string | undefined;
}

const DRIVER = new URL('../drivers/kafka-driver.ts', import.meta.url).href;
const REQUEST_BYTES = 1024 * 1024;
const REPLICAS_MAX = 3;

export async function prepareKafka(name: string, settings: KafkaSettings): Promise<Prepared> {
  const cluster = new KafkaCluster(settings.bootstrap);
  try {
    const nodes = await cluster.brokers();
    const replicationFactor = settings.replicationFactor ?? Math.min(REPLICAS_MAX, nodes);
    await cluster.create({ name, partitions: settings.partitions, replicationFactor });
    const config = await cluster.config(name);
    const { payloadBytes, acks, compression, lingerMs, batchBytes } = settings;
    return {
      target: targetOf(settings, nodes, replicationFactor, config),
      settings: { payloadBytes, acks, compression, lingerMs, batchBytes, client: 'flowmesh bench kafka' },
      measures: measures(name, settings),
      cleanUp: async () => {
        await cluster.delete(name);
        await cluster.close();
      },
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

function targetOf(
  settings: KafkaSettings,
  nodes: number,
  replicationFactor: number,
  config: Readonly<Record<string, string>>,
): TargetFacts {
  const told = ['min.insync.replicas', 'flush.messages', 'flush.ms'];
  return {
    system: settings.system ?? `whatever speaks Kafka's protocol at ${settings.bootstrap.join(',')}`,
    version: settings.systemVersion ?? '(not told)',
    nodes,
    durability: settings.durability ?? durabilityOf(settings.acks, config['flush.messages']),
    replicationFactor,
    partitions: settings.partitions,
    details: Object.fromEntries(
      told.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])),
    ),
  };
}

function durabilityOf(acks: KafkaSettings['acks'], flushMessages: string | undefined): string {
  const who =
    acks === 'all' ? 'acknowledged by all in-sync replicas' : 'RELAXED: acknowledged by the leader alone';
  if (flushMessages === undefined) return `${who}; when a replica fsyncs, the broker does not tell`;
  return flushMessages === '1'
    ? `${who}, each after an fsync`
    : `${who}, which have NOT fsynced (page cache)`;
}

function measures(topic: string, settings: KafkaSettings): readonly MeasurePlan[] {
  const { bootstrap, partitions, clients, concurrency, rate, payloadBytes, acks } = settings;
  const at = { bootstrap, topic, partitionCount: partitions };
  const producer = {
    topic,
    acks: acks === 'all' ? -1 : 1,
    lingerMs: settings.lingerMs,
    batchBytes: settings.batchBytes,
    requestBytesMax: Math.max(REQUEST_BYTES, settings.batchBytes),
    compression: settings.compression,
  } as const;
  const produce = (sent: number | undefined): Part => ({
    name: 'produce',
    driver: DRIVER,
    clients,
    load: { concurrency, rate: sent },
    optionsOf: (): KafkaClientOptions => ({ ...at, does: 'produce', payloadBytes, producer }),
  });
  const readers = Math.min(clients, partitions);
  const read = (does: 'read' | 'tail'): Part => ({
    name: does,
    driver: DRIVER,
    clients: readers,
    load: undefined,
    optionsOf: (client): KafkaClientOptions => ({
      ...at,
      does,
      partitions: shareOf(partitions, client, readers),
    }),
  });
  return [
    { name: 'produce', counted: 'produce', parts: () => [produce(rate)] },
    { name: 'consume', counted: 'read', parts: () => [read('read')] },
    {
      name: 'end-to-end',
      counted: 'tail',
      sender: 'produce',
      parts: (before) => [read('tail'), produce(latencyRate(rate, before.get('produce')))],
    },
  ];
}
