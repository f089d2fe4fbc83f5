/** Apache Kafka: three nodes that are broker and controller each (KRaft), driven by the same client as our Kafka listener. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { prepareKafka } from '@flowmesh/cli/bench';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { run } from '../../../test/kafka/toolchains.ts';
import {
  type Contest,
  freshName,
  type Peer,
  REPLICAS,
  settingsFor,
  type Side,
  type Variant,
} from '../contest.ts';
import { installKafka, VERSIONS } from '../install.ts';
import { listens, ProcessGroup } from '../processes.ts';

/** As Kafka's own scripts start it. */
const JVM = [
  '-Xms1g',
  '-Xmx1g',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-Djava.awt.headless=true',
];
const PARTITIONS = 6;
const BATCH_BYTES = 256 * 1024;
const LINGER_MS = 5;

export const kafka: Peer = {
  name: 'kafka',
  install: installKafka,
  variants: [
    variant('default', [], 'all in-sync replicas have it in the page cache; nobody has fsynced it', false),
    variant(
      'log.flush.interval.messages=1',
      ['log.flush.interval.messages=1'],
      'all in-sync replicas have fsynced it',
      true,
    ),
  ],
};

function variant(name: string, lines: readonly string[], durability: string, comparable: boolean): Variant {
  return {
    name,
    durability,
    comparable,
    start: async (folder, signal) => {
      const group = new ProcessGroup('kafka');
      try {
        const bootstrap = await startNodes(group, path.join(folder, 'lib', '*'), lines, signal);
        const contests = [
          contest('produce 1 KB', 1_024, bootstrap),
          contest('produce 100 B', 100, bootstrap),
        ];
        return {
          version: VERSIONS.kafka,
          contests,
          [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
        };
      } catch (error) {
        await group[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

async function startNodes(
  group: ProcessGroup,
  classPath: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ports = await freePorts(REPLICAS * 2);
  const clientPorts = ports.slice(0, REPLICAS);
  const controllers = ports.slice(REPLICAS);
  const voters = controllers.map((port, at) => `${at + 1}@127.0.0.1:${port}`).join(',');
  const clusterId = randomBytes(16).toString('base64url');
  for (const [at, port] of clientPorts.entries()) {
    const data = path.join(group.folder, `data-${at + 1}`);
    mkdirSync(data);
    const file = path.join(group.folder, `node-${at + 1}.properties`);
    const settings = [
      'process.roles=broker,controller',
      `node.id=${at + 1}`,
      `controller.quorum.voters=${voters}`,
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllers[at]}`,
      'controller.listener.names=CONTROLLER',
      `log.dirs=${data}`,
      'auto.create.topics.enable=false',
      `default.replication.factor=${REPLICAS}`,
      `offsets.topic.replication.factor=${REPLICAS}`,
      ...lines,
    ];
    writeFileSync(file, `${settings.join('\n')}\n`);
    const format = [
      'java',
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      file,
    ];
    const { code, stderr, stdout } = await run(format);
    if (code !== 0) throw new Error(`kafka.tools.StorageTool: ${(stderr || stdout).slice(-500)}`);
    group.start(`node-${at + 1}`, ['java', ...JVM, '-cp', classPath, 'kafka.Kafka', file]);
  }
  const all = async (): Promise<boolean> => (await Promise.all(clientPorts.map(listens))).every(Boolean);
  await group.until('all brokers listen', all, signal);
  return clientPorts.map((port) => `127.0.0.1:${port}`);
}

function contest(name: string, payloadBytes: number, theirs: readonly string[]): Contest {
  return {
    name: `${name}, ${PARTITIONS} partitions, Kafka's protocol`,
    ours: (cluster) => side(payloadBytes, cluster.kafka),
    theirs: () => side(payloadBytes, theirs),
  };
}

async function side(payloadBytes: number, bootstrap: readonly string[]): Promise<Side> {
  const settings = {
    ...settingsFor({ payloadBytes, partitions: PARTITIONS, concurrency: 2_000 }),
    bootstrap,
    acks: 'all',
    compression: 'none',
    lingerMs: LINGER_MS,
    batchBytes: BATCH_BYTES,
    system: undefined,
    systemVersion: undefined,
    durability: undefined,
  } as const;
  return { prepared: await prepareKafka(freshName(), settings), measure: 'produce' };
}
