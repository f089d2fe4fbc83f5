/**
 * Real nodes in the process of a test: the same code as in production, with real elections and real gRPC on loopback. Only the storage
 * engine differs where `memory` is on. Nothing outlives `stop`: clients are closed, nodes stopped, folders removed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FlowError } from '@flowmesh/base';
import {
  createLogger,
  loadConfig,
  type Logger,
  type NodeConfig,
  type NodeHandle,
  startNode,
} from '@flowmesh/broker';
import { connect, type FlowMesh } from '@flowmesh/client';
import { freePorts } from './free-ports.ts';

export interface StartBrokerOptions {
  /** Keep everything in memory; the default. With false, RocksDB in a temporary folder. */
  readonly memory?: boolean;
  /** Default 1. With 3, everything is replicated, and one node may be stopped. */
  readonly nodes?: 1 | 3;
  /** Lines of the nodes' logs, as JSON; without it they are quiet. */
  readonly onLog?: (line: string) => void;
  /** Until all nodes serve; default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface TestBroker extends AsyncDisposable {
  /** host:port of every node, as `connect({ endpoints })` takes them. */
  readonly endpoints: readonly string[];
  /** host:port of every node for Kafka's clients: `new Kafka({ brokers: [...broker.kafka] })`. */
  readonly kafka: readonly string[];
  /** A client of its own; it is closed when the broker stops, if not before. */
  mesh(): Promise<FlowMesh>;
  /** Stops one node (from 0), for tests of failures; the others go on where they are a majority. */
  stopNode(index: number): Promise<void>;
  /** Stops everything. Rejects where a node had failed by itself. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
/** A port may be taken by somebody else between being found free and being used. */
const START_ATTEMPTS_MAX = 3;
const TICK_MS = 50;

/** Resolves once the broker serves. TIMEOUT, CANCELLED, or what kept a node from starting. */
export async function startBroker(options: StartBrokerOptions = {}): Promise<TestBroker> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await Broker.start(options);
    } catch (error) {
      if (attempt === START_ATTEMPTS_MAX || !isPortTaken(error)) throw error;
    }
  }
}

class Broker implements TestBroker {
  readonly endpoints: readonly string[];
  readonly kafka: readonly string[];
  private readonly nodes = new Map<number, NodeHandle>();
  private readonly clients = new Set<FlowMesh>();
  private readonly failures: FlowError[] = [];
  private readonly folder: string | undefined;
  private stopping: Promise<void> | undefined;

  private constructor(plan: readonly PlannedNode[], folder: string | undefined) {
    this.endpoints = plan.map((node) => node.grpcAddress);
    this.kafka = plan.map((node) => node.kafkaAddress);
    this.folder = folder;
  }

  static async start(options: StartBrokerOptions): Promise<Broker> {
    const folder =
      options.memory === false ? await mkdtemp(path.join(tmpdir(), 'flowmesh-testing-')) : undefined;
    const plan = await planOf(options.nodes ?? 1);
    const broker = new Broker(plan, folder);
    const timeout = AbortSignal.timeout(options.timeoutMs ?? START_TIMEOUT_MS);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      await broker.begin(plan, options, signal);
      return broker;
    } catch (error) {
      await broker.stop().catch(() => undefined);
      if (!signal.aborted) throw error;
      if (!timeout.aborted) throw new FlowError('CANCELLED', 'the start of the test broker was cancelled');
      throw new FlowError('TIMEOUT', 'the test broker did not start in time', {
        hint: 'See why with onLog: startBroker({ onLog: (line) => console.error(line) }).',
        cause: error,
      });
    }
  }

  async mesh(): Promise<FlowMesh> {
    if (this.stopping !== undefined) throw new FlowError('CANCELLED', 'the test broker was stopped');
    const mesh = await connect({ endpoints: this.endpoints });
    this.clients.add(mesh);
    return mesh;
  }

  async stopNode(index: number): Promise<void> {
    const node = this.nodes.get(index);
    this.nodes.delete(index);
    await node?.stop();
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async begin(
    plan: readonly PlannedNode[],
    options: StartBrokerOptions,
    signal: AbortSignal,
  ): Promise<void> {
    const started = await Promise.allSettled(
      plan.map(async (node, index) => {
        const config = configOf(plan, node, this.folder);
        const onFatal = (error: FlowError): void => void this.failures.push(error);
        const handle = await startNode(config, { log: loggerOf(node, options.onLog), signal, onFatal });
        this.nodes.set(index, handle);
        await Promise.race([handle.ready, rejectedBy(handle.failed), rejectedOn(signal)]);
      }),
    );
    for (const result of started) if (result.status === 'rejected') throw result.reason;
  }

  private async end(): Promise<void> {
    await Promise.all([...this.clients].map((mesh) => mesh.close()));
    await Promise.all([...this.nodes.keys()].map((index) => this.stopNode(index)));
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
    const [failure] = this.failures;
    if (failure !== undefined) throw failure;
  }
}

interface PlannedNode {
  readonly id: number;
  readonly peerAddress: string;
  readonly grpcAddress: string;
  readonly httpAddress: string;
  readonly kafkaAddress: string;
}

async function planOf(count: number): Promise<readonly PlannedNode[]> {
  const ports = await freePorts(count * 4);
  const address = (index: number): string => `127.0.0.1:${ports[index]}`;
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    peerAddress: address(index * 4),
    grpcAddress: address(index * 4 + 1),
    httpAddress: address(index * 4 + 2),
    kafkaAddress: address(index * 4 + 3),
  }));
}

function configOf(plan: readonly PlannedNode[], node: PlannedNode, folder: string | undefined): NodeConfig {
  const listener = (address: string) => ({ port: Number(address.split(':')[1]) });
  const tree = {
    node: {
      initialId: node.id,
      name: `test-${node.id}`,
      ...(folder === undefined ? { memory: true } : { dataDir: path.join(folder, `node-${node.id}`) }),
    },
    cluster: { id: 'testing', initialMembers: plan.map(memberOf) },
    listeners: {
      grpc: listener(node.grpcAddress),
      peer: listener(node.peerAddress),
      http: listener(node.httpAddress),
      kafka: listener(node.kafkaAddress),
    },
    // A temporary folder on a nearly full disk is no reason to refuse a test's records.
    storage: { reserveBytes: '1MiB' },
    raft: { tickMs: TICK_MS },
  };
  return loadConfig({ file: '@flowmesh/testing', readText: () => JSON.stringify(tree) });
}

/** As it is listed among the founders. */
function memberOf({ id, peerAddress, grpcAddress, httpAddress }: PlannedNode): object {
  return { id, peerAddress, grpcAddress, httpAddress };
}

function loggerOf(node: PlannedNode, onLog: ((line: string) => void) | undefined): Logger {
  return createLogger({
    level: 'info',
    fields: { name: `test-${node.id}` },
    destination: { write: (line: string) => onLog?.(line.trimEnd()) },
  });
}

async function rejectedBy(failed: Promise<FlowError>): Promise<never> {
  throw await failed;
}

function rejectedOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new FlowError('CANCELLED', 'the start was given up'));
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
}

function isPortTaken(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ((at as NodeJS.ErrnoException).code === 'EADDRINUSE') return true;
  return false;
}
