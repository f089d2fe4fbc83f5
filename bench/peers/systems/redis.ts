/** Redis: one server without copies, so that it is no contest: it shows what a key costs where nothing is replicated. */
import path from 'node:path';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { type Contest, driverSide, type Peer, preparedSide, settingsFor, type Variant } from '../contest.ts';
import { debianVersion, installRedis, libraryPath } from '../install.ts';
import { bucketOf } from '../ours.ts';
import { listens, ProcessGroup } from '../processes.ts';

const KEYS = 1_000;
const PAYLOAD_BYTES = 256;
const IN_FLIGHT = 256;

export const redis: Peer = {
  name: 'redis',
  onlyAsked: true,
  install: installRedis,
  variants: [
    variant(
      'appendfsync everysec',
      'everysec',
      'one server has it in the page cache, no copies; orientation only',
    ),
    variant('appendfsync always', 'always', 'one server has fsynced it, no copies; orientation only'),
  ],
};

function variant(name: string, appendfsync: string, durability: string): Variant {
  return {
    name,
    durability,
    comparable: false,
    rows: ['kv'],
    start: async (folder, signal) => {
      const group = new ProcessGroup('redis');
      try {
        const [port = 0] = await freePorts(1);
        const program = path.join(folder, 'root', 'usr', 'bin', 'redis-server');
        const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', group.folder, '--save', ''];
        const log = ['--appendonly', 'yes', '--appendfsync', appendfsync];
        group.start('server', [program, ...settings, ...log], { LD_LIBRARY_PATH: libraryPath(folder) });
        await group.until('the server listens', () => listens(port), signal);
        return {
          version: debianVersion(folder, 'redis-server'),
          contests: [contest('put', folder, port), contest('get', folder, port)],
          [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
        };
      } catch (error) {
        await group[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

function contest(does: 'put' | 'get', folder: string, port: number): Contest {
  const settings = settingsFor({ payloadBytes: PAYLOAD_BYTES, concurrency: IN_FLIGHT });
  return {
    row: 'kv',
    name: `${does} ${PAYLOAD_BYTES} B, ${IN_FLIGHT} in flight, one shard, ${KEYS} keys`,
    ours: async (cluster) => preparedSide(await bucketOf(cluster, { ...settings, keys: KEYS }), does),
    theirs: async () =>
      driverSide('redis-driver', settings, () => ({
        folder,
        port,
        does,
        keys: KEYS,
        payloadBytes: PAYLOAD_BYTES,
      })),
  };
}
