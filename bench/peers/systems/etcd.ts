/** etcd: three members; writes, and linearizable reads, over its gRPC API. */
import path from 'node:path';
import { prepareKv } from '@flowmesh/cli/bench';
import { freePorts } from '../../../test/e2e/harness/cluster.ts';
import { type Contest, driverSide, freshName, type Peer, REPLICAS, settingsFor } from '../contest.ts';
import { putOnce } from '../drivers/etcd-driver.ts';
import { installEtcd, VERSIONS } from '../install.ts';
import { ProcessGroup } from '../processes.ts';

const KEYS = 1_000;
const PAYLOAD_BYTES = 256;

export const etcd: Peer = {
  name: 'etcd',
  install: installEtcd,
  variants: [
    {
      name: 'default',
      durability: 'a majority of the members has fsynced it',
      comparable: true,
      start: async (folder, signal) => {
        const group = new ProcessGroup('etcd');
        try {
          const members = await startMembers(group, path.join(folder, 'server'));
          await group.until('a key can be written', () => putOnce(members[0] as string), signal);
          const contests = [contest('put', members), contest('get', members)];
          return {
            version: VERSIONS.etcd,
            contests,
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

async function startMembers(group: ProcessGroup, program: string): Promise<readonly string[]> {
  const ports = await freePorts(REPLICAS * 2);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const peers = urls.slice(REPLICAS);
  const cluster = peers.map((url, at) => `m${at + 1}=${url}`).join(',');
  for (const [at, peer] of peers.entries()) {
    const client = urls[at] as string;
    group.start(`member-${at + 1}`, [
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
  return ports.slice(0, REPLICAS).map((port) => `127.0.0.1:${port}`);
}

/** One shard, because etcd has one log. */
function contest(does: 'put' | 'get', members: readonly string[]): Contest {
  const settings = settingsFor({ payloadBytes: PAYLOAD_BYTES, concurrency: 64 });
  return {
    name: `${does === 'put' ? 'put' : 'linearizable get'} ${PAYLOAD_BYTES} B, one shard, ${KEYS} keys`,
    ours: async ({ mesh, endpoints }) => {
      const access = { endpoints, security: {} };
      return {
        prepared: await prepareKv(mesh, access, freshName(), { ...settings, keys: KEYS }),
        measure: does,
      };
    },
    theirs: async () =>
      driverSide('etcd-driver', settings, (client) => {
        const first = client % members.length;
        const order = [...members.slice(first), ...members.slice(0, first)];
        return { members: order, does, keys: KEYS, payloadBytes: PAYLOAD_BYTES };
      }),
  };
}
