/**
 * Podman and buildah for proofs, with storage, networks and settings in a folder of their own, so that nothing of the machine's
 * containers is seen or touched. Everything made is removed by `remove`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', '..');

/** What of the tools is not on this machine. */
export function missingTools(names: readonly string[]): readonly string[] {
  return names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Mounts and settings under which npm inside a build finds what it finds on this machine. */
function npmMounts(folder: string): readonly string[] {
  const get = (key: string): string => {
    const { stdout } = spawnSync('npm', ['config', 'get', key], { encoding: 'utf8' });
    const value = stdout.trim();
    return value === 'null' || value === 'undefined' ? '' : value;
  };
  const lines = [`registry=${get('registry')}`];
  const mounts: string[] = [];
  const authorities = get('cafile') || process.env['NODE_EXTRA_CA_CERTS'] || '';
  if (authorities !== '') {
    lines.push('cafile=/etc/npm-authorities.pem');
    mounts.push('--volume', `${authorities}:/etc/npm-authorities.pem:ro`);
  }
  const file = path.join(folder, 'npmrc');
  let own = '';
  try {
    own = readFileSync(path.join(os.homedir(), '.npmrc'), 'utf8');
  } catch {
    // This user has no settings of their own.
  }
  writeFileSync(file, `${own}\n${lines.join('\n')}\n`, { mode: 0o600 });
  return [...mounts, '--volume', `${file}:/root/.npmrc:ro`];
}

export class Containers {
  private readonly folder: string;
  private readonly storage: readonly string[];
  private readonly env: NodeJS.ProcessEnv;

  /** `folder` keeps the images for the next time; give it back with `remove`. */
  constructor(folder: string) {
    this.folder = folder;
    for (const name of ['networks', 'tmp']) mkdirSync(path.join(folder, name), { recursive: true });
    this.storage = [
      '--root',
      path.join(folder, 'storage'),
      '--runroot',
      path.join(folder, 'run'),
      '--storage-driver',
      'overlay',
    ];
    const settings = path.join(folder, 'containers.conf');
    const runtime = path.join(root, 'deploy', 'test', 'runc-as-is.sh');
    writeFileSync(
      settings,
      `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc-as-is"\n` +
        `[engine.runtimes]\nrunc-as-is = ["${runtime}"]\n[network]\nnetwork_backend = "netavark"\n`,
    );
    this.env = { ...process.env, CONTAINERS_CONF: settings, TMPDIR: path.join(folder, 'tmp') };
  }

  private run(program: string, args: readonly string[], options: RunOptions = {}): Ran {
    const result = spawnSync(program, args, {
      cwd: root,
      encoding: 'utf8',
      env: this.env,
      maxBuffer: 64 * 1_024 * 1_024,
      timeout: options.timeoutMs ?? 60_000,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
    return { code: result.status ?? 1, stdout: result.stdout, stderr: result.stderr };
  }

  podman(args: readonly string[], options: RunOptions = {}): Ran {
    const networks = path.join(this.folder, 'networks');
    return this.run('podman', [...this.storage, '--network-config-dir', networks, ...args], options);
  }

  /** Like `podman`, for what must succeed: throws with what it said. */
  must(args: readonly string[], options: RunOptions = {}): string {
    const { code, stdout, stderr } = this.podman(args, options);
    if (code !== 0) throw new Error(`podman ${args.join(' ')}: exit code ${code}\n${stderr}${stdout}`);
    return stdout;
  }

  has(image: string): boolean {
    return this.podman(['image', 'exists', image]).code === 0;
  }

  /** A stand-in for the base image where it cannot be pulled. */
  makeBase(tag: string): void {
    const script = path.join(root, 'deploy', 'test', 'make-base-image.sh');
    const result = spawnSync(script, [root, tag], {
      encoding: 'utf8',
      timeout: 300_000,
      env: {
        ...this.env,
        FLOWMESH_BASE_CACHE: this.folder,
        BUILDAH: ['buildah', ...this.storage].join(' '),
      },
    });
    if (result.status !== 0) throw new Error(`the base image could not be made\n${result.stderr}`);
  }

  build(tag: string): void {
    const args = ['bud', '--isolation', 'chroot', '--format', 'docker', '--pull-never', '--tag', tag];
    const { code, stdout, stderr } = this.run(
      'buildah',
      [...this.storage, ...args, '--file', 'deploy/Dockerfile', ...npmMounts(this.folder), '.'],
      { timeoutMs: 300_000 },
    );
    if (code !== 0) throw new Error(`the image could not be built\n${stdout}${stderr}`);
  }

  remove(): void {
    this.podman(['rm', '--all', '--force', '--time', '0', '--volumes']);
    this.podman(['volume', 'prune', '--force']);
    this.podman(['network', 'prune', '--force']);
  }

  removeImages(): void {
    this.podman(['rmi', '--all', '--force']);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
