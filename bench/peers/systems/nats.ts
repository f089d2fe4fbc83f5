/** NATS JetStream: three servers, a stream of three replicas in files, published to with its own client. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { prepareStream } from '@flowmesh/cli/bench';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import {
  type Contest,
  driverSide,
  freshName,
  type Peer,
  REPLICAS,
  settingsFor,
  type Variant,
} from '../contest.ts';
import { deleteStream, makeStream } from '../drivers/nats-driver.ts';
import { installNats, VERSIONS } from '../install.ts';
import { ProcessGroup } from '../processes.ts';

const STREAM_BATCHES = { acks: 'all', compression: 'none', lingerMs: 5, batchBytes: 256 * 1024 } as const;

export const nats: Peer = {
  name: 'nats',
  install: installNats,
  variants: [
    variant(
      'default',
      '',
      'a majority of the servers has it in the page cache; fsynced every two minutes',
      false,
    ),
    variant(
      'sync_interval: always',
      'sync_interval: always',
      'a majority of the servers has fsynced it',
      true,
    ),
  ],
};

function variant(name: string, line: string, durability: string, comparable: boolean): Variant {
  return {
    name,
    durability,
    comparable,
    start: async (folder, signal) => {
      const group = new ProcessGroup('nats');
      try {
        const servers = await startServers(group, folder, line);
        const stream = freshName();
        await group.until(
          'a stream can be made',
          () => makeStream(folder, servers, stream, REPLICAS),
          signal,
        );
        return {
          version: VERSIONS.nats,
          contests: [
            contest('publish 1 KB', 1_024, folder, servers, stream),
            contest('publish 100 B', 100, folder, servers, stream),
          ],
          [Symbol.asyncDispose]: async () => {
            await deleteStream(folder, servers, stream).catch(() => undefined);
            await group[Symbol.asyncDispose]();
          },
        };
      } catch (error) {
        await group[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
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
    group.start(`server-${at + 1}`, [path.join(folder, 'nats-server'), '-c', file]);
  }
  return clientPorts.map((port) => `127.0.0.1:${port}`);
}

function contest(
  name: string,
  payloadBytes: number,
  folder: string,
  servers: readonly string[],
  stream: string,
): Contest {
  const settings = settingsFor({ payloadBytes, concurrency: 1_000 });
  return {
    name: `${name}, one partition, each side's own client`,
    ours: async ({ mesh, endpoints }) => {
      const whole = { ...settings, ...STREAM_BATCHES };
      const prepared = await prepareStream(mesh, { endpoints, security: {} }, freshName(), whole);
      return { prepared, measure: 'publish' };
    },
    theirs: async () =>
      driverSide('nats-driver', settings, () => ({ folder, servers, subject: stream, payloadBytes })),
  };
}
