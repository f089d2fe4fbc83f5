/**
 * `node test/deploy/prove-image.ts [--folder F] [--keep] [--founding seeds|dns|list]`: builds the image with deploy/Dockerfile and runs a
 * cluster of three containers from it as deploy/compose.yaml describes them: not root, root file system read-only, no capabilities.
 * `--founding dns` finds the peers by a name with all their addresses, as in Kubernetes, `list` names the founders. Prints what was seen; exits 1 if a promise is broken,
 * 77 if the machine lacks the tools. As root, on Debian with podman, buildah, runc, netavark, aardvark-dns, iptables and, where
 * the base image cannot be pulled, mmdebstrap. Never beside another such run: the addresses are fixed.
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type ComposeNode, readComposeFile } from './compose-file.ts';
import { Containers, missingTools, type Ran } from './containers.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const BASE = 'docker.io/library/node:24-bookworm-slim';
const IMAGE = 'localhost/flowmesh:proof';
const NETWORK = 'flowmesh-proof';
/** A name that has the addresses of all nodes, like a headless service. */
const PEERS = 'flowmesh-peers';
const { nodes: NODES, subnet: SUBNET } = readComposeFile();
/** The node that is stopped and comes back elsewhere. */
const MOVED = NODES[1] as ComposeNode;
const MOVED_TO = MOVED.address.replace(/\d+$/, '52');
const URL = NODES.map(({ address }) => `${address}:50051`).join(',');
const RECORDS = 1_000;
const EXIT_USAGE = 2;
const EXIT_SKIPPED = 77;

/** What every container of the proof runs under, as the Kubernetes manifests ask for it. */
const HARDENED = [
  '--read-only',
  '--tmpfs',
  '/tmp',
  '--cap-drop',
  'all',
  '--security-opt',
  'no-new-privileges',
];

/** How empty nodes find each other: `seeds` is what Compose says. */
const FOUNDINGS = ['seeds', 'dns', 'list'] as const;
type Founding = (typeof FOUNDINGS)[number];

class Proof {
  private readonly containers: Containers;
  private readonly founding: Founding;
  private readonly broken: string[] = [];

  constructor(containers: Containers, founding: Founding) {
    this.containers = containers;
    this.founding = founding;
  }

  private check(promise: string, holds: boolean, seen: string): void {
    console.log(
      `${holds ? 'ok  ' : 'FAIL'} ${promise}${seen === '' ? '' : ` (${seen.trim().slice(0, 400)})`}`,
    );
    if (!holds) this.broken.push(promise);
  }

  private async until(what: string, timeoutMs: number, holds: () => boolean): Promise<number> {
    const started = performance.now();
    while (!holds()) {
      if (performance.now() - started > timeoutMs) {
        for (const { name } of NODES)
          console.log(this.containers.podman(['logs', '--tail', '15', name]).stdout);
        throw new Error(`${what}: not within ${timeoutMs / 1_000} s`);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return performance.now() - started;
  }

  /** What Compose gives the node, changed where the proof is asked for another way of founding. */
  private environment(node: ComposeNode): readonly string[] {
    const variables: Record<string, string> = { ...node.environment };
    if (this.founding === 'dns') {
      delete variables['FLOWMESH_CLUSTER__SEEDS'];
      variables['FLOWMESH_CLUSTER__DISCOVERY__DNS__NAME'] = PEERS;
    }
    if (this.founding === 'list') {
      delete variables['FLOWMESH_CLUSTER__BOOTSTRAP_EXPECT'];
      variables['FLOWMESH_NODE__INITIAL_ID'] = String(NODES.findIndex(({ name }) => name === node.name) + 1);
      variables['FLOWMESH_CLUSTER__INITIAL_MEMBERS'] = JSON.stringify(
        NODES.map(({ name, address }, index) => ({
          id: index + 1,
          peerAddress: `${name}:50052`,
          grpcAddress: `${address}:50051`,
          httpAddress: `${name}:8080`,
        })),
      );
    }
    return Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  }

  private start(node: ComposeNode, address: string): void {
    this.containers.must([
      'run',
      '--detach',
      '--name',
      node.name,
      '--network',
      `${NETWORK}:ip=${address},alias=${PEERS}`,
      ...node.volumes.flatMap((volume) => ['--volume', volume]),
      // Timers of health checks need systemd; the check itself is run by this proof.
      '--health-interval=disable',
      ...HARDENED,
      ...this.environment(node),
      '--env',
      `FLOWMESH_LISTENERS__GRPC__ADVERTISED=${address}:50051`,
      IMAGE,
    ]);
  }

  private inside({ name }: ComposeNode, ...command: readonly string[]): Ran {
    return this.containers.podman(['exec', name, ...command]);
  }

  private allReady(): boolean {
    const check = ['node', '/opt/flowmesh/deploy/scripts/healthcheck.js', '/readyz'];
    return NODES.every((node) => this.inside(node, ...check).code === 0);
  }

  /** The commands in a container of the same network. */
  private client(args: readonly string[], input?: string): Ran {
    const options = ['--rm', '--interactive', '--network', NETWORK, '--no-healthcheck', ...HARDENED];
    const command = ['run', ...options, '--env', `FLOWMESH_URL=${URL}`, IMAGE, 'flowmesh', ...args];
    return this.containers.podman(command, input === undefined ? {} : { input });
  }

  /** The commands on this machine, outside of the containers. */
  private outside(args: readonly string[]): Ran {
    const program = path.join(root, 'packages', 'cli', 'src', 'bin', 'flowmesh.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--url', URL], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: status ?? 1, stdout, stderr };
  }

  private consumed(by: (args: readonly string[]) => Ran): readonly string[] {
    const { code, stdout, stderr } = by(
      `stream consume proof --from earliest --count ${RECORDS} -o raw`.split(' '),
    );
    if (code !== 0) console.log(stderr);
    return stdout.split('\n').filter((line) => line !== '');
  }

  private image(): void {
    const image = JSON.parse(this.containers.must(['image', 'inspect', IMAGE])) as ReadonlyArray<{
      readonly Size: number;
      readonly User: string;
      readonly Healthcheck?: { readonly Test: readonly string[] };
    }>;
    const base = JSON.parse(this.containers.must(['image', 'inspect', BASE])) as ReadonlyArray<{
      readonly Size: number;
    }>;
    const { Size, User, Healthcheck } = image[0] ?? { Size: 0, User: '' };
    const own = (Size - (base[0]?.Size ?? 0)) / 1e6;
    this.check('the image adds less than 80 MB to its base', own < 80, `${own.toFixed(0)} MB`);
    this.check('the image has a numeric user that is not root', User === '10001:10001', User);
    this.check('the image has a health check', Healthcheck !== undefined, '');
    const tools = '/opt/flowmesh/node_modules';
    const lean = `test ! -e ${tools}/typescript -a ! -e ${tools}/vitest -a ! -e ${tools}/node`;
    const run = (...words: readonly string[]): Ran =>
      this.containers.podman(['run', '--rm', '--no-healthcheck', ...words]);
    this.check('no development dependency is in it', run(IMAGE, 'sh', '-c', lean).code === 0, '');
    const foreign = run('--tmpfs', '/var/lib/flowmesh:mode=0700', IMAGE);
    this.check(
      'a data directory of somebody else is a clear error',
      foreign.code === 2 && foreign.stderr.includes('chown -R 10001:10001'),
      foreign.stderr,
    );
    const heap = run(
      '--memory',
      '1g',
      IMAGE,
      'node',
      '-p',
      'v8.getHeapStatistics().heap_size_limit / 2 ** 20',
    );
    const limit = Number(heap.stdout);
    this.check(
      'the heap is sized by the limit of the container',
      limit > 100 && limit < 1_024,
      `${limit} MiB of 1 GiB`,
    );
  }

  private async cluster(): Promise<void> {
    this.containers.must(['network', 'create', '--subnet', SUBNET, NETWORK]);
    for (const node of NODES) this.start(node, node.address);
    const ms = await this.until('three nodes are ready', 90_000, () => this.allReady());
    const founded = `founded by ${this.founding}, ready after ${ms.toFixed(0)} ms`;
    this.check('three containers form a cluster', true, founded);
    const health = this.containers.podman(['healthcheck', 'run', MOVED.name]);
    this.check("the image's health check passes", health.code === 0, health.stderr);
    const id = this.inside(MOVED, 'id', '-u');
    this.check('the node is not root', id.stdout.trim() === '10001', id.stdout);
    const touch = this.inside(MOVED, 'sh', '-c', 'echo >/opt/flowmesh/x');
    this.check('the root file system is read-only', touch.stderr.includes('Read-only'), touch.stderr);
    const first = this.inside(MOVED, 'sh', '-c', 'tr "\\0" " " </proc/1/cmdline');
    this.check('the node is process 1', first.stdout.includes('src/main.ts'), first.stdout);
  }

  private async traffic(): Promise<void> {
    const created = this.client(['stream', 'create', 'proof', '--partitions', '3']);
    this.check('a stream is created', created.code === 0, created.stderr);
    const lines = Array.from({ length: RECORDS }, (_, index) => `record ${index}`);
    const published = this.client(['stream', 'publish', 'proof'], `${lines.join('\n')}\n`);
    this.check('records are published', published.code === 0, published.stderr);
    const inside = (args: readonly string[]): Ran => this.client(args);
    const outside = (args: readonly string[]): Ran => this.outside(args);
    const all = (by: (args: readonly string[]) => Ran): boolean =>
      this.consumed(by).toSorted().join('\n') === lines.toSorted().join('\n');
    this.check('a client in the network consumes all of them', all(inside), `${RECORDS} records`);
    this.check('a client on the machine does too', all(outside), '');

    const began = performance.now();
    this.containers.must(['stop', '--time', '30', MOVED.name]);
    const ms = performance.now() - began;
    const code = this.containers.must(['inspect', MOVED.name, '--format', '{{.State.ExitCode}}']).trim();
    const logs = this.containers.podman(['logs', '--tail', '3', MOVED.name]);
    const clean = `${logs.stdout}${logs.stderr}`.includes('node has stopped');
    this.check(
      'SIGTERM stops it in order, exit code 0',
      code === '0' && clean,
      `${code}, ${ms.toFixed(0)} ms`,
    );
    this.check('two of three serve all records', all(inside), '');

    const before = this.known();
    this.containers.must(['rm', MOVED.name]);
    this.start(MOVED, MOVED_TO);
    await this.until('the node is ready at another address', 60_000, () => this.allReady());
    const after = this.known();
    this.check('a node keeps its identity at a new IP address', after.ids === before.ids, after.ids);
    this.check('and its new address is known', after.addresses.includes(MOVED_TO), after.addresses);
    const killed = this.containers.podman(['kill', '--signal', 'KILL', (NODES[0] as ComposeNode).name]);
    this.check('all records are there when another node is killed', killed.code === 0 && all(inside), '');
  }

  /** The nodes that the cluster knows. */
  private known(): { readonly ids: string; readonly addresses: string } {
    const last = NODES.at(-1) as ComposeNode;
    const url = `${last.address}:50051`;
    const { stdout } = this.inside(last, 'flowmesh-admin', 'cluster', 'status', '--url', url, '-o', 'json');
    const { nodes } = JSON.parse(stdout) as {
      readonly nodes: ReadonlyArray<{ id: number; address: string }>;
    };
    return {
      ids: nodes.map(({ id }) => id).join(', '),
      addresses: nodes.map(({ address }) => address).join(', '),
    };
  }

  async run(): Promise<readonly string[]> {
    this.image();
    await this.cluster();
    await this.traffic();
    return this.broken;
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: path.join(os.tmpdir(), 'flowmesh-image-proof') },
      keep: { type: 'boolean', default: false },
      founding: { type: 'string', default: 'seeds' },
    },
  });
  const founding = FOUNDINGS.find((way) => way === values.founding);
  if (founding === undefined) {
    console.log(`--founding must be one of ${FOUNDINGS.join(', ')}`);
    return EXIT_USAGE;
  }
  const missing = missingTools(['podman', 'buildah', 'runc']);
  if (missing.length > 0 || process.getuid?.() !== 0) {
    console.log(`skipped: needs root${missing.length === 0 ? '' : ` and ${missing.join(', ')}`}`);
    return EXIT_SKIPPED;
  }
  const containers = new Containers(values.folder);
  try {
    containers.remove();
    if (!containers.has(BASE) && containers.podman(['pull', BASE]).code !== 0) containers.makeBase(BASE);
    const began = performance.now();
    containers.build(IMAGE);
    console.log(`image built in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    const broken = await new Proof(containers, founding).run();
    console.log(broken.length === 0 ? 'all promises hold' : `broken: ${broken.join('; ')}`);
    return broken.length === 0 ? 0 : 1;
  } finally {
    containers.remove();
    if (!values.keep) containers.removeImages();
  }
}

process.exitCode = await main();
