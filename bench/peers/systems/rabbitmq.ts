/** RabbitMQ: three nodes and a quorum queue of three members, with publisher confirms. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { run } from '../../../test/kafka/toolchains.ts';
import { type Contest, driverSide, freshName, type Peer, REPLICAS, settingsFor } from '../contest.ts';
import { declareQueue, type RabbitMqClientOptions } from '../drivers/rabbitmq-driver.ts';
import { debianVersion, installRabbitMq, libraryPath } from '../install.ts';
import { jobsOf } from '../ours.ts';
import { ProcessGroup } from '../processes.ts';

const PAYLOAD_BYTES = 256;
const IN_FLIGHT = 256;
const ASK_MS = 60_000;

export const rabbitmq: Peer = {
  name: 'rabbitmq',
  install: installRabbitMq,
  variants: [
    {
      name: 'quorum queue',
      durability: 'a majority of the members has fsynced it',
      comparable: true,
      rows: ['queue'],
      start: async (folder, signal) => {
        const group = new ProcessGroup('rabbitmq');
        try {
          const nodes = await startNodes(group, folder);
          const { ports } = nodes;
          const queue = freshName();
          await group.until('all nodes are one cluster', () => clustered(nodes), signal);
          await group.until('a queue can be declared', () => declareQueue(folder, ports, queue), signal);
          await group.until('the queue has all its members', () => wholeQueue(nodes, queue), signal);
          return {
            version: debianVersion(folder, 'rabbitmq-server'),
            contests: [contest(folder, ports, queue)],
            [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
          };
        } catch (error) {
          await group[Symbol.asyncDispose]();
          throw error;
        }
      },
    },
  ],
};

interface Nodes {
  /** Of AMQP. */
  readonly ports: readonly number[];
  /** What RabbitMQ's tool prints for a command. */
  readonly ask: (...words: readonly string[]) => Promise<string>;
}

/** Nodes find each other by a list, share a cookie that lies in the cluster's own folder, and have a port mapper of their own. */
async function startNodes(group: ProcessGroup, folder: string): Promise<Nodes> {
  const [mapper = 0, ...ports] = await freePorts(1 + REPLICAS * 2);
  const lib = path.join(folder, 'root', 'usr', 'lib');
  const home = path.join(lib, 'rabbitmq', 'lib');
  const tools = path.join(home, readdirSync(home)[0] ?? '', 'sbin');
  const names = Array.from({ length: REPLICAS }, (_, at) => `r${at + 1}@localhost`);
  const listed = names.map((name, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${name}`);
  writeFileSync(path.join(group.folder, '.erlang.cookie'), freshName(), { mode: 0o400 });
  writeFileSync(path.join(group.folder, 'plugins'), '[].\n');
  const env = {
    HOME: group.folder,
    PATH: `${path.join(lib, 'erlang', 'bin')}:${process.env['PATH'] ?? ''}`,
    ERL_EPMD_PORT: `${mapper}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    LD_LIBRARY_PATH: libraryPath(folder),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(group.folder, 'plugins'),
  };
  // In the foreground: the one that a node starts for itself would outlive it.
  const runtime = readdirSync(path.join(lib, 'erlang')).find((one) => one.startsWith('erts-')) ?? '';
  group.start('epmd', [path.join(lib, 'erlang', runtime, 'bin', 'epmd')], env);
  for (const [at, name] of names.entries()) {
    const own = path.join(group.folder, `data-${at + 1}`);
    mkdirSync(own);
    const config = path.join(group.folder, `node-${at + 1}.conf`);
    const lines = ['cluster_formation.peer_discovery_backend = classic_config', ...listed];
    writeFileSync(config, `${[`listeners.tcp.1 = 127.0.0.1:${ports[at]}`, ...lines].join('\n')}\n`);
    group.start(`node-${at + 1}`, ['sh', path.join(tools, 'rabbitmq-server')], {
      ...env,
      RABBITMQ_NODENAME: name,
      RABBITMQ_DIST_PORT: `${ports[REPLICAS + at]}`,
      RABBITMQ_NODE_PORT: `${ports[at]}`,
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_MNESIA_BASE: own,
      RABBITMQ_LOG_BASE: own,
    });
  }
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const ask = async (...words: readonly string[]): Promise<string> => {
    const tool = ['env', ...variables, 'sh', path.join(tools, 'rabbitmqctl'), '-n', 'r1@localhost', '-q'];
    const { code, stdout, stderr } = await run([...tool, ...words], { timeoutMs: ASK_MS });
    if (code !== 0)
      throw new Error(`rabbitmqctl ${words.join(' ')}: ${(stderr || stdout).trim().slice(-300)}`);
    return stdout.trim();
  };
  return { ports: ports.slice(0, REPLICAS), ask };
}

/** Nodes that started at the same time may have founded clusters of their own: the queue would have fewer copies than it is said to have. */
async function clustered({ ask }: Nodes): Promise<boolean> {
  return (await ask('eval', 'length(rabbit_mnesia:cluster_nodes(running)).')) === `${REPLICAS}`;
}

async function wholeQueue({ ask }: Nodes, queue: string): Promise<boolean> {
  const queues = JSON.parse(await ask('list_queues', 'name', 'online', '--formatter=json')) as readonly {
    readonly name: string;
    readonly online: readonly string[];
  }[];
  return queues.some(({ name, online }) => name === queue && online.length === REPLICAS);
}

function contest(folder: string, ports: readonly number[], queue: string): Contest {
  const settings = settingsFor({ payloadBytes: PAYLOAD_BYTES, concurrency: IN_FLIGHT });
  const options: RabbitMqClientOptions = {
    folder,
    ports,
    queue,
    payloadBytes: PAYLOAD_BYTES,
    prefetch: IN_FLIGHT,
  };
  return {
    row: 'queue',
    name: `enqueue → receive → ack ${PAYLOAD_BYTES} B, ${IN_FLIGHT} in flight, one queue with one shard; AMQP confirms no acknowledgement of a job, ours is committed`,
    ours: (cluster) => jobsOf(cluster, settings),
    theirs: async () => driverSide('rabbitmq-driver', settings, () => options),
  };
}
