/**
 * A client process that writes or reads random keys of etcd through its own client library, in a program that it starts: see `etcd-client.go`.
 * Requests of one turn of the event loop leave together, so that what lies between costs little.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { BenchClient } from '@flowmesh/cli/bench';

export interface EtcdClientOptions {
  /** Where `client` is. */
  readonly folder: string;
  readonly members: readonly string[];
  readonly does: 'put' | 'get';
  readonly keys: number;
  readonly payloadBytes: number;
}

type Settle = (failure: Error | undefined) => void;

export async function openClient(options: EtcdClientOptions): Promise<BenchClient> {
  const { does, keys, payloadBytes } = options;
  const program = new EtcdProgram(options);
  if (does === 'get')
    await Promise.all(Array.from({ length: keys }, (_, key) => program.ask('put', `key-${key}`)));
  return {
    kind: 'operations',
    operate: async () => {
      await program.ask(does, `key-${randomInt(keys)}`);
      return payloadBytes;
    },
    close: () => program.close(),
  };
}

class EtcdProgram {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Settle>();
  private lines: string[] = [];
  private next = 0;

  constructor({ folder, payloadBytes, members }: EtcdClientOptions) {
    const command = path.join(folder, 'client');
    this.child = spawn(command, [`${payloadBytes}`, ...members], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin?.on('error', () => undefined);
    this.child.once('error', (error) => this.failAll(error));
    this.child.once('exit', () => this.failAll(new Error("etcd's client has ended")));
    if (this.child.stdout !== null)
      createInterface({ input: this.child.stdout }).on('line', (line) => this.take(line));
  }

  ask(does: 'put' | 'get', key: string): Promise<void> {
    const id = this.next++;
    if (this.lines.push(`${does} ${id} ${key}\n`) === 1)
      setImmediate(() => {
        this.child.stdin?.write(this.lines.join(''));
        this.lines = [];
      });
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (failure) => (failure === undefined ? resolve() : reject(failure)));
    });
  }

  /** It ends with its input. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.stdin?.end();
    await gone;
  }

  private take(line: string): void {
    const space = line.indexOf(' ');
    const id = Number(space < 0 ? line : line.slice(0, space));
    const settle = this.waiting.get(id);
    this.waiting.delete(id);
    settle?.(space < 0 ? undefined : new Error(line.slice(space + 1)));
  }

  private failAll(failure: Error): void {
    for (const settle of this.waiting.values()) settle(failure);
    this.waiting.clear();
  }
}
