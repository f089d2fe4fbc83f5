/**
 * Jobs on their way into one shard: one request is under way at a time, so that their order is kept whatever has to be repeated, and what
 * comes meanwhile goes together with the next one.
 *
 *   added ─► waiting ─ the request before is answered ─► sent, repeated under one request id until it is answered ─► told
 */
import type { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { asFlowError } from '../wire/errors.ts';
import type { EnqueuedJob } from './queue-types.ts';
import { toEnqueued } from './queue-wire.ts';

export interface LaneJob {
  readonly job: flowmesh.v1.NewJob.$Properties;
  readonly bytes: number;
  settle(result: EnqueuedJob | FlowError): void;
}

export interface EnqueueLanePorts {
  /** Sends jobs until they are answered, or fails for good. */
  send(jobs: flowmesh.v1.NewJob.$Properties[]): Promise<flowmesh.v1.EnqueueResponse.$Properties>;
  /** At the end of this turn of the event loop. */
  soon(task: () => void): void;
  /** Nothing is left. */
  idle(): void;
}

const JOBS_MAX = 1_000;
const BYTES_MAX = 1 << 20;

export class EnqueueLane {
  private readonly ports: EnqueueLanePorts;
  private waiting: LaneJob[] = [];
  private running = false;

  constructor(ports: EnqueueLanePorts) {
    this.ports = ports;
  }

  add(job: LaneJob): void {
    this.waiting.push(job);
    if (this.running) return;
    this.running = true;
    this.ports.soon(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.take();
      try {
        const { shard = 0, results } = await this.ports.send(batch.map(({ job }) => job));
        for (const [i, job] of batch.entries()) job.settle(toEnqueued(shard ?? 0, results?.[i] ?? {}));
      } catch (failure) {
        const error = asFlowError(failure);
        for (const job of batch) job.settle(error);
      }
    }
    this.running = false;
    this.ports.idle();
  }

  private take(): LaneJob[] {
    let bytes = 0;
    let count = 0;
    for (const job of this.waiting) {
      if (count > 0 && (count === JOBS_MAX || bytes + job.bytes > BYTES_MAX)) break;
      bytes += job.bytes;
      count++;
    }
    return this.waiting.splice(0, count);
  }
}
