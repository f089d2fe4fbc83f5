/**
 * A cluster of real node processes on loopback, for tests and proofs: starts, kills, restarts and inspects them. Everything it
 * starts it stops, and its folder is gone afterwards unless a test asks to keep it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';

export const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
/** The node's process entry. */
export const MAIN = path.join(ROOT, 'packages', 'broker', 'src', 'main.ts');

/** What a node process runs: Node's own flags, and the process entry. */
export interface Program {
  readonly nodeFlags: readonly string[];
  readonly main: string;
}

/** Ends a node whose parent is gone, however that ended. */
const ORPHAN_GUARD = pathToFileURL(path.join(ROOT, 'packages', 'cli', 'src', 'dev', 'orphan-guard.ts')).href;

export const THIS_BUILD: Program = { nodeFlags: [], main: MAIN };

export interface NodePorts {
  readonly grpc: number;
  readonly peer: number;
  readonly http: number;
  /** 0 where the node does not listen for Kafka's clients. */
  readonly kafka: number;
}

export interface ClusterOptions {
  readonly nodes: number;
  /** Where the nodes keep their data; by default folders of the cluster's own. */
  readonly dataDir?: (id: number) => string;
  /** Merged over the generated configuration of every node. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the nodes listen for Kafka's clients. */
  readonly kafka?: boolean;
  /** What all nodes run until they are started with something else. Default: this source tree. */
  readonly program?: Program;
}

/** Below the ports that the system gives to connections: nobody takes one while its node is down. */
const PORTS = { from: 10_000, count: 22_000, ofProcess: 256 } as const;
let portsTaken = 0;

export async function freePorts(count: number, host?: string): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried++) {
    if (tried === PORTS.count) throw new Error('no free port');
    const port = PORTS.from + ((process.pid * PORTS.ofProcess + portsTaken++) % PORTS.count);
    if (await isFree(port, host)) ports.push(port);
  }
  return ports;
}

function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export type LogEntry = Readonly<Record<string, unknown>>;

function parseLogLine(line: string): LogEntry {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return { raw: line };
  }
}

/** What runs, or lies on disk, when the process of a test ends by an error that nobody caught. */
const children = new Set<ChildProcess>();
const folders = new Set<string>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export class ClusterNode {
  readonly id: number;
  readonly ports: NodePorts;
  readonly dataDir: string;
  readonly logFile: string;
  readonly configFile: string;
  private readonly env: Readonly<Record<string, string>>;
  private readonly host: string;
  private readonly launcher: readonly string[];
  private program: Program;
  /** How often it was started again, having ended by itself: see `supervise`. */
  restarts = 0;
  private restartsMax = 0;
  private child: ChildProcess | undefined;
  private exit: Promise<number | string> = Promise.resolve(0);

  constructor(options: {
    readonly id: number;
    readonly ports: NodePorts;
    readonly dataDir: string;
    readonly folder: string;
    readonly config: object;
    readonly env: Readonly<Record<string, string>>;
    readonly program: Program | undefined;
    /** Where its listeners are; 127.0.0.1 unless it is said. */
    readonly host?: string;
    /** A command that starts the command behind it in its own place, such as `ip netns exec x`. */
    readonly launcher?: readonly string[];
  }) {
    this.id = options.id;
    this.host = options.host ?? '127.0.0.1';
    this.launcher = options.launcher ?? [];
    this.program = options.program ?? THIS_BUILD;
    this.ports = options.ports;
    this.dataDir = options.dataDir;
    this.env = options.env;
    this.logFile = path.join(options.folder, `node-${options.id}.log`);
    this.configFile = path.join(options.folder, `node-${options.id}.yaml`);
    writeFileSync(this.configFile, stringify(options.config));
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  get grpcAddress(): string {
    return `${this.host}:${this.ports.grpc}`;
  }

  /** With another program it stays with that one. */
  start(program: Program = this.program): void {
    if (this.child !== undefined) throw new Error(`node ${this.id} runs already`);
    this.program = program;
    const log = openSync(this.logFile, 'a');
    const flags = [...program.nodeFlags, '--import', ORPHAN_GUARD];
    const node = [process.execPath, ...flags, program.main, '--config', this.configFile];
    const [command = '', ...args] = [...this.launcher, ...node];
    const child = spawn(command, args, {
      stdio: ['ignore', log, log, 'pipe'],
      env: { ...process.env, ...this.env },
    });
    child.stdio[3]?.on('error', () => undefined);
    closeSync(log);
    children.add(child);
    child.once('exit', () => children.delete(child));
    this.child = child;
    this.exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (this.child === child) this.child = undefined;
        resolve(signal ?? code ?? 0);
        if (code !== null && code !== 0 && this.restarts < this.restartsMax) {
          this.restarts++;
          this.start();
        }
      });
    });
  }

  /** From now on it is started again when it ends with an error, as a service manager would do, at most so many times. */
  supervise(restartsMax: number): void {
    this.restarts = 0;
    this.restartsMax = restartsMax;
  }

  /** Sends the signal and resolves with exit code or signal name once the process is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.child?.kill(signal);
    return await this.exit;
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Resolves when the process has ended by itself. */
  async ended(): Promise<number | string> {
    return await this.exit;
  }

  log(): string {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  /** The log's entries behind the first `from` characters; what is no JSON (a crash of the runtime) is an entry `{ raw }`. */
  logEntries(from = 0): readonly LogEntry[] {
    return this.log()
      .slice(from)
      .split('\n')
      .filter((line) => line !== '')
      .map(parseLogLine);
  }

  /** The HTTP listener's answer, or undefined where nothing answers. */
  async http(pathname: string): Promise<{ readonly status: number; readonly body: string } | undefined> {
    try {
      const response = await fetch(`http://${this.host}:${this.ports.http}${pathname}`, {
        signal: AbortSignal.timeout(2_000),
      });
      return { status: response.status, body: await response.text() };
    } catch {
      return undefined;
    }
  }
}

export interface AddedNode {
  /** By default a folder of the cluster's own. */
  readonly dataDir?: string;
  /** Merged over the generated configuration, section by section. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export class Cluster {
  /** All nodes that were ever prepared, in the order in which they were. */
  readonly nodes: ClusterNode[];
  readonly folder: string;
  private readonly options: ClusterOptions;

  private constructor(folder: string, nodes: ClusterNode[], options: ClusterOptions) {
    this.folder = folder;
    this.nodes = nodes;
    this.options = options;
  }

  static async prepare(options: ClusterOptions): Promise<Cluster> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-e2e-'));
    folders.add(folder);
    const ports = await freePorts(options.nodes * 4);
    const portsOf = (id: number): NodePorts => ({
      grpc: ports[(id - 1) * 4] as number,
      peer: ports[(id - 1) * 4 + 1] as number,
      http: ports[(id - 1) * 4 + 2] as number,
      kafka: options.kafka === true ? (ports[(id - 1) * 4 + 3] as number) : 0,
    });
    const ids = Array.from({ length: options.nodes }, (_, i) => i + 1);
    const initialMembers = ids.map((id) => ({
      id,
      grpcAddress: `127.0.0.1:${portsOf(id).grpc}`,
      peerAddress: `127.0.0.1:${portsOf(id).peer}`,
      httpAddress: `127.0.0.1:${portsOf(id).http}`,
    }));
    const nodes = ids.map((id) => {
      const dataDir = options.dataDir?.(id) ?? path.join(folder, `data-${id}`);
      mkdirSync(path.dirname(dataDir), { recursive: true });
      const own = portsOf(id);
      const config = {
        ...options.config,
        node: { initialId: id, dataDir },
        cluster: { id: 'e2e', initialMembers },
        listeners: {
          grpc: { port: own.grpc },
          peer: { port: own.peer },
          http: { port: own.http },
          ...(own.kafka === 0 ? {} : { kafka: { port: own.kafka } }),
        },
      };
      const { env = {}, program } = options;
      return new ClusterNode({ id, ports: own, dataDir, folder, config, env, program });
    });
    return new Cluster(folder, nodes, options);
  }

  /** One more node, which asks the others to be admitted. Not started. `id` is the harness's number, not the cluster's node id. */
  async addNode(added: AddedNode = {}): Promise<ClusterNode> {
    const id = this.nodes.length + 1;
    const [grpc, peer, http] = (await freePorts(3)) as [number, number, number];
    const { config = {} } = added;
    const dataDir = added.dataDir ?? path.join(this.folder, `data-${id}`);
    const generated: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      ...(this.options.config as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined),
      node: { dataDir },
      cluster: { id: 'e2e', seeds: this.nodes.map((node) => `127.0.0.1:${node.ports.peer}`) },
      listeners: { grpc: { port: grpc }, peer: { port: peer }, http: { port: http } },
    };
    const sections = new Set([...Object.keys(generated), ...Object.keys(config)]);
    const merged = Object.fromEntries(
      [...sections].map((section) => [section, { ...generated[section], ...config[section] }]),
    );
    const node = new ClusterNode({
      id,
      ports: { grpc, peer, http, kafka: 0 },
      dataDir,
      folder: this.folder,
      config: merged,
      env: this.options.env ?? {},
      program: this.options.program,
    });
    this.nodes.push(node);
    return node;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = await Cluster.prepare(options);
    try {
      for (const node of cluster.nodes) node.start();
      await cluster.ready();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Addresses of the gRPC listeners. */
  get endpoints(): string[] {
    return this.nodes.map((node) => node.grpcAddress);
  }

  /** Where the nodes listen for Kafka's clients, if they do. */
  get kafka(): string[] {
    return this.nodes.map(({ ports }) => `127.0.0.1:${ports.kafka}`);
  }

  node(id: number): ClusterNode {
    const node = this.nodes[id - 1];
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  /** Resolves when every node, or those of `nodes`, says that it is ready; fails where one has ended. */
  async ready(timeoutMs = 120_000, nodes: readonly ClusterNode[] = this.nodes): Promise<void> {
    await until(
      async () => {
        for (const node of nodes) {
          if (!node.running) throw new Error(`node ${node.id} ended: ${node.log().slice(-2_000)}`);
          if ((await node.http('/readyz'))?.status !== 200) return false;
        }
        return true;
      },
      timeoutMs,
      () => `cluster not ready: ${this.tails()}`,
    );
  }

  /** The last lines of every node's log, for messages. */
  tails(): string {
    return this.nodes.map((node) => `\n--- node ${node.id}\n${node.log().slice(-1_500)}`).join('');
  }

  async close(keep = false): Promise<void> {
    await Promise.all(
      this.nodes.map(async (node) => {
        node.supervise(0);
        node.signal('SIGCONT');
        await node.stop('SIGKILL');
      }),
    );
    folders.delete(this.folder);
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Polls until `condition` holds; throws with `what` after `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: () => string,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(what());
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
