/**
 * Three nodes of an older build are upgraded one after the other under load. While builds are mixed everything of the older level works,
 * through the death of leaders too, what the newer level brings is refused with the nodes that hold it back, and one node goes back to
 * the older build and forth again. Once all are upgraded the level is finalised: what it brings works, the older build is told that it
 * is too old, nothing that was acknowledged is missing, and all copies of the metadata say the same.
 */
import { connect, type FlowError, type FlowMesh, isFlowError } from '@flowmesh/client';
import { Cluster, type ClusterNode, type Program, THIS_BUILD, until } from '../harness/cluster.ts';
import { partitionsOf } from '../harness/stream-view.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';
import { acknowledgedSince, inSyncOf, settled } from './watch.ts';

export interface UpgradeOptions {
  readonly older: Program;
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  /** By the cluster itself, once all have been up for a while, or by an operator's command. */
  readonly finalise: 'auto' | 'by-hand';
  /** Leaders that are killed, one at each step until there were so many. */
  readonly killsMax: number;
  readonly report: (line: string) => void;
}

export interface UpgradeReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly kills: number;
  /** Promises that were broken, as sentences. */
  readonly broken: readonly string[];
}

const STREAM = 'upgrade';
const NODES = 3;
const LEVEL = 3;
const PATIENCE_MS = 120_000;
const COMPARE_MS = 20_000;

export async function proveUpgrade(options: UpgradeOptions): Promise<UpgradeReport> {
  await using cluster = await Cluster.start({ nodes: NODES, program: options.older });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: NODES });
    const load = new SteadyLoad({ mesh, stream: STREAM, ...options });
    load.start();
    await settled(load, 500);
    const upgrade = new Upgrade(cluster, mesh, load, options);
    await upgrade.rollThrough();
    await upgrade.finalise();
    await upgrade.useTheLevel();
    await upgrade.refuseTheOlder();
    await upgrade.compareCopies();
    await load.stop();
    const { restarts, kills, broken } = upgrade;
    const verdict = await readBack(mesh, STREAM, load.ledger);
    return { verdict, failures: load.failures(), restarts, kills, broken };
  } finally {
    await mesh.close();
  }
}

class Upgrade {
  readonly broken: string[] = [];
  restarts = 0;
  kills = 0;
  private streams = 0;
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly load: SteadyLoad;
  private readonly options: UpgradeOptions;

  constructor(cluster: Cluster, mesh: FlowMesh, load: SteadyLoad, options: UpgradeOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.load = load;
    this.options = options;
  }

  async rollThrough(): Promise<void> {
    const { older, report } = this.options;
    const upgraded: ClusterNode[] = [];
    for (const node of this.cluster.nodes) {
      await this.restart(node, THIS_BUILD);
      upgraded.push(node);
      report(`node ${node.id} upgraded`);
      if (upgraded.length < NODES) {
        await this.works();
        await this.refusesTheLevel(node, this.cluster.nodes.slice(upgraded.length));
      }
      if (upgraded.length === 1) {
        await this.restart(node, older);
        await this.works();
        report(`node ${node.id} went back to the older build`);
        await this.restart(node, THIS_BUILD);
      }
    }
  }

  /** Stops the node, starts it with the program, and waits until nothing is missing any more. */
  private async restart(node: ClusterNode, program: Program): Promise<void> {
    const code = await node.stop('SIGTERM');
    if (code !== 0) this.broken.push(`node ${node.id} ended with ${code}`);
    node.start(program);
    this.restarts++;
    await this.whole();
  }

  private async whole(): Promise<void> {
    const { cluster, mesh, load, options } = this;
    await cluster.ready(PATIENCE_MS);
    await until(
      async () => (await inSyncOf(mesh, STREAM, options.partitions)) === NODES,
      PATIENCE_MS,
      () => `not all replicas are in sync${cluster.tails()}`,
    );
    await acknowledgedSince(load, performance.now(), PATIENCE_MS);
  }

  /** What every build can do: a stream is made, written and read; a leader dies and another one takes over. */
  private async works(): Promise<void> {
    const { cluster, mesh } = this;
    const name = `made-${++this.streams}`;
    await mesh.streams.create({ name, partitions: 2, replicationFactor: NODES });
    await mesh.producer().send({ stream: name, partition: 1, value: new TextEncoder().encode(name) });
    const records: string[] = [];
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for await (const { value } of mesh.consume({ stream: name, from: 'earliest', to: 'latest', signal }))
      records.push(new TextDecoder().decode(value));
    if (records.join() !== name) this.broken.push(`stream ${name} has the records ${records.join()}`);
    if (this.kills >= this.options.killsMax) return;
    const views = await partitionsOf(cluster, mesh, STREAM, this.options.partitions);
    const leader = views?.[this.streams % this.options.partitions]?.leader ?? cluster.node(1);
    await leader.stop('SIGKILL');
    this.kills++;
    await acknowledgedSince(this.load, performance.now(), PATIENCE_MS);
    leader.start();
    await this.whole();
  }

  private async refusesTheLevel(at: ClusterNode, behind: readonly ClusterNode[]): Promise<void> {
    const mesh = await connect({ endpoints: [at.grpcAddress] });
    try {
      for (const [what, attempt] of this.levelCommands(mesh)) {
        const error = await failureOf(attempt);
        const named = behind.every(({ id }) => new RegExp(`\\b${id}\\b`).test(error?.hint ?? ''));
        const others = !new RegExp(`\\b${at.id}\\b`).test(error?.hint ?? '');
        if (error?.code !== 'UNSUPPORTED' || !named || !others)
          this.broken.push(`${what} in a mixed cluster: ${error?.code} ${error?.message} ${error?.hint}`);
      }
      this.options.report(`refused while ${behind.map(({ id }) => id).join(', ')} run the older build`);
    } finally {
      await mesh.close();
    }
  }

  private levelCommands(mesh: FlowMesh): readonly (readonly [string, () => Promise<unknown>])[] {
    const set = { 'balancer.enabled': 'false' };
    return [
      ['draining', () => mesh.cluster.nodes.drain(2)],
      ['configuration', () => mesh.cluster.config.change({ scope: 'cluster', set })],
      ['finalising', () => mesh.cluster.features.finalise(LEVEL)],
    ];
  }

  async finalise(): Promise<void> {
    const { mesh, cluster, options } = this;
    await until(
      async () => {
        const status = await mesh.cluster.status().catch(() => undefined);
        if (status?.featureLevel === LEVEL) return true;
        if (options.finalise === 'by-hand') await failureOf(() => mesh.cluster.features.finalise(LEVEL));
        return false;
      },
      120_000,
      () => `level ${LEVEL} is not finalised${cluster.tails()}`,
      500,
    );
    options.report(`feature level ${LEVEL} finalised`);
  }

  async useTheLevel(): Promise<void> {
    const { mesh } = this;
    const set = { 'balancer.enabled': 'false' };
    await mesh.cluster.config.change({ scope: 'cluster', set });
    await mesh.cluster.nodes.drain(2);
    await mesh.cluster.nodes.undrain(2);
    const level = await mesh.cluster.status();
    if (level.nodes.some(({ featureMax, mode }) => featureMax !== LEVEL || mode !== 'normal'))
      this.broken.push(`nodes after finalising: ${JSON.stringify(level.nodes)}`);
    await this.works();
  }

  /** Neither a node that goes back nor a newcomer takes part with the older build, and each is told why. */
  async refuseTheOlder(): Promise<void> {
    const { cluster, options } = this;
    const node = cluster.node(NODES);
    await node.stop('SIGTERM');
    await this.told(node, options.older);
    node.start(THIS_BUILD);
    await this.whole();
    const newcomer = await cluster.addNode();
    await this.told(newcomer, options.older);
    cluster.nodes.pop();
  }

  /** Starts the node with the older build, expects that it says why it cannot take part, and stops it again. */
  private async told(node: ClusterNode, older: Program): Promise<void> {
    const from = node.log().length;
    node.start(older);
    const said = (): string => node.log().slice(from);
    await until(
      () => /feature levels? (up to )?[123]/.test(said()) || !node.running,
      PATIENCE_MS,
      () => `the older build is not told that it is too old: ${said()}`,
    );
    const ready = node.running && (await node.http('/readyz'))?.status === 200;
    await node.stop('SIGKILL');
    if (ready) this.broken.push(`node ${node.id} is ready with the older build`);
    if (!/feature levels?/.test(said())) this.broken.push(`node ${node.id} does not say why: ${said()}`);
    this.options.report(`node ${node.id} with the older build is refused`);
  }

  async compareCopies(): Promise<void> {
    const { mesh, cluster } = this;
    let copies: readonly string[] = [];
    const same = until(
      async () => {
        copies = await copiesOf(mesh);
        return copies.length === cluster.nodes.length && new Set(copies).size === 1;
      },
      COMPARE_MS,
      () => `copies of the metadata differ: ${copies.join()}`,
      200,
    );
    await same.catch((error: unknown) => this.broken.push(String(error)));
  }
}

/** What each node says of its own copy: everything in it, as one digest. */
async function copiesOf(mesh: FlowMesh): Promise<readonly string[]> {
  const answers = await mesh.cluster.diagnostics({ logLines: 1 });
  return answers.map((answer) => {
    if (answer.kind === 'failed') return `node ${answer.node}: ${answer.error.message}`;
    const part = answer.value.parts.find(({ name }) => name === 'metadata.json');
    return new TextDecoder().decode(part?.content);
  });
}

async function failureOf(attempt: () => Promise<unknown>): Promise<FlowError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
}
