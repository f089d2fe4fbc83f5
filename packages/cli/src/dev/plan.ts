/**
 * What a development cluster consists of: ports, folders and the configuration of each node. The parts that must not change
 * between starts (cluster id, number of nodes, ports) are kept in `dev.json` in the data directory.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FlowError } from '@flowmesh/client';
import { stringify } from 'yaml';
import { usageError } from '../failure.ts';

/** Node 1 gets gRPC 50051, where clients look by default. */
export const DEFAULT_PORT_BASE = 50_041;
export const NODES_MAX = 9;
const PORTS_PER_NODE = 10;
const HOST = '127.0.0.1';

export interface DevRequest {
  readonly nodes: number | undefined;
  readonly dataDir: string;
  readonly memory: boolean;
  readonly portBase: number | undefined;
}

/** The content of `dev.json`. */
export interface DevRecord {
  readonly clusterId: string;
  readonly nodes: number;
  readonly portBase: number;
}

export interface NodePlan {
  readonly id: number;
  readonly grpc: string;
  readonly kafka: string;
  readonly http: string;
  readonly peer: string;
  readonly dataDir: string;
  readonly configFile: string;
  readonly logFile: string;
  /** YAML. */
  readonly config: string;
}

export interface DevPlan {
  readonly dataDir: string;
  readonly memory: boolean;
  readonly record: DevRecord;
  readonly nodes: readonly NodePlan[];
}

/** Node i uses P + 10·i + {0 gRPC, 1 Kafka, 2 HTTP, 3 peers}. */
export function portsOf(
  portBase: number,
  id: number,
): { grpc: number; kafka: number; http: number; peer: number } {
  const first = portBase + PORTS_PER_NODE * id;
  return { grpc: first, kafka: first + 1, http: first + 2, peer: first + 3 };
}

export function readRecord(dataDir: string): DevRecord | undefined {
  const file = recordFile(dataDir);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DevRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FlowError('CONFIG_INVALID', `cannot read ${file}`, {
      cause: error,
      hint: 'Name another directory with --data-dir, or remove this one with all its data.',
    });
  }
}

export function recordFile(dataDir: string): string {
  return path.join(dataDir, 'dev.json');
}

export function makePlan(request: DevRequest, before: DevRecord | undefined): DevPlan {
  const nodes = request.nodes ?? before?.nodes ?? 1;
  if (before !== undefined && before.nodes !== nodes) {
    throw new FlowError(
      'PRECONDITION_FAILED',
      `${request.dataDir} holds a cluster of ${before.nodes} nodes`,
      {
        hint: `Start it with --nodes ${before.nodes}, or name another directory with --data-dir.`,
      },
    );
  }
  const portBase = request.portBase ?? before?.portBase ?? DEFAULT_PORT_BASE;
  const highest = portsOf(portBase, nodes).peer;
  if (highest > 65_535) {
    throw usageError(`port base ${portBase} is too high`, `Node ${nodes} would need port ${highest}.`);
  }
  const record = {
    clusterId: before?.clusterId ?? `dev-${randomBytes(4).toString('hex')}`,
    nodes,
    portBase,
  };
  const ids = Array.from({ length: nodes }, (_, i) => i + 1);
  return {
    dataDir: request.dataDir,
    memory: request.memory,
    record,
    nodes: ids.map((id) => nodePlan(request, record, id)),
  };
}

function nodePlan(request: DevRequest, record: DevRecord, id: number): NodePlan {
  const addresses = (node: number) => {
    const ports = portsOf(record.portBase, node);
    return {
      grpc: `${HOST}:${ports.grpc}`,
      kafka: `${HOST}:${ports.kafka}`,
      http: `${HOST}:${ports.http}`,
      peer: `${HOST}:${ports.peer}`,
    };
  };
  const own = portsOf(record.portBase, id);
  const dataDir = path.join(request.dataDir, `node-${id}`);
  const config = {
    node: { name: `node-${id}`, initialId: id, dataDir, memory: request.memory },
    cluster: {
      id: record.clusterId,
      initialMembers: Array.from({ length: record.nodes }, (_, i) => {
        const { grpc, http, peer } = addresses(i + 1);
        return { id: i + 1, peerAddress: peer, grpcAddress: grpc, httpAddress: http };
      }),
    },
    listeners: {
      grpc: { host: HOST, port: own.grpc },
      kafka: { host: HOST, port: own.kafka },
      peer: { host: HOST, port: own.peer },
      http: { host: HOST, port: own.http },
    },
  };
  return {
    id,
    ...addresses(id),
    dataDir,
    configFile: path.join(request.dataDir, `node-${id}.yaml`),
    logFile: path.join(request.dataDir, `node-${id}.log`),
    config: `# Written by flowmesh dev; changes are lost.\n${stringify(config)}`,
  };
}
