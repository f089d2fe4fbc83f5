/**
 * The cluster of a run: nodes as processes on addresses of their own of the loopback network, with a proxy before every listener, so that each
 * link can be cut and slowed down by itself and nobody has to be root. Everything lies in the run's folder.
 */
import { cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Random } from '@flowmesh/base';
import { ClusterNode, freePorts, type Program, THIS_BUILD, until } from '../../test/e2e/harness/cluster.ts';
import { PATCHED_BUILD } from '../../test/e2e/harness/older-build.ts';
import { Volume } from '../../test/e2e/harness/volumes.ts';
import type { NodeEndpoints } from '../workloads/workload.ts';
import { CLIENTS, type LinkClass, Links, type Side } from './links.ts';
import { LinkProxy } from './link-proxy.ts';
import { type Preload, preloadFor } from './preload.ts';
import { type NodeEnd, WorldNode } from './world-node.ts';

const READY_TIMEOUT_MS = 300_000;
/** Without any fault. */
const ENDS_AT_START_MAX = 3;
const HOST_PREFIX = '127.77.0.';
const PROXY_HOST = '127.0.0.1';
const PROXIED = ['peer', 'grpc', 'kafka'] as const;

type Proxies = Readonly<Record<(typeof PROXIED)[number], LinkProxy>>;

export interface WorldOptions {
  /** The run's. */
  readonly folder: string;
  readonly nodes: number;
  readonly rng: Random;
  /** All nodes are of an older build at first, and may be started with this one. */
  readonly beginOlder?: boolean;
  /** Added to what they run: modules that patch it as it is loaded. */
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Every node has its data on a file system of its own of this size, where one may be mounted. */
  readonly volumeMebibytes?: number;
  /** Sections of every node's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly ended: (end: NodeEnd) => void;
}

function hookFlags(name: string): readonly string[] {
  return ['--import', pathToFileURL(path.join(import.meta.dirname, name)).href];
}

/** The process dies with the runner, where the system can see to that. */
function dieWithParent(): readonly string[] {
  const known = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  return known ? ['setpriv', '--pdeathsig', 'KILL'] : [];
}

export function sideOf(address: string): Side {
  const plain = address.replace(/^::ffff:/, '');
  return plain.startsWith(HOST_PREFIX) ? Number(plain.slice(HOST_PREFIX.length)) : CLIENTS;
}

export class World implements AsyncDisposable {
  readonly folder: string;
  readonly links: Links;
  readonly nodes: readonly WorldNode[];
  readonly endpoints: readonly NodeEndpoints[];
  private readonly proxies: readonly Proxies[];

  private constructor(options: {
    readonly folder: string;
    readonly links: Links;
    readonly nodes: readonly WorldNode[];
    readonly proxies: readonly Proxies[];
  }) {
    this.folder = options.folder;
    this.links = options.links;
    this.nodes = options.nodes;
    this.proxies = options.proxies;
    this.endpoints = options.nodes.map(({ id }, i) => {
      const { grpc, kafka } = options.proxies[i] as Proxies;
      return { node: id, grpc: grpc.address, kafka: kafka.address };
    });
  }

  /** Nothing runs yet but the proxies. */
  static async prepare(options: WorldOptions): Promise<World> {
    const links = new Links();
    const ids = Array.from({ length: options.nodes }, (_, i) => i + 1);
    const ports = await Promise.all(ids.map((id) => freePorts(PROXIED.length + 1, `${HOST_PREFIX}${id}`)));
    const portsOf = (id: number) => {
      const [peer, grpc, kafka, http] = ports[id - 1] as [number, number, number, number];
      return { peer, grpc, kafka, http };
    };
    const proxies = await Promise.all(
      ids.map(async (node): Promise<Proxies> => {
        const listen = (listener: (typeof PROXIED)[number]): Promise<LinkProxy> =>
          LinkProxy.listen(PROXY_HOST, {
            links,
            node,
            listener,
            target: { host: `${HOST_PREFIX}${node}`, port: portsOf(node)[listener] },
            sideOf,
            unit: () => options.rng.unit(),
          });
        const [peer, grpc, kafka] = await Promise.all([listen('peer'), listen('grpc'), listen('kafka')]);
        return { peer, grpc, kafka };
      }),
    );
    const initialMembers = ids.map((id) => {
      const { peer, grpc } = proxies[id - 1] as Proxies;
      const httpAddress = `${HOST_PREFIX}${id}:${portsOf(id).http}`;
      return { id, peerAddress: peer.address, grpcAddress: grpc.address, httpAddress };
    });
    const launcher = dieWithParent();
    const nodes = ids.map((id) =>
      prepareNode(options, {
        id,
        ports: portsOf(id),
        proxies: proxies[id - 1] as Proxies,
        initialMembers,
        launcher,
      }),
    );
    return new World({ folder: options.folder, links, nodes, proxies });
  }

  async start(): Promise<void> {
    for (const node of this.nodes) node.start();
    await this.ready(
      READY_TIMEOUT_MS,
      this.nodes.map(({ id }) => id),
      ENDS_AT_START_MAX,
    );
  }

  node(id: number): WorldNode {
    const node = this.nodes[id - 1];
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }

  /** All, or those named, say that they are ready; fails where one of them has ended by itself more often than `endsMax`. */
  async ready(
    timeoutMs = READY_TIMEOUT_MS,
    ids: readonly number[] = this.nodes.map(({ id }) => id),
    endsMax = Infinity,
  ): Promise<void> {
    const behind = new Set(ids);
    await until(
      async () => {
        for (const id of behind) {
          if (await this.node(id).isReady()) behind.delete(id);
          if (this.node(id).endsByItself > endsMax) throw new Error(`node ${id} ends again and again`);
        }
        return behind.size === 0;
      },
      timeoutMs,
      () => `not ready within ${timeoutMs / 1_000} s: nodes ${[...behind].join(', ')}`,
      200,
    );
  }

  /** Ends connections from one side to a node at once; how many there were. */
  reset(from: Side, node: number, classes?: readonly LinkClass[]): number {
    const { peer, grpc, kafka } = this.proxies[node - 1] as Proxies;
    return [peer, grpc, kafka].reduce((sum, proxy) => sum + proxy.reset(from, classes), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    const all = this.proxies.flatMap(({ peer, grpc, kafka }) => [peer, grpc, kafka]);
    await Promise.all(all.map((proxy) => proxy[Symbol.asyncDispose]()));
    for (const { volume, dataDir, logFile } of this.nodes) {
      if (volume === undefined) continue;
      // What was on it is kept where the data of others is.
      if (existsSync(dataDir)) cpSync(dataDir, path.join(path.dirname(logFile), 'data'), { recursive: true });
      volume[Symbol.dispose]();
    }
  }
}

interface Prepared {
  readonly id: number;
  readonly ports: Readonly<Record<'peer' | 'grpc' | 'kafka' | 'http', number>>;
  readonly proxies: Proxies;
  readonly initialMembers: readonly object[];
  readonly launcher: readonly string[];
}

function prepareNode(
  options: WorldOptions,
  { id, ports, proxies, initialMembers, launcher }: Prepared,
): WorldNode {
  const folder = path.join(options.folder, `node-${id}`);
  const disk = path.join(folder, 'disk');
  mkdirSync(disk, { recursive: true });
  const { volumeMebibytes } = options;
  const volume = volumeMebibytes === undefined ? undefined : Volume.mount(volumeMebibytes, disk);
  mkdirSync(disk, { recursive: true });
  const dataDir = path.join(realpathSync(disk), 'data');
  const preload: Preload | undefined = preloadFor(options.folder, folder, dataDir);
  const stallFile = path.join(folder, 'stall-ms');
  writeFileSync(stallFile, '0');
  const host = `${HOST_PREFIX}${id}`;
  const listener = (name: 'peer' | 'grpc' | 'kafka') => ({
    host,
    port: ports[name],
    advertised: proxies[name].address,
  });
  const program = (build: Program): Program => ({
    ...build,
    nodeFlags: [
      ...build.nodeFlags,
      ...hookFlags('node-hook.ts'),
      ...(options.imports ?? []).flatMap((url) => ['--import', url]),
    ],
  });
  const builds = { older: program(PATCHED_BUILD), newer: program(THIS_BUILD) };
  const node = new ClusterNode({
    id,
    ports,
    dataDir,
    folder,
    host,
    launcher,
    program: options.beginOlder === true ? builds.older : builds.newer,
    env: {
      ...options.env,
      ...preload?.env,
      JEPSEN_SOURCE_ADDRESS: host,
      JEPSEN_STALL_FILE: stallFile,
      UV_USE_IO_URING: '0',
    },
    config: {
      ...options.config,
      // It dials itself within two seconds, or ends: on a machine with too much to do that says nothing.
      node: { initialId: id, dataDir, advertiseCheck: 'warn' },
      cluster: { id: 'jepsen', initialMembers },
      listeners: {
        peer: listener('peer'),
        grpc: listener('grpc'),
        kafka: listener('kafka'),
        http: { host, port: ports.http },
      },
    },
  });
  return new WorldNode({ node, builds, preload, stallFile, volume, ended: options.ended });
}
