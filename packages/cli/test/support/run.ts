/** Runs a program in this process, with surroundings of its own, and hands back what it printed. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { CliEnvironment } from '../../src/environment.ts';
import { flowmesh } from '../../src/flowmesh.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Buffer | Readable;
  readonly variables?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly interrupted?: AbortSignal;
  readonly program?: typeof flowmesh;
  readonly stdout?: Writable;
  /** All three streams say that they are a terminal. */
  readonly terminal?: boolean;
}

export class Capture extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const stdout = new Capture();
  const stderr = new Capture();
  const { stdin, terminal } = options;
  const input =
    stdin instanceof Readable ? stdin : Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]);
  const output = options.stdout ?? stdout;
  if (terminal === true) for (const stream of [input, output, stderr]) Object.assign(stream, { isTTY: true });
  const environment: CliEnvironment = {
    stdin: input,
    stdout: output,
    stderr,
    variables: options.variables ?? {},
    cwd: options.cwd ?? '/nonexistent',
    homeDir: '/nonexistent',
    interrupted: options.interrupted ?? new AbortController().signal,
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
  };
  const code = await (options.program ?? flowmesh)(environment, argv);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A folder that is gone afterwards. */
export class TempDir implements Disposable {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-cli-'));

  join(...parts: string[]): string {
    return path.join(this.path, ...parts);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
