/**
 * A process with one worker, whose handler keeps its event loop busy: `busy-worker.ts QUEUE LEASE_MS BUSY_MS JOBS`. Its events are lines of
 * JSON; it ends after so many jobs, which it may have at the same time, or when its standard input ends.
 */
import { connect } from '@flowmesh/client';

const [queue = '', leaseMs, busyMs, jobs] = process.argv.slice(2);
let left = Number(jobs);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await using mesh = await connect();
const worker = mesh.worker(
  queue,
  ({ id, attempt }) => {
    say({ kind: 'began', id, attempt });
    const untilMs = performance.now() + Number(busyMs);
    while (performance.now() < untilMs);
  },
  {
    leaseMs: Number(leaseMs),
    concurrency: left,
    onEvent: (event) => {
      say(event);
      if (event.kind !== 'connected' && event.kind !== 'disconnected' && --left === 0) void worker.close();
    },
  },
);
process.stdin.once('end', () => void worker.close()).resume();
await worker.done;
process.stdin.destroy();
