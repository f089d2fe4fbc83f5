/**
 * What programs of clients are made of: interpreters and compilers that are on the machine, and packages that their own tools fetch. All
 * of it lies in a cache folder outside of the repository, which may be deleted at any time.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const CLIENTS_DIR = path.join(import.meta.dirname, 'clients');

export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  return process.env['FLOWMESH_KAFKA_CACHE'] ?? path.join(base, 'flowmesh-kafka');
}

/** What starts a program; or what is missing for it. */
export type Made =
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'missing'; readonly what: string };

const INSTALL_MS_MAX = 600_000;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(
  command: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<Ran> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const { timeoutMs = INSTALL_MS_MAX } = options;
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  clearTimeout(timer);
  return { code, stdout, stderr };
}

export function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && existsSync(path.join(folder, program)));
}

/**
 * Runs `install` once for what `sources` are, in a folder of the cache; a folder that was made before is used again. What fails is told as
 * missing, since it is the machine's network or tools that failed.
 */
export async function cached(
  name: string,
  sources: readonly string[],
  install: (folder: string) => Promise<readonly (readonly string[])[]>,
): Promise<{ readonly folder: string; readonly missing?: string }> {
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(file));
  const folder = path.join(cacheFolder(), `${name}-${hash.digest('hex').slice(0, 12)}`);
  const done = path.join(folder, '.done');
  if (existsSync(done)) return { folder };
  forget(name);
  mkdirSync(folder, { recursive: true });
  for (const command of await install(folder)) {
    const { code, stdout, stderr } = await run(command, { cwd: folder });
    if (code !== 0)
      return {
        folder,
        missing: `${command.slice(0, 3).join(' ')}: ${(stderr || stdout).trim().slice(-300)}`,
      };
  }
  writeFileSync(done, '');
  return { folder };
}

/** What was made of earlier sources. */
function forget(name: string): void {
  const base = cacheFolder();
  if (!existsSync(base)) return;
  for (const entry of readdirSync(base))
    if (new RegExp(`^${name}-[0-9a-f]{12}$`).test(entry))
      rmSync(path.join(base, entry), { recursive: true, force: true });
}

export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}
