/** RabbitMQ: three nodes and a quorum queue of three members, published to with publisher confirms. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { prepareQueue } from '@flowmesh/cli/bench';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { type Contest, driverSide, freshName, type Peer, REPLICAS, settingsFor } from '../contest.ts';
import { declareQueue } from '../drivers/rabbitmq-driver.ts';
import { debianVersion, installRabbitMq, libraryPath } from '../install.ts';
import { ProcessGroup } from '../processes.ts';

const PAYLOAD_BYTES = 256;

export const rabbitmq: Peer = {
  name: 'rabbitmq',
  install: installRabbitMq,
  variants: [
    {
      name: 'quorum queue',
      durability: 'a majority of the members has fsynced it',
      comparable: true,
      start: async (folder, signal) => {
        const group = new ProcessGroup('rabbitmq');
        try {
          const ports = await startNodes(group, folder);
          const queue = freshName();
          await group.until(
            'a quorum queue of three can be declared',
            () => declareQueue(folder, ports, queue),
            signal,
          );
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

/** Ports of AMQP. Nodes find each other by a list, share a cookie that lies in the cluster's own folder, and have a port mapper of their own. */
async function startNodes(group: ProcessGroup, folder: string): Promise<readonly number[]> {
  const [mapper = 0, ...ports] = await freePorts(1 + REPLICAS * 2);
  const lib = path.join(folder, 'root', 'usr', 'lib');
  const home = path.join(lib, 'rabbitmq', 'lib');
  const server = path.join(home, readdirSync(home)[0] ?? '', 'sbin', 'rabbitmq-server');
  const names = Array.from({ length: REPLICAS }, (_, at) => `r${at + 1}@localhost`);
  const listed = names.map((name, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${name}`);
  writeFileSync(path.join(group.folder, '.erlang.cookie'), freshName(), { mode: 0o400 });
  writeFileSync(path.join(group.folder, 'plugins'), '[].\n');
  // In the foreground: the one that a node starts for itself would outlive it.
  const runtime = readdirSync(path.join(lib, 'erlang')).find((one) => one.startsWith('erts-')) ?? '';
  const epmd = path.join(lib, 'erlang', runtime, 'bin', 'epmd');
  group.start('epmd', [epmd], { ERL_EPMD_PORT: `${mapper}`, ERL_EPMD_ADDRESS: '127.0.0.1' });
  for (const [at, name] of names.entries()) {
    const own = path.join(group.folder, `data-${at + 1}`);
    mkdirSync(own);
    const config = path.join(group.folder, `node-${at + 1}.conf`);
    const lines = ['cluster_formation.peer_discovery_backend = classic_config', ...listed];
    writeFileSync(config, `${[`listeners.tcp.1 = 127.0.0.1:${ports[at]}`, ...lines].join('\n')}\n`);
    group.start(`node-${at + 1}`, ['sh', server], {
      HOME: group.folder,
      PATH: `${path.join(lib, 'erlang', 'bin')}:${process.env['PATH'] ?? ''}`,
      ERL_EPMD_PORT: `${mapper}`,
      LD_LIBRARY_PATH: libraryPath(folder),
      RABBITMQ_NODENAME: name,
      RABBITMQ_DIST_PORT: `${ports[REPLICAS + at]}`,
      RABBITMQ_NODE_PORT: `${ports[at]}`,
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_MNESIA_BASE: own,
      RABBITMQ_LOG_BASE: own,
      RABBITMQ_ENABLED_PLUGINS_FILE: path.join(group.folder, 'plugins'),
    });
  }
  return ports.slice(0, REPLICAS);
}

function contest(folder: string, ports: readonly number[], queue: string): Contest {
  const settings = settingsFor({ payloadBytes: PAYLOAD_BYTES, concurrency: 256 });
  return {
    name: `enqueue ${PAYLOAD_BYTES} B, one queue with one shard`,
    ours: async ({ mesh, endpoints }) => ({
      prepared: await prepareQueue(mesh, { endpoints, security: {} }, freshName(), settings),
      measure: 'enqueue',
    }),
    theirs: async () =>
      driverSide('rabbitmq-driver', settings, () => ({ folder, ports, queue, payloadBytes: PAYLOAD_BYTES })),
  };
}
