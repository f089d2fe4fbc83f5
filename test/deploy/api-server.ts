/** A Kubernetes API server of its own with its etcd, on loopback and in a temporary folder: checks manifests, runs no pods. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const START_MS_MAX = 90_000;
const POLL_MS = 300;

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve, reject) => {
          const server = net.createServer();
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export class ApiServer {
  private readonly folder: string;
  private readonly children: ChildProcess[] = [];
  private arguments: readonly string[] = [];

  private constructor() {
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-kubernetes-'));
  }

  /** `tools`: the folder with etcd and kube-apiserver. */
  static async start(tools: string): Promise<ApiServer> {
    const server = new ApiServer();
    try {
      await server.begin(tools);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private spawn(program: string, args: readonly string[]): void {
    const log = openSync(path.join(this.folder, `${path.basename(program)}.log`), 'w');
    this.children.push(spawn(program, args, { stdio: ['ignore', log, log] }));
    closeSync(log);
  }

  private async begin(tools: string): Promise<void> {
    const [client, peer, secure] = (await freePorts(3)) as [number, number, number];
    const file = (name: string): string => path.join(this.folder, name);
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeFileSync(file('service-account.key'), privateKey, { mode: 0o600 });
    writeFileSync(file('tokens.csv'), 'proof,proof,proof,system:masters\n', { mode: 0o600 });
    const store = `http://127.0.0.1:${client}`;
    const between = `http://127.0.0.1:${peer}`;
    this.spawn(path.join(tools, 'etcd'), [
      '--name=proof',
      `--data-dir=${file('etcd')}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${store}`,
      `--advertise-client-urls=${store}`,
      `--listen-peer-urls=${between}`,
      `--initial-advertise-peer-urls=${between}`,
      `--initial-cluster=proof=${between}`,
    ]);
    this.spawn(path.join(tools, 'kube-apiserver'), [
      `--etcd-servers=${store}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${secure}`,
      `--cert-dir=${file('certificates')}`,
      '--service-cluster-ip-range=10.96.0.0/24',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${file('service-account.key')}`,
      `--service-account-signing-key-file=${file('service-account.key')}`,
      `--token-auth-file=${file('tokens.csv')}`,
      '--authorization-mode=AlwaysAllow',
      // Nothing makes the default service accounts here.
      '--disable-admission-plugins=ServiceAccount',
    ]);
    const url = `https://127.0.0.1:${secure}`;
    this.arguments = ['--server', url, '--token', 'proof', '--insecure-skip-tls-verify'];
    const started = performance.now();
    while (this.kubectl(['get', '--raw', '/readyz']).code !== 0) {
      if (performance.now() - started > START_MS_MAX) {
        const log = readFileSync(file('kube-apiserver.log'), 'utf8').split('\n').slice(-15).join('\n');
        throw new Error(`the API server is not ready after ${START_MS_MAX / 1_000} s\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  kubectl(args: readonly string[], input?: string): { readonly code: number; readonly output: string } {
    const result = spawnSync('kubectl', [...args, ...this.arguments], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, KUBECONFIG: path.join(this.folder, 'none'), HOME: this.folder },
      ...(input === undefined ? {} : { input }),
    });
    return { code: result.status ?? 1, output: `${result.stdout}${result.stderr}`.trim() };
  }

  async stop(): Promise<void> {
    for (const child of this.children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
