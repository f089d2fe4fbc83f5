/**
 * The composition root: builds one node out of its rooms, in this order, and takes it down in the reverse one.
 *
 *   HTTP ─► directory ─► peer listener ─► place in the cluster ─► transport ─► replicas ─► cluster control ─► services ─► gateway
 *
 *   starting ─► serving ─► stopping: not ready · leaders handed over · calls drained · state written · closed
 *                  └─► failed: the disk or a machine broke; nothing is voted on or answered any more
 */
import { createServer, type AddressInfo } from 'node:net';
import { type FlowError, isFlowError, type NodeId } from '@flowmesh/base';
import { fastCrc32c } from '@flowmesh/compression';
import type { NodeStorageOptions } from '@flowmesh/storage';
import { writeAdminToken } from './admin-token.ts';
import { Closers } from './closers.ts';
import {
  type DirectoryOptions,
  type NodeDirectory,
  openDirectory,
  startAfresh,
} from './cluster/node-directory.ts';
import * as limits from './config/limits.ts';
import { kafkaListeners, MAIN_LISTENER } from './config/kafka-listeners.ts';
import { containerMemoryLimit, memoryShare } from './config/memory-share.ts';
import type { NodeConfig } from './config/schema.ts';
import { DiskMonitor } from './disk-monitor.ts';
import { type CoreOptions, type DetailedSource, type NodeCore, startCore } from './node-core.ts';
import { FsyncPace } from './observability/fsync-pace.ts';
import { HealthBook } from './observability/health.ts';
import { HttpListener } from './observability/http-listener.ts';
import { createLogger, errorFields, type Logger } from './observability/logger.ts';
import { NodeMetrics } from './observability/metrics.ts';
import { RecentLog } from './observability/recent-log.ts';
import { systemClock, systemScheduler } from './system.ts';
import { VERSION } from './version.ts';

export interface NodeDeps {
  readonly log?: Logger;
  /** The latest lines of `log`, for diagnostics. */
  readonly recent?: RecentLog;
  /** Ends a start that waits for the cluster. */
  readonly signal?: AbortSignal;
  /** The node cannot go on, also while it starts; see `NodeHandle.failed`. */
  readonly onFatal?: (error: FlowError) => void;
}

export interface NodeHandle {
  readonly id: NodeId;
  readonly clusterId: string;
  /** host:port as others reach the listeners. */
  readonly addresses: {
    readonly grpc: string;
    readonly peer: string;
    readonly http: string;
    /** Undefined where the node does not listen for Kafka's clients. */
    readonly kafka: string | undefined;
    /** Of all listeners for Kafka's clients by their names, the main one under the empty name. */
    readonly kafkaListeners: ReadonlyMap<string, string>;
  };
  /** Resolves when the node serves for the first time. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the node cannot go on: it must not vote or answer any more, so end the process. */
  readonly failed: Promise<FlowError>;
  isReady(): boolean;
  stop(): Promise<void>;
}

/** Resolves once the node has its place and listens; a new directory waits here for its cluster. */
export async function startNode(config: NodeConfig, deps: NodeDeps = {}): Promise<NodeHandle> {
  const recent = deps.recent ?? newRecentLog();
  const log = deps.log ?? loggerOf(config, recent);
  const closers = new Closers((name, error) => log.error({ err: error, part: name }, 'closing failed'));
  const health = new HealthBook();
  const failed = Promise.withResolvers<FlowError>();
  const fatal = (error: FlowError): void => {
    log.fatal({ err: error }, 'node cannot go on');
    failed.resolve(error);
    deps.onFatal?.(error);
  };
  try {
    const metrics = new NodeMetrics({
      version: VERSION,
      clusterId: config.cluster.id,
      seriesMax: limits.METRICS_SERIES_MAX,
    });
    const detailed: DetailedSource = { of: () => undefined };
    const http = await listenHttp(config, { health, metrics, detailed }, closers);
    const disk = new DiskMonitor({ health, log, reserveBytes: config.storage.reserveBytes });
    const pace = new FsyncPace(systemClock);
    const storage = storageOptions(config, { metrics, disk, pace, fatal, log });
    const directory: DirectoryOptions = {
      dir: config.node.dataDir,
      memory: config.node.memory,
      clusterId: config.cluster.id,
      storage,
      log,
    };
    const { grpc } = config.listeners;
    const ports = {
      grpc: await portFor(grpc),
      http,
      kafka: await kafkaPorts(config),
    };
    const signal = deps.signal ?? new AbortController().signal;
    const core = await startOnDirectory(directory, closers, {
      config,
      log,
      health,
      metrics,
      detailed,
      recent,
      disk,
      closers,
      ports,
      fatal,
      unwell: () => {
        if (disk.full()) return disk.trouble();
        return pace.slow() ? 'the disk is slow: its commits take more than a second' : undefined;
      },
      signal,
    });
    return handleOf(config, { core, closers, health, log, failed: failed.promise });
  } catch (error) {
    await closers.close();
    throw error;
  }
}

export function newRecentLog(): RecentLog {
  return new RecentLog({ linesMax: limits.RECENT_LOG_LINES_MAX, bytesMax: limits.RECENT_LOG_BYTES_MAX });
}

function loggerOf(config: NodeConfig, recent: RecentLog): Logger {
  const { name } = config.node;
  return createLogger({ level: config.log.level, fields: name === undefined ? {} : { name }, recent });
}

/** What HTTP shows; the values by partition come once the node has its services. */
interface Observed {
  readonly health: HealthBook;
  readonly metrics: NodeMetrics;
  readonly detailed: DetailedSource;
}

async function listenHttp(
  config: NodeConfig,
  { health, metrics, detailed }: Observed,
  closers: Closers,
): Promise<number> {
  const listener = new HttpListener({
    host: config.listeners.http.host,
    port: config.listeners.http.port,
    health,
    metrics: () => metrics.text(),
    detailed: (stream) => detailed.of(stream),
    clock: systemClock,
    scheduler: systemScheduler,
    limits: {
      liveLagMaxMs: limits.LIVE_LAG_MAX_MS,
      headerBytesMax: limits.HTTP_HEADER_BYTES_MAX,
      requestTimeoutMs: limits.HTTP_REQUEST_TIMEOUT_MS,
      connectionsMax: limits.HTTP_CONNECTIONS_MAX,
    },
  });
  const port = await listener.listen();
  closers.add('http', () => listener.close());
  return port;
}

/** The configured port, or one that is free now: others must be told of it before it is bound. */
async function portFor({ host, port }: { readonly host: string; readonly port: number }): Promise<number> {
  if (port !== 0) return port;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const free = (server.address() as AddressInfo).port;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return free;
}

/** By the names of the listeners for Kafka's clients. */
async function kafkaPorts(config: NodeConfig): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const { name, listener } of kafkaListeners(config)) ports.set(name, await portFor(listener));
  return ports;
}

interface StorageEvents {
  readonly metrics: NodeMetrics;
  readonly disk: DiskMonitor;
  readonly pace: FsyncPace;
  readonly fatal: (error: FlowError) => void;
  readonly log: Logger;
}

function storageOptions(
  { storage }: NodeConfig,
  { metrics, disk, pace, fatal, log }: StorageEvents,
): NodeStorageOptions {
  const { reserveBytes } = storage;
  const share = memoryShare(containerMemoryLimit());
  return {
    crc32c: fastCrc32c,
    tailBytesMax: storage.tailBytes ?? share.tailBytes,
    tuning: { stateCacheBytes: storage.blockCacheBytes ?? share.blockCacheBytes },
    disk:
      reserveBytes === undefined ? {} : { lowBytes: reserveBytes, fullBytes: Math.floor(reserveBytes / 2) },
    onCommit: (sample) => {
      if (!sample.synced) return;
      metrics.fsync(sample.durationMs);
      pace.sample(sample.durationMs);
    },
    onDiskState: () => disk.update(),
    onFatal: fatal,
    onBackgroundError: (error) => log.warn({ err: error }, 'background job of the storage failed'),
  };
}

/** Starts on the directory; where its data turns out to be damaged or lost, once more on a fresh one. */
async function startOnDirectory(
  options: DirectoryOptions,
  closers: Closers,
  rest: Omit<CoreOptions, 'directory' | 'adminToken'>,
): Promise<NodeCore> {
  const first = new Closers((name, error) => rest.log.error({ err: error, part: name }, 'closing failed'));
  const begin = async (directory: NodeDirectory, own: Closers): Promise<NodeCore> => {
    own.add('directory', () => {
      rest.disk.detach();
      return directory.close();
    });
    rest.disk.attach(() => directory.diskState());
    const adminToken = await writeAdminToken(rest.config);
    return await startCore({ ...rest, closers: own, directory, adminToken });
  };
  try {
    const core = await begin(await openDirectory(options), first);
    closers.add('node', () => first.close());
    return core;
  } catch (error) {
    await first.close();
    const lost = isFlowError(error) && (error.code === 'CORRUPTION' || error.code === 'AMNESIA');
    if (!lost || options.memory) throw error;
    return await begin(await startAfresh(options, error), closers);
  }
}

interface Running {
  readonly core: NodeCore;
  readonly closers: Closers;
  readonly health: HealthBook;
  readonly log: Logger;
  readonly failed: Promise<FlowError>;
}

/** As the configuration names the listeners. */
function namedAddresses(kafka: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...kafka].map(([name, address]) => [name === MAIN_LISTENER ? 'kafka' : `kafka.${name}`, address]),
  );
}

function handleOf(config: NodeConfig, { core, closers, health, log, failed }: Running): NodeHandle {
  const addresses = {
    ...core.introduction.addresses,
    kafka: core.kafkaAddresses.get(MAIN_LISTENER),
    kafkaListeners: core.kafkaAddresses,
  };
  const told = { ...core.introduction.addresses, ...namedAddresses(core.kafkaAddresses) };
  log.info({ node: core.id, cluster: config.cluster.id, addresses: told, version: VERSION }, 'node started');
  const ready = new Promise<void>((resolve) => {
    const check = (): void => {
      if (!health.serving()) return;
      unwatch();
      log.info({ node: core.id }, 'node is ready');
      resolve();
    };
    const unwatch = health.onChange(check);
    check();
  });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    health.stopping();
    log.info({ node: core.id }, 'node is stopping');
    await core
      .prepareStop()
      .catch((error: unknown) => log.warn({ error: errorFields(error) }, 'hand-over incomplete'));
    await closers.close();
    log.info({ node: core.id }, 'node has stopped');
  };
  return {
    id: core.id,
    clusterId: config.cluster.id,
    addresses,
    ready,
    failed,
    isReady: () => health.ready(),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
