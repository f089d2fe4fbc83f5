/** Kills nodes that lead what matters, one after the other, with SIGKILL; each comes back before the next one goes. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FlowMesh } from '@flowmesh/client';
import { FindCoordinator } from '@flowmesh/kafka/protocol';
import { RawClient } from '../../../packages/broker/test/gateways/kafka/raw-client.ts';
import type { Cluster } from '../harness/cluster.ts';

export interface Victim {
  /** For the report. */
  readonly name: string;
  /** The id of the node that leads it now; undefined while nobody does. */
  readonly leader: () => Promise<number | undefined>;
}

export interface LeaderKills {
  readonly cluster: Cluster;
  readonly everyMs: number;
  readonly victims: readonly Victim[];
  readonly running: () => boolean;
  readonly report: (line: string) => void;
}

const READY_MS_MAX = 180_000;
const LOOK_MS_MAX = 5_000;
const AGAIN_MS = 200;

/** Takes the victims in turn; resolves with how often each was killed, once all nodes are ready again. */
export async function killLeaders(options: LeaderKills): Promise<Readonly<Record<string, number>>> {
  const { cluster, everyMs, victims, running, report } = options;
  const killed = new Map(victims.map(({ name }) => [name, 0]));
  for (let turn = 0, nextMs = performance.now() + everyMs; running(); await pause(AGAIN_MS)) {
    if (performance.now() < nextMs) continue;
    const victim = victims[turn % victims.length] as Victim;
    const leader = await victim.leader();
    if (leader === undefined) continue;
    turn++;
    nextMs = performance.now() + everyMs;
    const node = cluster.node(leader);
    await node.stop('SIGKILL');
    node.start();
    killed.set(victim.name, (killed.get(victim.name) ?? 0) + 1);
    const downMs = performance.now();
    await cluster.ready(READY_MS_MAX);
    const seconds = ((performance.now() - downMs) / 1_000).toFixed(1);
    report(`killed node ${leader}, which led ${victim.name}; ready again after ${seconds} s`);
  }
  await cluster.ready(READY_MS_MAX);
  return Object.fromEntries(killed);
}

/** Partition after partition of a stream. */
export function partitionLeader(mesh: FlowMesh, stream: string): Victim {
  let turn = 0;
  return {
    name: `a partition of ${stream}`,
    leader: async () => {
      try {
        const { streams } = await mesh.metadata([stream], { timeoutMs: LOOK_MS_MAX });
        const partitions = streams[0]?.partitions ?? [];
        const leader = partitions[turn++ % Math.max(1, partitions.length)]?.leader ?? 0;
        return leader === 0 ? undefined : leader;
      } catch {
        return undefined;
      }
    },
  };
}

const KEY_TYPES = { group: 0, transaction: 1 } as const;

/** As Kafka's clients find it. */
export function coordinator(cluster: Cluster, kind: keyof typeof KEY_TYPES, key: string): Victim {
  return {
    name: `the coordinator of ${kind} ${key}`,
    leader: async () => {
      for (const node of cluster.nodes) {
        try {
          const client = await RawClient.connect(node.ports.kafka);
          const request = { key, keyType: KEY_TYPES[kind], coordinatorKeys: [] };
          const found = await client.call(FindCoordinator, 2, request);
          client.close();
          if (found.errorCode === 0) return found.nodeId;
        } catch {
          // This one is not up; another one knows.
        }
      }
      return undefined;
    },
  };
}
