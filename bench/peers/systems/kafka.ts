/** Apache Kafka: three nodes that are broker and controller each (KRaft), driven by the same client as our Kafka listener. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { run } from '../../../test/kafka/toolchains.ts';
import { type Peer, REPLICAS, type RunningPeer, type Variant } from '../contest.ts';
import { kafkaSide } from '../failover/kafka-side.ts';
import { topicsIdle } from '../idle/idle.ts';
import { installKafka, VERSIONS } from '../install.ts';
import { kafkaContests } from '../kafka-contests.ts';
import { listens, ProcessGroup } from '../processes.ts';
import type { Row } from '../rows.ts';

/** As Kafka's own scripts start it. */
const JVM = [
  '-Xms1g',
  '-Xmx1g',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-Djava.awt.headless=true',
];
const NAMES = Array.from({ length: REPLICAS }, (_, at) => `node-${at + 1}`);

export const kafka: Peer = {
  name: 'kafka',
  install: installKafka,
  variants: [
    variant(
      {
        name: 'log.flush.interval.messages=1',
        durability: 'all in-sync replicas have fsynced it',
        comparable: true,
        rows: ['publish', 'latency', 'failover'],
      },
      ['log.flush.interval.messages=1'],
    ),
    variant(
      {
        name: 'default',
        durability: 'all in-sync replicas have it in the page cache; nobody has fsynced it',
        comparable: false,
        rows: ['publish', 'consume', 'latency', 'idle'],
      },
      [],
    ),
  ],
};

function variant(facts: Omit<Variant, 'start'>, lines: readonly string[]): Variant {
  return {
    ...facts,
    start: async (folder, signal) => {
      const group = new ProcessGroup('kafka');
      try {
        const bootstrap = await startNodes(group, path.join(folder, 'lib', '*'), lines, signal);
        return running(group, bootstrap, facts.rows);
      } catch (error) {
        await group[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

function running(group: ProcessGroup, bootstrap: readonly string[], rows: readonly Row[]): RunningPeer {
  const nodes = group.nodes(NAMES);
  return {
    version: VERSIONS.kafka,
    contests: kafkaContests(bootstrap, rows),
    failover: {
      name: "one partition, a client of Kafka's protocol",
      ours: ({ kafka: ours, nodes: own }) => kafkaSide(ours, own),
      theirs: () => kafkaSide(bootstrap, nodes),
    },
    idle: topicsIdle(bootstrap, nodes.pids),
    [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
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
  const files: string[] = [];
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
    await formatted(classPath, file, clusterId);
    files.push(file);
  }
  // All at once: one that waits too long for the others gives up.
  for (const [at, file] of files.entries())
    group.start(NAMES[at] as string, ['java', ...JVM, '-cp', classPath, 'kafka.Kafka', file]);
  const all = async (): Promise<boolean> => (await Promise.all(clientPorts.map(listens))).every(Boolean);
  await group.until('all brokers listen', all, signal);
  return clientPorts.map((port) => `127.0.0.1:${port}`);
}

async function formatted(classPath: string, file: string, clusterId: string): Promise<void> {
  const tool = ['java', '-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file];
  const { code, stderr, stdout } = await run(tool);
  if (code !== 0) throw new Error(`kafka.tools.StorageTool: ${(stderr || stdout).slice(-500)}`);
}
