/**
 * What this node knows of itself, as files of a diagnostics bundle: small parts that matter most first. Values whose key speaks of a
 * secret are masked, wherever they come from.
 */
import os from 'node:os';
import { nodeOf, type NodeId } from '@flowmesh/base';
import { type CatalogMachine, FEATURES } from '@flowmesh/engines';
import type { NodeConfig } from './config/schema.ts';
import type { HealthBook } from './observability/health.ts';
import type { NodeMetrics } from './observability/metrics.ts';
import type { RecentLog } from './observability/recent-log.ts';
import type { ReplicaManager } from './replica/replica-api.ts';
import type { DiagnosticsPart, DiagnosticsPort } from './services/ports.ts';
import { VERSION } from './version.ts';

export interface DiagnosticsSources {
  readonly node: NodeId;
  readonly config: NodeConfig;
  readonly health: HealthBook;
  readonly metrics: NodeMetrics;
  readonly recent: RecentLog;
  readonly replicas: ReplicaManager;
  readonly catalog: () => CatalogMachine;
}

const GROUPS_MAX = 5_000;
const MASK = '***';
const SECRET = /token|secret|password|passphrase|credential|privatekey/i;

export function nodeDiagnostics(sources: DiagnosticsSources): DiagnosticsPort {
  return {
    parts: async (logLines) => [
      json('node.json', about(sources)),
      json('health.json', sources.health.all()),
      json('config.json', masked(sources.config)),
      json('process.json', processFacts()),
      json('metadata.json', metadataSummary(sources.catalog())),
      { name: 'metrics.txt', content: Buffer.from(await sources.metrics.text()) },
      { name: 'log.jsonl', content: Buffer.from(sources.recent.last(logLines)) },
      json('groups.json', groups(sources.replicas)),
    ],
  };
}

function json(name: string, value: unknown): DiagnosticsPart {
  return { name, content: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`) };
}

/** The same, with the values of keys that name secrets replaced. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET.test(key) && inner !== undefined ? MASK : masked(inner),
    ]),
  );
}

function about({ node, config }: DiagnosticsSources): object {
  return {
    node,
    clusterId: config.cluster.id,
    version: VERSION,
    features: FEATURES,
    versions: process.versions,
    time: new Date().toISOString(),
  };
}

function processFacts(): object {
  return {
    pid: process.pid,
    uptimeSeconds: process.uptime(),
    memory: process.memoryUsage(),
    resources: process.resourceUsage(),
    platform: `${process.platform} ${process.arch}`,
    os: {
      release: os.release(),
      cpus: os.cpus().length,
      load: os.loadavg(),
      totalMemory: os.totalmem(),
      freeMemory: os.freemem(),
    },
  };
}

function metadataSummary(machine: CatalogMachine): object {
  return {
    clusterId: machine.clusterId,
    revision: machine.revision,
    // Equal on all nodes that have come to the same revision.
    digest: machine.digest(),
    featureLevel: machine.featureLevel,
    nodes: machine.nodes(),
    streams: machine.streams().length,
    partitions: machine.partitionCount,
    config: machine.config('cluster'),
  };
}

/** Ascending by group. */
function groups(replicas: ReplicaManager): object {
  const shown: object[] = [];
  let total = 0;
  for (const replica of replicas.all()) {
    total++;
    if (shown.length >= GROUPS_MAX) continue;
    const status = replica.status();
    shown.push({
      group: replica.group,
      member: replica.member,
      role: status.role,
      term: status.term,
      leader: status.leader === 0 ? undefined : nodeOf(status.leader),
      lastIndex: status.lastIndex,
      commit: status.commit,
      applied: replica.applied,
      sizeBytes: replica.store.sizeBytes(),
      voters: status.conf.voters.map((member) => nodeOf(member)),
      learners: status.conf.learners.map((member) => nodeOf(member)),
      ...(replica.failure === undefined ? {} : { failure: replica.failure.message }),
    });
  }
  return { total, groups: shown };
}
