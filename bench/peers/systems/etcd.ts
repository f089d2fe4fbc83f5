/** etcd: three members; writes, and linearizable reads, through its own client. */
import path from 'node:path';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { type Contest, driverSide, type Peer, preparedSide, REPLICAS, settingsFor } from '../contest.ts';
import type { EtcdClientOptions } from '../drivers/etcd-driver.ts';
import { etcdSide } from '../failover/etcd-side.ts';
import { bucketSide } from '../failover/native-side.ts';
import { installEtcd, VERSIONS } from '../install.ts';
import { bucketOf } from '../ours.ts';
import { listens, ProcessGroup } from '../processes.ts';

const KEYS = 1_000;
const PAYLOAD_BYTES = 256;
const IN_FLIGHT = 256;
const NAMES = Array.from({ length: REPLICAS }, (_, at) => `member-${at + 1}`);

export const etcd: Peer = {
  name: 'etcd',
  install: installEtcd,
  variants: [
    {
      name: 'default',
      durability: 'a majority of the members has fsynced it',
      comparable: true,
      rows: ['kv', 'failover'],
      start: async (folder, signal) => {
        const group = new ProcessGroup('etcd');
        try {
          const ports = await startMembers(group, path.join(folder, 'server'));
          const listening = async (): Promise<boolean> =>
            (await Promise.all(ports.map(listens))).every(Boolean);
          // It listens once it has joined its cluster.
          await group.until('all members listen', listening, signal);
          const members = ports.map((port) => `127.0.0.1:${port}`);
          return {
            version: VERSIONS.etcd,
            contests: [contest('put', folder, members), contest('get', folder, members)],
            failover: {
              name: 'keys of one shard',
              ours: bucketSide,
              theirs: () => etcdSide(members, group.nodes(NAMES)),
            },
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

async function startMembers(group: ProcessGroup, program: string): Promise<readonly number[]> {
  const ports = await freePorts(REPLICAS * 2);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const peers = urls.slice(REPLICAS);
  const cluster = peers.map((url, at) => `m${at + 1}=${url}`).join(',');
  for (const [at, peer] of peers.entries()) {
    const client = urls[at] as string;
    group.start(NAMES[at] as string, [
      program,
      `--name=m${at + 1}`,
      `--data-dir=${path.join(group.folder, `data-${at + 1}`)}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=${cluster}`,
      '--initial-cluster-state=new',
    ]);
  }
  return ports.slice(0, REPLICAS);
}

/** One shard, because etcd has one log. */
function contest(does: 'put' | 'get', folder: string, members: readonly string[]): Contest {
  const settings = settingsFor({ payloadBytes: PAYLOAD_BYTES, concurrency: IN_FLIGHT });
  const options: EtcdClientOptions = { folder, members, does, keys: KEYS, payloadBytes: PAYLOAD_BYTES };
  return {
    row: 'kv',
    name: `${does === 'put' ? 'put' : 'linearizable get'} ${PAYLOAD_BYTES} B, ${IN_FLIGHT} in flight, one shard, ${KEYS} keys`,
    ours: async (cluster) => preparedSide(await bucketOf(cluster, { ...settings, keys: KEYS }), does),
    theirs: async () => driverSide('etcd-driver', settings, () => options),
  };
}
