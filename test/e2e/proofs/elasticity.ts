/**
 * A cluster that changes under load: copies are added, nodes come, replicas are spread, a node leaves for good, another is drained, copies are
 * taken away. Nothing acknowledged may be lost, no partition may stand still for long, and at the end everything is even.
 */
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, until } from '../harness/cluster.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';
import { settled } from './watch.ts';

export interface ElasticityOptions {
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  readonly stepTimeoutMs: number;
  readonly report: (line: string) => void;
}

export interface ElasticityStep {
  readonly step: string;
  readonly seconds: number;
  /** The longest gap between two acknowledgements of any partition while it lasted. */
  readonly longestPauseMs: number;
}

export interface ElasticityReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  readonly recordsPerSecond: number;
  readonly steps: readonly ElasticityStep[];
  readonly replicaSkew: number;
  readonly leaderSkew: number;
  readonly replicasPerNode: Readonly<Record<number, number>>;
  readonly leadersPerNode: Readonly<Record<number, number>>;
}

const STREAM = 'elastic';

export async function proveElasticity(options: ElasticityOptions): Promise<ElasticityReport> {
  await using cluster = await Cluster.start({ nodes: 3 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({
      name: STREAM,
      partitions: options.partitions,
      replicationFactor: 1,
      config: { 'min.insync.replicas': '1' },
    });
    const load = new SteadyLoad({ mesh, stream: STREAM, ...options });
    load.start();
    await settled(load, 2_000);
    const proof = new ElasticityProof(cluster, mesh, load, options);
    await proof.all();
    const recordsPerSecond = load.rate();
    await load.stop();
    const { balance } = await mesh.cluster.rebalance.status();
    const counts = (of: 'replicas' | 'leaders') =>
      Object.fromEntries(balance.nodes.map((node) => [node.node, node[of]]));
    return {
      verdict: await readBack(mesh, STREAM, load.ledger),
      failures: load.failures(),
      recordsPerSecond,
      steps: proof.steps,
      replicaSkew: balance.replicaSkew,
      leaderSkew: balance.leaderSkew,
      replicasPerNode: counts('replicas'),
      leadersPerNode: counts('leaders'),
    };
  } finally {
    await mesh.close();
  }
}

class ElasticityProof {
  readonly steps: ElasticityStep[] = [];
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly load: SteadyLoad;
  private readonly options: ElasticityOptions;

  constructor(cluster: Cluster, mesh: FlowMesh, load: SteadyLoad, options: ElasticityOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.load = load;
    this.options = options;
  }

  async all(): Promise<void> {
    const { mesh } = this;
    await this.step('replication factor 1 → 3', () => this.replicate(3));
    await this.step('two nodes added', () => this.addNodes(2));
    await this.step('rebalanced', () => this.rebalance());
    await this.step('node 2 decommissioned', async () => {
      await mesh.cluster.nodes.decommission(2);
      await this.eventually('node 2 is gone', async () => {
        const nodes = await mesh.cluster.nodes.list();
        return nodes.every((node) => node.id !== 2);
      });
    });
    await this.step('node 3 drained', async () => {
      await mesh.cluster.nodes.drain(3);
      await this.eventually(
        'node 3 leads nothing',
        async () => (await mesh.cluster.nodes.get(3)).leaders === 0,
      );
    });
    await this.step('node 3 undrained', async () => {
      await mesh.cluster.nodes.undrain(3);
      await this.whole(3);
    });
    await this.step('replication factor 3 → 2', () => this.replicate(2));
    await this.step('rebalanced', () => this.rebalance());
    await this.step('leaders where they belong', async () => {
      await this.eventually('every partition has its preferred leader', async () => {
        for await (const partition of mesh.cluster.partitions.list())
          if (partition.leader !== partition.replicas[0]) return false;
        return true;
      });
    });
  }

  private async step(step: string, work: () => Promise<void>): Promise<void> {
    this.load.resetGaps();
    const from = performance.now();
    await work();
    const seconds = (performance.now() - from) / 1_000;
    // A pause that began in the step ends with the next acknowledgement.
    await settled(this.load, 500);
    const longestPauseMs = Math.max(...this.load.gaps());
    this.steps.push({ step, seconds, longestPauseMs });
    this.options.report(`${step}: ${seconds.toFixed(1)} s, longest pause ${longestPauseMs.toFixed(0)} ms`);
  }

  private async replicate(replicationFactor: number): Promise<void> {
    await this.mesh.streams.update({ name: STREAM, replicationFactor });
    await this.whole(replicationFactor);
  }

  private async addNodes(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const node = await this.cluster.addNode();
      node.start();
      await this.cluster.ready(this.options.stepTimeoutMs, [node]);
    }
    const wanted = 3 + count;
    await this.eventually(`${wanted} nodes are alive`, async () => {
      const nodes = await this.mesh.cluster.nodes.list();
      return nodes.filter((node) => node.alive).length === wanted;
    });
  }

  private async rebalance(): Promise<void> {
    const { id } = await this.mesh.cluster.rebalance.start();
    await this.eventually('the rebalance ends', async () => {
      // A node that is a little behind tells of the one before.
      const status = await this.mesh.cluster.rebalance.status();
      return status.id === id && status.state === 'done';
    });
  }

  /** Every partition has so many replicas, all in sync, and nothing moves. */
  private async whole(replicas: number): Promise<void> {
    await this.eventually(`every partition has ${replicas} replicas in sync`, async () => {
      for await (const partition of this.mesh.cluster.partitions.list({ streams: [STREAM] })) {
        const { move, inSyncReplicas } = partition;
        if (move !== undefined || partition.replicas.length !== replicas) return false;
        if (!partition.replicas.every((node) => inSyncReplicas.includes(node))) return false;
      }
      return true;
    });
  }

  private async eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
    let last = '';
    await until(
      async () => {
        try {
          return await condition();
        } catch (error) {
          last = String(error);
          return false;
        }
      },
      this.options.stepTimeoutMs,
      () => `never came true: ${what} ${last}${this.cluster.tails()}`,
      100,
    );
  }
}
