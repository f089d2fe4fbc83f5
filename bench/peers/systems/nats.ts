/** NATS JetStream: three servers, streams of three replicas in files, used with its own client. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { type Peer, REPLICAS, type Variant } from '../contest.ts';
import { NatsClient } from '../drivers/nats-client.ts';
import { streamSide } from '../failover/native-side.ts';
import { natsSide } from '../failover/nats-side.ts';
import { makeMany } from '../idle/idle.ts';
import { installNats, VERSIONS } from '../install.ts';
import { makeStream, natsContests, type NatsPlace } from '../nats-contests.ts';
import { ProcessGroup } from '../processes.ts';

const STREAMS_AT_ONCE = 4;
const NAMES = Array.from({ length: REPLICAS }, (_, at) => `server-${at + 1}`);

export const nats: Peer = {
  name: 'nats',
  install: installNats,
  variants: [
    variant(
      {
        name: 'sync_interval: always',
        durability: 'a majority of the servers has fsynced it',
        comparable: true,
        rows: ['publish', 'latency', 'kv', 'queue', 'failover'],
      },
      'sync_interval: always',
    ),
    variant(
      {
        name: 'default',
        durability: 'a majority of the servers has it in the page cache; fsynced every two minutes',
        comparable: false,
        rows: ['publish', 'latency', 'kv', 'queue', 'idle'],
      },
      '',
    ),
  ],
};

function variant(facts: Omit<Variant, 'start'>, line: string): Variant {
  return {
    ...facts,
    start: async (folder, signal) => {
      const group = new ProcessGroup('nats');
      try {
        const servers = await startServers(group, folder, line);
        await group.until('a stream can be made', () => canMakeStreams(folder, servers), signal);
        const place = { folder, servers };
        const nodes = group.nodes(NAMES);
        return {
          version: VERSIONS.nats,
          contests: natsContests(place, facts.rows),
          failover: {
            name: "one partition, each side's own client",
            ours: streamSide,
            theirs: () => natsSide(place, nodes),
          },
          idle: { unit: 'streams', pids: nodes.pids, make: (count, stop) => makeStreams(place, count, stop) },
          [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
        };
      } catch (error) {
        await group[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

async function canMakeStreams(folder: string, servers: readonly string[]): Promise<boolean> {
  await using client = await NatsClient.connect(folder, servers);
  const name = await makeStream(client);
  await (await client.manager()).streams.delete(name);
  return true;
}

async function makeStreams(
  { folder, servers }: NatsPlace,
  count: number,
  signal: AbortSignal,
): Promise<number> {
  await using client = await NatsClient.connect(folder, servers);
  await makeMany(count, STREAMS_AT_ONCE, () => makeStream(client), signal);
  // A request that is not answered in time may have been done nevertheless.
  return (await (await client.manager()).getAccountInfo()).streams;
}

async function startServers(group: ProcessGroup, folder: string, line: string): Promise<readonly string[]> {
  const ports = await freePorts(REPLICAS * 2);
  const clientPorts = ports.slice(0, REPLICAS);
  const routes = ports.slice(REPLICAS);
  for (const [at, port] of clientPorts.entries()) {
    const file = path.join(group.folder, `server-${at + 1}.conf`);
    writeFileSync(
      file,
      `server_name: n${at + 1}
listen: "127.0.0.1:${port}"
jetstream { store_dir: "${path.join(group.folder, `data-${at + 1}`)}"
${line} }
cluster { name: bench, listen: "127.0.0.1:${routes[at]}", routes: [${routes.map((route) => `"nats://127.0.0.1:${route}"`).join(', ')}] }
`,
    );
    group.start(NAMES[at] as string, [path.join(folder, 'nats-server'), '-c', file]);
  }
  return clientPorts.map((port) => `127.0.0.1:${port}`);
}
