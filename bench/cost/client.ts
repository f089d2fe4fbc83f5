/**
 * The client process: warms up, says so, and does the counted operations when it is told to, always as many under way as are asked for.
 *
 *   job ─► warm-up ─ warm ─► go ─► counted operations ─ done ─► end ─► gone
 */
import process from 'node:process';
import { connect } from '@flowmesh/client';
import { EventLoopLag } from '../../packages/broker/src/observability/event-loop-lag.ts';
import { type RunningWork, WORKS, type WorkSettings } from './works.ts';

export interface Job extends WorkSettings {
  readonly work: string;
  readonly endpoints: readonly string[];
  readonly warmup: number;
  readonly operations: number;
}

export type ToClient = { readonly kind: 'go' | 'end' };
export type FromClient =
  | { readonly kind: 'warm' }
  | { readonly kind: 'done'; readonly elapsedMs: number; readonly failed: number; readonly lagMs: number };

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const say = (message: FromClient): boolean => process.send?.(message) ?? false;

function told(kind: ToClient['kind']): Promise<void> {
  return new Promise((resolve) => {
    const hear = (message: ToClient): void => {
      if (message.kind !== kind) return;
      process.off('message', hear);
      resolve();
    };
    process.on('message', hear);
  });
}

/** How many have failed. */
async function loop(work: RunningWork, from: number, count: number): Promise<number> {
  let next = from;
  let failed = 0;
  const lane = async (): Promise<void> => {
    while (next < from + count) {
      try {
        await work.operate(next++);
      } catch {
        failed++;
      }
    }
  };
  await Promise.all(Array.from({ length: job.inFlight }, lane));
  return failed;
}

const mesh = await connect({ endpoints: job.endpoints });
const work = WORKS[job.work];
if (work === undefined) throw new Error(`there is no work ${job.work}`);
const running = await work.open(mesh, job);
process.on('disconnect', () => process.exit(1));
await loop(running, 0, job.warmup);
const go = told('go');
const end = told('end');
say({ kind: 'warm' });
await go;
const lag = new EventLoopLag();
const startMs = performance.now();
const failed = await loop(running, job.warmup, job.operations);
say({ kind: 'done', elapsedMs: performance.now() - startMs, failed, lagMs: lag.take() * 1_000 });
lag.close();
await end;
await running.close();
await mesh.close();
process.disconnect();
