/**
 * Troubles are staged one after the other; `flowmesh-admin health --explain` has to name each one's cause, and the very command that it
 * names is run, as it stands, and has to mend it.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { connect, type FlowMesh } from '@flowmesh/client';
import { type Ran, Shell } from '../harness/cli.ts';
import { Cluster, type ClusterNode, until } from '../harness/cluster.ts';

export interface HealthOptions {
  readonly timeoutMs: number;
  readonly report: (line: string) => void;
}

export interface StagedTrouble {
  readonly code: string;
  readonly cause: string;
  readonly impact: string;
  readonly command: string;
  readonly foundAfterMs: number;
  readonly mendedAfterMs: number;
}

export interface HealthReport {
  readonly troubles: readonly StagedTrouble[];
  readonly broken: readonly string[];
}

interface Finding {
  readonly code: string;
  readonly subject: string;
  readonly cause: string;
  readonly impact: string;
  readonly command?: string;
  readonly note?: string;
}

interface Health {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

const EXIT_UNHEALTHY = 10;
const EXIT_USAGE = 2;

export async function proveHealth(options: HealthOptions): Promise<HealthReport> {
  await using cluster = await Cluster.start({ nodes: 5 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    const proof = new HealthProof(cluster, mesh, options);
    await mesh.streams.create({ name: 'orders', partitions: 10, replicationFactor: 3 });
    await proof.healthy();
    await proof.nodeDown();
    await proof.drained();
    await proof.underMinInSync();
    await proof.singleReplica();
    await proof.leadersElsewhere();
    await proof.emptyNode();
    await proof.metadataQuorumLost();
    await proof.majorityGone();
    return { troubles: proof.troubles, broken: proof.broken };
  } finally {
    await mesh.close();
  }
}

class HealthProof {
  readonly troubles: StagedTrouble[] = [];
  readonly broken: string[] = [];
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly shell: Shell;
  private readonly options: HealthOptions;

  constructor(cluster: Cluster, mesh: FlowMesh, options: HealthOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.options = options;
    this.shell = new Shell(cluster.folder, cluster.endpoints.join(','));
  }

  async nodeDown(): Promise<void> {
    const node = this.cluster.node(5);
    await node.stop('SIGKILL');
    await this.trouble('NODE_DOWN', (command) => this.onHost(command, [node]));
  }

  async drained(): Promise<void> {
    await this.fine('flowmesh-admin nodes drain 4 --yes');
    await this.trouble('NODE_DRAINING', (command) => this.typed(command));
  }

  async underMinInSync(): Promise<void> {
    await this.mesh.streams.create({
      name: 'strict',
      partitions: 1,
      replicationFactor: 3,
      config: { 'min.insync.replicas': '3' },
    });
    const { replicas } = await this.mesh.cluster.partitions.describe({ stream: 'strict', partition: 0 });
    await this.fine(`flowmesh-admin nodes drain ${replicas[2]} --yes --force`);
    await this.trouble('UNDER_MIN_ISR', (command) => this.typed(command));
    await this.fine(`flowmesh-admin nodes undrain ${replicas[2]}`);
    await this.mesh.streams.delete('strict');
  }

  async singleReplica(): Promise<void> {
    await this.mesh.streams.create({ name: 'alone', partitions: 2, replicationFactor: 1 });
    await this.trouble('SINGLE_REPLICA', (command) => this.typed(command));
    await this.mesh.streams.delete('alone');
  }

  async leadersElsewhere(): Promise<void> {
    await this.fine('flowmesh-admin config set cluster leader.balancer.enabled=false');
    const { replicas } = await this.mesh.cluster.partitions.describe({ stream: 'orders', partition: 0 });
    await this.fine(`flowmesh-admin partitions transfer-leader orders 0 --to ${replicas[1]}`);
    await this.trouble('LEADERS_UNBALANCED', (command) => this.typed(command));
    await this.fine('flowmesh-admin config unset cluster leader.balancer.enabled');
  }

  async emptyNode(): Promise<void> {
    await this.fine('flowmesh-admin config set cluster balancer.enabled=false');
    const node = await this.cluster.addNode();
    node.start();
    await this.cluster.ready(this.options.timeoutMs, [node]);
    await this.trouble('REPLICAS_UNBALANCED', (command) => this.typed(command));
  }

  async metadataQuorumLost(): Promise<void> {
    const { metadataVoters } = await this.mesh.cluster.status();
    const majority = Math.ceil(metadataVoters.length / 2);
    const nodes = metadataVoters.slice(0, majority).map((id) => this.nodeOf(id));
    for (const node of nodes) await node.stop('SIGKILL');
    await this.trouble('NO_METADATA_QUORUM', (command) => this.onHost(command, nodes));
  }

  /** Two of three replicas are gone for good; the last resort is in the note, because it may cost data. */
  async majorityGone(): Promise<void> {
    const { replicas } = await this.mesh.cluster.partitions.describe({ stream: 'orders', partition: 0 });
    const { metadataVoters } = await this.mesh.cluster.status();
    const spared = replicas.find((id) => metadataVoters.includes(id)) ?? (replicas[0] as number);
    const lost = replicas.filter((id) => id !== spared).map((id) => this.nodeOf(id));
    for (const node of lost) await node.stop('SIGKILL');
    const from = performance.now();
    const finding = await this.found('OFFLINE_PARTITION');
    const [, resort] = /(flowmesh-admin recover .*)$/.exec(finding.note ?? '') ?? [];
    this.options.report(`OFFLINE_PARTITION (${finding.subject}): ${finding.cause} → ${resort}`);
    if (resort === undefined) {
      this.broken.push(`OFFLINE_PARTITION: no last resort in ${finding.note}`);
      return;
    }
    const foundAfterMs = performance.now() - from;
    const mending = performance.now();
    await this.typed(resort);
    const [, stream, partition] = /recover (\S+) (\d+)/.exec(resort) ?? [];
    await this.leads(stream as string, Number(partition));
    const mendedAfterMs = performance.now() - mending;
    const { cause, impact, code } = finding;
    this.troubles.push({ code, cause, impact, command: resort, foundAfterMs, mendedAfterMs });
    for (const node of lost) node.start();
    await this.cluster.ready(this.options.timeoutMs, this.cluster.nodes);
    await this.healthy();
  }

  private async leads(stream: string, partition: number): Promise<void> {
    await until(
      async () => (await this.mesh.cluster.partitions.describe({ stream, partition })).leader !== undefined,
      this.options.timeoutMs,
      () => `${stream}/${partition} has no leader${this.cluster.tails()}`,
      200,
    );
  }

  /** Waits for the finding, runs what it names with `mend`, waits until it is gone. */
  private async trouble(code: string, mend: (command: string) => Promise<void>): Promise<void> {
    const from = performance.now();
    const finding = await this.found(code);
    const foundAfterMs = performance.now() - from;
    this.options.report(`${code} (${finding.subject}): ${finding.cause} → ${finding.command}`);
    if (finding.command === undefined) {
      this.broken.push(`${code} names no command`);
      return;
    }
    const mending = performance.now();
    await mend(finding.command);
    await this.gone(code);
    this.troubles.push({
      code,
      cause: finding.cause,
      impact: finding.impact,
      command: finding.command,
      foundAfterMs,
      mendedAfterMs: performance.now() - mending,
    });
    await this.healthy();
  }

  private async found(code: string): Promise<Finding> {
    let last: Health | undefined;
    let finding: Finding | undefined;
    await until(
      async () => {
        last = await this.health();
        finding = last.findings.find((one) => one.code === code);
        return finding !== undefined;
      },
      this.options.timeoutMs,
      () => `${code} is not found: ${JSON.stringify(last)}${this.cluster.tails()}`,
      500,
    );
    return finding as Finding;
  }

  private async gone(code: string): Promise<void> {
    let last: Health | undefined;
    await until(
      async () => {
        last = await this.health();
        return last.findings.every((one) => one.code !== code);
      },
      this.options.timeoutMs,
      () => `${code} is not mended: ${JSON.stringify(last)}${this.cluster.tails()}`,
      500,
    );
  }

  async healthy(): Promise<void> {
    let last: Health | undefined;
    await until(
      async () => {
        last = await this.health();
        return last.healthy;
      },
      this.options.timeoutMs,
      () => `the cluster is not healthy: ${JSON.stringify(last)}${this.cluster.tails()}`,
      500,
    );
  }

  private health(): Promise<Health> {
    return this.shell.json<Health>('flowmesh-admin health --explain', [0, EXIT_UNHEALTHY]);
  }

  /** What an operator types; a question whether it is meant is answered with yes. */
  private async typed(command: string): Promise<void> {
    let ran: Ran = await this.shell.run(command, { timeoutMs: this.options.timeoutMs });
    if (ran.code === EXIT_USAGE && ran.stderr.includes('--yes'))
      ran = await this.shell.run(`${command} --yes`, { timeoutMs: this.options.timeoutMs });
    if (ran.code !== 0) this.broken.push(`${command}: exit code ${ran.code}: ${ran.stderr}`);
  }

  private async fine(command: string): Promise<void> {
    const ran = await this.shell.run(command, { timeoutMs: this.options.timeoutMs });
    if (ran.code !== 0) throw new Error(`${command}: exit code ${ran.code}: ${ran.stderr}`);
  }

  /**
   * The command on each host of `nodes`, where the node's configuration is at hand as node.yaml. Once it has mended the trouble, the nodes
   * are given back to the harness, which has to be able to stop them.
   */
  private async onHost(command: string, nodes: readonly ClusterNode[]): Promise<void> {
    const started = nodes.map((node) => {
      const host = path.join(this.cluster.folder, `host-${node.id}`);
      mkdirSync(host, { recursive: true });
      copyFileSync(node.configFile, path.join(host, 'node.yaml'));
      const child = this.shell.spawn(command, host);
      child.stdout.resume();
      child.stderr.resume();
      return child;
    });
    try {
      await until(
        async () => {
          const alive = new Set(
            (await this.mesh.cluster.nodes.list()).filter((one) => one.alive).map((one) => one.address),
          );
          return nodes.every((node) => alive.has(node.grpcAddress));
        },
        this.options.timeoutMs,
        () => `${command} does not bring the node back${this.cluster.tails()}`,
        200,
      );
      await this.healthy();
    } finally {
      for (const child of started) {
        const ended = new Promise((resolve) => child.once('close', resolve));
        child.kill('SIGTERM');
        await ended;
      }
      for (const node of nodes) node.start();
      await this.cluster.ready(this.options.timeoutMs, nodes);
    }
  }

  private nodeOf(id: number): ClusterNode {
    return this.cluster.node(id);
  }
}
