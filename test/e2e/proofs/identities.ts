/**
 * Directories that are not what they say: wiped, restored from an old backup, copied beside the original, come back after they were replaced.
 * None may take part as what it was, each has to be told apart in clear words, and nothing acknowledged may be lost on the way.
 */
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { connect, type FlowMesh } from '@flowmesh/client';
import { Cluster, type ClusterNode, type LogEntry, until } from '../harness/cluster.ts';
import type { Verdict } from './ledger.ts';
import { readBack, SteadyLoad } from './load.ts';
import { settled } from './watch.ts';

export interface IdentitiesOptions {
  readonly recordsPerSecond: number;
  readonly partitions: number;
  readonly valueBytes: number;
  readonly healTimeoutMs: number;
  readonly report: (line: string) => void;
}

export interface IdentitiesReport {
  readonly verdict: Verdict;
  readonly failures: Readonly<Record<string, number>>;
  /** What each directory was told, by case. */
  readonly told: Readonly<Record<string, string>>;
  readonly broken: readonly string[];
}

const STREAM = 'identities';

export async function proveIdentities(options: IdentitiesOptions): Promise<IdentitiesReport> {
  await using cluster = await Cluster.start({ nodes: 3 });
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await mesh.streams.create({ name: STREAM, partitions: options.partitions, replicationFactor: 3 });
    const load = new SteadyLoad({ mesh, stream: STREAM, ...options });
    load.start();
    await settled(load, 1_000);
    const proof = new IdentitiesProof(cluster, mesh, load, options);
    await proof.oldBackup(cluster.node(3), 'stopped');
    await proof.oldBackup(cluster.node(2), 'running');
    await proof.clone(cluster.node(1));
    await proof.wiped(cluster.node(3));
    await proof.removed();
    await load.stop();
    return {
      verdict: await readBack(mesh, STREAM, load.ledger),
      failures: load.failures(),
      told: proof.told,
      broken: proof.broken,
    };
  } finally {
    await mesh.close();
  }
}

class IdentitiesProof {
  readonly told: Record<string, string> = {};
  readonly broken: string[] = [];
  private readonly cluster: Cluster;
  private readonly mesh: FlowMesh;
  private readonly load: SteadyLoad;
  private readonly options: IdentitiesOptions;
  private readonly members: readonly ClusterNode[];

  constructor(cluster: Cluster, mesh: FlowMesh, load: SteadyLoad, options: IdentitiesOptions) {
    this.cluster = cluster;
    this.mesh = mesh;
    this.load = load;
    this.options = options;
    this.members = [...cluster.nodes];
  }

  /**
   * A node's directory is copied, the node goes on, is stopped, and gets the copy back. `running`: as a snapshot of its disk takes it (the
   * process is held meanwhile), and the node is not started again in between.
   */
  async oldBackup(node: ClusterNode, taken: 'stopped' | 'running'): Promise<void> {
    const before = await this.idOf(node);
    const backup = this.aside(`backup-${taken}`);
    if (taken === 'stopped') await node.stop();
    else node.signal('SIGSTOP');
    cpSync(node.dataDir, backup, { recursive: true });
    if (taken === 'stopped') node.start();
    else node.signal('SIGCONT');
    await this.whole();
    // Longer than nodes take to tell each other how far they are.
    await settled(this.load, 8_000);
    await node.stop();
    rmSync(node.dataDir, { recursive: true });
    cpSync(backup, node.dataDir, { recursive: true });
    const from = node.log().length;
    node.supervise(3);
    node.start();
    await this.whole();
    node.supervise(0);
    await this.becameAnother(`a backup of the ${taken} node`, node, { before, from, code: 'AMNESIA' });
  }

  /** The directory of a stopped node is copied and both are started, the original first. */
  async clone(node: ClusterNode): Promise<void> {
    const before = await this.idOf(node);
    await node.stop();
    const copy = this.aside('clone');
    cpSync(node.dataDir, copy, { recursive: true });
    node.start();
    await this.whole();
    const clone = await this.cluster.addNode({ dataDir: copy });
    clone.start();
    await this.refused('a cloned disk', clone, 'IDENTITY_MISMATCH');
    await this.whole();
    if ((await this.idOf(node)) !== before) this.broken.push('a cloned disk: the original lost its place');
    if ((await clone.http('/readyz'))?.status === 200)
      this.broken.push('a cloned disk: the clone says it is ready');
    await clone.stop('SIGKILL');
  }

  /** The directory of a node is emptied; later its former contents come back elsewhere. */
  async wiped(node: ClusterNode): Promise<void> {
    const before = await this.idOf(node);
    await node.stop();
    const former = this.aside('replaced');
    cpSync(node.dataDir, former, { recursive: true });
    rmSync(node.dataDir, { recursive: true });
    const from = node.log().length;
    node.start();
    await this.whole();
    await this.becameAnother('a wiped disk', node, { before, from, code: undefined });
    const ghost = await this.cluster.addNode({ dataDir: former });
    ghost.start();
    await this.refused('a replaced node that comes back', ghost, 'IDENTITY_MISMATCH');
    if ((await ghost.http('/readyz'))?.status === 200)
      this.broken.push('a replaced node that comes back: it says that it is ready');
    await ghost.stop('SIGKILL');
    await this.whole();
  }

  /** A fourth node joins, is decommissioned and let go, and is started again. */
  async removed(): Promise<void> {
    const node = await this.cluster.addNode();
    node.start();
    await this.cluster.ready(this.options.healTimeoutMs, [node]);
    const id = await this.idOf(node);
    await this.mesh.cluster.nodes.decommission(id);
    await until(
      async () => (await this.mesh.cluster.nodes.list()).every((one) => one.id !== id),
      this.options.healTimeoutMs,
      () => `node ${id} does not leave${this.cluster.tails()}`,
      200,
    );
    const code = await node.ended();
    const from = node.log().length;
    node.start();
    const again = await node.ended();
    const entries = node.logEntries(from);
    const told = entries.find((entry) => codeOf(entry) === 'IDENTITY_MISMATCH');
    const words = told === undefined ? '' : messageOf(told);
    if (words === '') this.broken.push('a removed node that comes back: nothing in the log says why it ends');
    if (code === 0 || again === 0)
      this.broken.push('a removed node that comes back: it ends without an error');
    this.told['a removed node that comes back'] = words;
    this.options.report(`a removed node that comes back: ${words}`);
    await this.whole();
  }

  private aside(name: string): string {
    return path.join(this.cluster.folder, name);
  }

  private async becameAnother(
    what: string,
    node: ClusterNode,
    seen: { readonly before: number; readonly from: number; readonly code: string | undefined },
  ): Promise<void> {
    const now = await this.idOf(node);
    if (now === seen.before) this.broken.push(`${what}: node ${seen.before} took part as its old self`);
    const entries = node.logEntries(seen.from);
    const told = entries.find((entry) => seen.code === undefined || codeOf(entry) === seen.code);
    const words = told === undefined ? '' : messageOf(told);
    if (seen.code !== undefined && words === '') this.broken.push(`${what}: nothing in the log says so`);
    this.told[what] = seen.code === undefined ? `admitted as node ${now}` : `${words} → node ${now}`;
    this.options.report(`${what}: node ${seen.before} is now node ${now}; ${words}`);
  }

  private async refused(what: string, node: ClusterNode, code: string): Promise<void> {
    let words = '';
    await until(
      () => {
        const found = node.logEntries().find((entry) => codeOf(entry) === code);
        words = found === undefined ? '' : messageOf(found);
        return words !== '';
      },
      this.options.healTimeoutMs,
      () => `${what} is told nothing: ${node.log().slice(-3_000)}`,
      200,
    );
    this.told[what] = words;
    this.options.report(`${what}: ${words}`);
  }

  /** Node id that the cluster knows at the process's address. */
  private async idOf(node: ClusterNode): Promise<number> {
    const { nodes } = await this.mesh.metadata([]);
    return nodes.find((one) => one.address === node.grpcAddress)?.id ?? 0;
  }

  /** Three nodes are alive, every partition has three replicas in sync, on the processes that are members. */
  private async whole(): Promise<void> {
    let last: unknown;
    await until(
      async () => {
        const status = await this.mesh.cluster.status().catch(() => undefined);
        last = status;
        const alive = status?.nodes.filter((node) => node.alive).map((node) => node.address) ?? [];
        return (
          status?.underReplicatedPartitions === 0 &&
          status.leaderlessPartitions === 0 &&
          alive.length === this.members.length &&
          this.members.every((node) => alive.includes(node.grpcAddress))
        );
      },
      this.options.healTimeoutMs,
      () => `the cluster does not become whole: ${JSON.stringify(last)}${this.cluster.tails()}`,
      200,
    );
  }
}

/** The code of a log entry's error, wherever it stands in it. */
function codeOf(entry: LogEntry): string | undefined {
  const error = entry['err'] as { readonly code?: string } | undefined;
  return (entry['code'] as string | undefined) ?? error?.code;
}

function messageOf(entry: LogEntry): string {
  const error = entry['err'] as { readonly message?: string; readonly hint?: string } | undefined;
  const cause = (entry['cause'] as string | undefined) ?? error?.message ?? '';
  const hint = (entry['hint'] as string | undefined) ?? error?.hint ?? '';
  return `${cause}. ${hint}`;
}
