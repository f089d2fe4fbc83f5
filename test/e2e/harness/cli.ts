/** Runs the programs as an operator does: a line of words in a shell, with the cluster named by the environment. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const bin = path.resolve(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'bin');

export interface Ran {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export class Shell {
  private readonly programs: string;
  private readonly variables: Readonly<Record<string, string>>;

  /** `folder`: where the programs' names are put; `url`: addresses of the cluster. */
  constructor(folder: string, url: string) {
    this.programs = path.join(folder, 'bin');
    mkdirSync(this.programs, { recursive: true });
    for (const program of ['flowmesh', 'flowmesh-admin']) {
      const file = path.join(this.programs, program);
      writeFileSync(
        file,
        `#!/bin/sh\nexec '${process.execPath}' '${path.join(bin, `${program}.js`)}' "$@"\n`,
      );
      chmodSync(file, 0o755);
    }
    this.variables = { FLOWMESH_URL: url };
  }

  /** Ends with the command; after `timeoutMs` it is killed. */
  run(line: string, options: { readonly cwd?: string; readonly timeoutMs?: number } = {}): Promise<Ran> {
    const child = this.spawn(line, options.cwd);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000);
    return new Promise((resolve) => {
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        resolve({ code: signal ?? code ?? 0, stdout, stderr });
      });
    });
  }

  /** The JSON that the command prints. Throws where it fails with another code than those of `fine`. */
  async json<T>(line: string, fine: readonly (number | string)[] = [0]): Promise<T> {
    const ran = await this.run(`${line} -o json`);
    if (!fine.includes(ran.code)) throw new Error(`${line}: exit code ${ran.code}: ${ran.stderr}`);
    return JSON.parse(ran.stdout) as T;
  }

  /** A command that goes on running, until it is killed. */
  spawn(line: string, cwd?: string) {
    return spawn('/bin/sh', ['-c', `exec ${line}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...this.variables,
        PATH: `${this.programs}${path.delimiter}${process.env['PATH'] ?? ''}`,
      },
      ...(cwd === undefined ? {} : { cwd }),
    });
  }
}
