/**
 * `node test/deploy/prove-image.ts [--folder F] [--keep] [--founding expect|list]`: builds the image with deploy/Dockerfile and runs a
 * cluster of three containers from it: not root, root file system read-only, no capabilities. Prints what was seen; exits 1 if
 * a promise is broken, 77 if the machine lacks the tools. As root, on Debian with podman, buildah, runc, netavark,
 * aardvark-dns, iptables and, where the base image cannot be pulled, mmdebstrap. Never beside another such run.
 */
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Containers, missingTools, type Ran } from './containers.ts';

const BASE = 'docker.io/library/node:24-bookworm-slim';
const IMAGE = 'localhost/flowmesh:proof';
const NETWORK = 'flowmesh-proof';
const SUBNET = '10.231.7';
const NODES = [1, 2, 3];
const RECORDS = 1_000;
const EXIT_SKIPPED = 77;

const name = (id: number): string => `flowmesh-${id}`;

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

class Proof {
  private readonly containers: Containers;
  private readonly founding: 'expect' | 'list';
  private readonly broken: string[] = [];

  constructor(containers: Containers, founding: 'expect' | 'list') {
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
        for (const id of NODES)
          console.log(this.containers.podman(['logs', '--tail', '15', name(id)]).stdout);
        throw new Error(`${what}: not within ${timeoutMs / 1_000} s`);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return performance.now() - started;
  }

  private environment(id: number): readonly string[] {
    const members = NODES.map((member) => ({
      id: member,
      peerAddress: `${name(member)}:50052`,
      grpcAddress: `${name(member)}:50051`,
      httpAddress: `${name(member)}:8080`,
    }));
    const founding =
      this.founding === 'list'
        ? {
            FLOWMESH_CLUSTER__INITIAL_MEMBERS: JSON.stringify(members),
            FLOWMESH_NODE__INITIAL_ID: String(id),
          }
        : {
            FLOWMESH_CLUSTER__BOOTSTRAP_EXPECT: String(NODES.length),
            FLOWMESH_CLUSTER__DISCOVERY__DNS__NAME: 'flowmesh-peers',
            FLOWMESH_NODE__ADVERTISE: name(id),
          };
    const variables = {
      FLOWMESH_CLUSTER__ID: 'proof',
      FLOWMESH_INSECURE: 'true',
      FLOWMESH_NODE__NAME: name(id),
      ...founding,
    };
    return Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  }

  private start(id: number, address: number): void {
    this.containers.must([
      'run',
      '--detach',
      '--name',
      name(id),
      '--network',
      `${NETWORK}:ip=${SUBNET}.${address},alias=flowmesh-peers`,
      '--volume',
      `${name(id)}:/var/lib/flowmesh`,
      // Timers of health checks need systemd; the check itself is run by this proof.
      '--health-interval=disable',
      ...HARDENED,
      ...this.environment(id),
      IMAGE,
    ]);
  }

  private inside(id: number, ...command: readonly string[]): Ran {
    return this.containers.podman(['exec', name(id), ...command]);
  }

  private ready(id: number): boolean {
    return this.inside(id, 'node', '/opt/flowmesh/deploy/scripts/healthcheck.js', '/readyz').code === 0;
  }

  private client(args: readonly string[], input?: string): Ran {
    const url = NODES.map((id) => `${name(id)}:50051`).join(',');
    const options = ['--rm', '--interactive', '--network', NETWORK, '--no-healthcheck', ...HARDENED];
    const command = ['run', ...options, '--env', `FLOWMESH_URL=${url}`, IMAGE, 'flowmesh', ...args];
    return this.containers.podman(command, input === undefined ? {} : { input });
  }

  private consume(): readonly string[] {
    const { code, stdout, stderr } = this.client(
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
    this.containers.must(['network', 'create', '--subnet', `${SUBNET}.0/24`, NETWORK]);
    for (const id of NODES) this.start(id, 10 + id);
    const ms = await this.until('three nodes are ready', 90_000, () => NODES.every((id) => this.ready(id)));
    this.check(
      'three containers form a cluster',
      true,
      `founded by ${this.founding}, ready after ${ms.toFixed(0)} ms`,
    );
    const health = this.containers.podman(['healthcheck', 'run', name(1)]);
    this.check("the image's health check passes", health.code === 0, health.stderr);
    const id = this.inside(1, 'id', '-u');
    this.check('the node is not root', id.stdout.trim() === '10001', id.stdout);
    const touch = this.inside(1, 'sh', '-c', 'echo >/opt/flowmesh/x');
    this.check('the root file system is read-only', touch.stderr.includes('Read-only'), touch.stderr);
    const first = this.inside(1, 'sh', '-c', 'tr "\\0" " " </proc/1/cmdline');
    this.check('the node is process 1', first.stdout.includes('src/main.ts'), first.stdout);
  }

  private async traffic(): Promise<void> {
    const created = this.client(['stream', 'create', 'proof', '--partitions', '3']);
    this.check('a stream is created', created.code === 0, created.stderr);
    const lines = Array.from({ length: RECORDS }, (_, index) => `record ${index}`);
    const published = this.client(['stream', 'publish', 'proof'], `${lines.join('\n')}\n`);
    this.check('records are published', published.code === 0, published.stderr);
    const all = (): boolean => this.consume().toSorted().join('\n') === lines.toSorted().join('\n');
    this.check('all of them are consumed', all(), `${RECORDS} records`);

    const began = performance.now();
    this.containers.must(['stop', '--time', '30', name(2)]);
    const ms = performance.now() - began;
    const code = this.containers.must(['inspect', name(2), '--format', '{{.State.ExitCode}}']).trim();
    const logs = this.containers.podman(['logs', '--tail', '3', name(2)]);
    const clean = `${logs.stdout}${logs.stderr}`.includes('node has stopped');
    this.check(
      'SIGTERM stops it in order, exit code 0',
      code === '0' && clean,
      `${code}, ${ms.toFixed(0)} ms`,
    );
    this.check('two of three serve all records', all(), '');

    const before = this.identity();
    this.containers.must(['rm', name(2)]);
    this.start(2, 52);
    await this.until('the node is ready at another address', 60_000, () =>
      NODES.every((id) => this.ready(id)),
    );
    this.check('a node keeps its identity at a new IP address', this.identity() === before, before);
    const killed = this.containers.podman(['kill', '--signal', 'KILL', name(1)]);
    this.check('all records are there when another node is killed', killed.code === 0 && all(), '');
  }

  /** Ids and addresses of the nodes that the cluster knows. */
  private identity(): string {
    const url = `${name(3)}:50051`;
    const { stdout } = this.inside(3, 'flowmesh-admin', 'cluster', 'status', '--url', url, '-o', 'json');
    const status = JSON.parse(stdout) as { readonly nodes: ReadonlyArray<{ id: number; address: string }> };
    return status.nodes.map((node) => `${node.id} ${node.address}`).join(', ');
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
      founding: { type: 'string', default: 'list' },
    },
  });
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
    const founding = values.founding === 'list' ? 'list' : 'expect';
    const broken = await new Proof(containers, founding).run();
    console.log(broken.length === 0 ? 'all promises hold' : `broken: ${broken.join('; ')}`);
    return broken.length === 0 ? 0 : 1;
  } finally {
    containers.remove();
    if (!values.keep) containers.removeImages();
  }
}

process.exitCode = await main();
