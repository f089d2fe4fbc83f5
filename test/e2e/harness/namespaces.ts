/**
 * Machines of their own for nodes: Linux network namespaces on one bridge, each with an address. Needs root and `ip`; links are cut with
 * iptables. The bridge has a namespace too, so that nothing is seen of it on the host, and the names are unique to the process; whatever
 * runs inside is stopped and everything removed on dispose.
 */
import { type ChildProcess, execFileSync, spawn, type SpawnOptions, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

export interface Namespace {
  readonly name: string;
  readonly address: string;
  /** Runs to its end; throws with what it wrote where it fails. */
  exec(command: readonly string[]): string;
  /** Starts a process inside; it is killed on dispose at the latest. */
  spawn(command: readonly string[], options?: SpawnOptions): ChildProcess;
}

const PREFIX = '10.77.0';
export const BRIDGE_ADDRESS = `${PREFIX}.254`;
const PROCESS_GONE_TIMEOUT_MS = 10_000;
let created = 0;

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Whether this machine lets the tests make namespaces. */
export function namespacesAvailable(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const name = `fm${process.pid.toString(36)}probe`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return false;
  return spawnSync('ip', ['netns', 'del', name]).status === 0;
}

export class Namespaces implements AsyncDisposable {
  readonly nodes: readonly Namespace[];
  /** Where the bridge is; a place for servers that all can reach at `BRIDGE_ADDRESS`. */
  readonly bridge: Namespace;
  private readonly children = new Set<ChildProcess>();
  private readonly names: string[] = [];

  private constructor(count: number) {
    const prefix = `fm${process.pid.toString(36)}x${created++}`;
    this.bridge = this.add(`${prefix}b`, BRIDGE_ADDRESS);
    ip('-n', this.bridge.name, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0');
    ip('-n', this.bridge.name, 'addr', 'add', `${BRIDGE_ADDRESS}/24`, 'dev', 'br0');
    ip('-n', this.bridge.name, 'link', 'set', 'br0', 'up');
    this.nodes = Array.from({ length: count }, (_, i) => this.connect(`${prefix}n${i + 1}`, i + 1));
  }

  static create(count: number): Namespaces {
    return new Namespaces(count);
  }

  /** Nothing passes between the two any more, in either direction. */
  block(a: Namespace, b: Namespace): void {
    for (const [here, there] of [
      [a, b],
      [b, a],
    ] as const) {
      here.exec(['iptables', '-w', '-A', 'INPUT', '-s', there.address, '-j', 'DROP']);
      here.exec(['iptables', '-w', '-A', 'OUTPUT', '-d', there.address, '-j', 'DROP']);
    }
  }

  /** Everything passes again. */
  heal(): void {
    for (const node of this.nodes) node.exec(['iptables', '-w', '-F']);
  }

  /** The name servers of what runs in the namespaces from now on. */
  useNameServer(address: string): void {
    for (const { name } of this.nodes) {
      mkdirSync(`/etc/netns/${name}`, { recursive: true });
      writeFileSync(
        `/etc/netns/${name}/resolv.conf`,
        `nameserver ${address}\noptions timeout:1 attempts:1\n`,
      );
    }
  }

  /** Gives the node another address; connections to the old one are dead. */
  readdress(node: Namespace, address: string): Namespace {
    node.exec(['ip', 'addr', 'flush', 'dev', 'eth0']);
    this.assign(node.name, address);
    return this.namespace(node.name, address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const alive = [...this.children].filter((child) => child.exitCode === null && child.signalCode === null);
    const gone = alive.map((child) => {
      child.kill('SIGKILL');
      return new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PROCESS_GONE_TIMEOUT_MS);
        child.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    });
    await Promise.all(gone);
    for (const name of this.names) {
      spawnSync('ip', ['netns', 'del', name]);
      rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
    }
  }

  private add(name: string, address: string): Namespace {
    ip('netns', 'add', name);
    this.names.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return this.namespace(name, address);
  }

  private connect(name: string, number: number): Namespace {
    const node = this.add(name, `${PREFIX}.${number}`);
    const port = `p${number}`;
    const bridge = this.bridge.name;
    ip('-n', bridge, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('-n', bridge, 'link', 'set', port, 'master', 'br0', 'up');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    this.assign(name, node.address);
    return node;
  }

  private assign(name: string, address: string): void {
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('-n', name, 'route', 'add', 'default', 'via', BRIDGE_ADDRESS);
  }

  private namespace(name: string, address: string): Namespace {
    const inside = (command: readonly string[]): string[] => ['netns', 'exec', name, ...command];
    return {
      name,
      address,
      exec: (command) => execFileSync('ip', inside(command), { encoding: 'utf8' }),
      spawn: (command, options = {}) => {
        const child = spawn('ip', inside(command), options);
        this.children.add(child);
        child.once('exit', () => this.children.delete(child));
        return child;
      },
    };
  }
}
