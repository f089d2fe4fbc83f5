/**
 * Lets a bounded number of disk reads run at once, first come, first served, so that consumers far behind share the disk
 * and leave the rest of the node alone. Who waits may give up by signal.
 */
import { FlowError } from '@flowmesh/base';

interface Waiting {
  readonly start: () => void;
}

export class DiskGate {
  private readonly runningMax: number;
  private readonly waitingMax: number;
  private readonly queue = new Set<Waiting>();
  private running = 0;

  constructor(limits: { readonly runningMax: number; readonly waitingMax: number }) {
    this.runningMax = limits.runningMax;
    this.waitingMax = limits.waitingMax;
  }

  get active(): number {
    return this.running;
  }

  get queued(): number {
    return this.queue.size;
  }

  /** Runs `read` when its turn comes. OVERLOADED where too many wait already; CANCELLED when `signal` fires first. */
  async run<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw cancelled();
    if (this.running < this.runningMax) this.running++;
    else await this.waitTurn(signal);
    try {
      return await read();
    } finally {
      this.pass();
    }
  }

  private waitTurn(signal: AbortSignal): Promise<void> {
    if (this.queue.size >= this.waitingMax) {
      throw new FlowError('OVERLOADED', 'too many reads wait for the disk of this node', {
        hint: 'Retry after a moment; consumers that are far behind are served in turn.',
      });
    }
    return new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.queue.delete(waiting);
        reject(cancelled());
      };
      const waiting: Waiting = {
        start: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.queue.add(waiting);
    });
  }

  /** Hands the place to the next in line, or frees it. */
  private pass(): void {
    for (const next of this.queue) {
      this.queue.delete(next);
      next.start();
      return;
    }
    this.running--;
  }
}

function cancelled(): FlowError {
  return new FlowError('CANCELLED', 'the caller gave up while waiting for the disk');
}
