/**
 * Where the cluster is: `--url`, then FLOWMESH_URL, then the context chosen by `--context`, FLOWMESH_CONTEXT or `flowmesh ctx use`, then the
 * development cluster whose `.flowmesh/endpoints.json` lies in this directory or one above, then 127.0.0.1:50051.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FlowError } from '@flowmesh/client';
import type { CliEnvironment } from '../environment.ts';
import { usageError } from '../failure.ts';
import { contextNamed, readContexts } from './contexts.ts';

export const DEFAULT_ENDPOINT = '127.0.0.1:50051';
const DEFAULT_PORT = 50_051;

/** What `flowmesh dev` writes into its data directory once ready. */
export interface EndpointsFile {
  /** The process that watches over the nodes. */
  readonly supervisorPid: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly pid: number;
    readonly grpc: string;
    /** null where the node has no Kafka listener. */
    readonly kafka: string | null;
    readonly http: string;
  }[];
}

export interface Endpoints {
  readonly addresses: readonly string[];
  /** Where they were found, for messages. */
  readonly source: string;
}

export interface EndpointChoice {
  readonly url?: string | undefined;
  readonly context?: string | undefined;
}

export function resolveEndpoints(environment: CliEnvironment, choice: EndpointChoice): Endpoints {
  const { variables } = environment;
  if (choice.url !== undefined) return { addresses: parseUrls(choice.url), source: '--url' };
  const url = variables['FLOWMESH_URL'];
  if (choice.context === undefined && url !== undefined && url !== '') {
    return { addresses: parseUrls(url), source: 'FLOWMESH_URL' };
  }
  const name = choice.context ?? variables['FLOWMESH_CONTEXT'] ?? readContexts(environment).current;
  if (name !== undefined && name !== '') {
    return { addresses: parseUrls(contextNamed(environment, name).url), source: `context ${name}` };
  }
  return devEndpoints(environment.cwd) ?? { addresses: [DEFAULT_ENDPOINT], source: 'default' };
}

/** `host`, `host:port`, several with commas; a scheme in front is allowed. */
export function parseUrls(text: string): string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0)
    throw usageError('the address is empty', 'Write host:port, for instance 127.0.0.1:50051.');
  return parts.map((part) => {
    const bare = part.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/\/+$/, '');
    const match = /^(\[[0-9a-f:.]+\]|[^:/\s[\]]+)(?::(\d{1,5}))?$/i.exec(bare);
    const port = Number(match?.[2] ?? DEFAULT_PORT);
    if (match === null || port < 1 || port > 65_535) {
      throw usageError(`${part} is not an address`, 'Write host:port, for instance 127.0.0.1:50051.');
    }
    return `${match[1] as string}:${port}`;
  });
}

/** Kafka listeners of the development cluster whose folder lies in this directory or one above; undefined where there are none. */
export function devKafkaAddresses(from: string): readonly string[] | undefined {
  const addresses = findDevCluster(from)?.nodes.flatMap(({ kafka }) => (kafka === null ? [] : [kafka])) ?? [];
  return addresses.length === 0 ? undefined : addresses;
}

function devEndpoints(from: string): Endpoints | undefined {
  const found = findDevCluster(from);
  if (found === undefined) return undefined;
  return { addresses: found.nodes.map((node) => node.grpc), source: found.file };
}

function findDevCluster(from: string): (EndpointsFile & { readonly file: string }) | undefined {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const file = path.join(dir, '.flowmesh', 'endpoints.json');
    const found = readEndpoints(file);
    if (found !== undefined) return { ...found, file };
    if (dir === path.dirname(dir)) return undefined;
  }
}

/** Undefined where there is no such file. */
export function readEndpoints(file: string): EndpointsFile | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const parsed = JSON.parse(text) as EndpointsFile;
    if (parsed.nodes.every((node) => typeof node.grpc === 'string')) return parsed;
  } catch (error) {
    throw new FlowError('CONFIG_INVALID', `${file} is damaged`, {
      cause: error,
      hint: `Remove it: rm ${file}`,
    });
  }
  throw new FlowError('CONFIG_INVALID', `${file} names no nodes`, { hint: `Remove it: rm ${file}` });
}
