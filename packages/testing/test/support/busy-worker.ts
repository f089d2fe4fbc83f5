/**
 * A process with one worker, whose handler keeps its event loop busy: `busy-worker.ts QUEUE LEASE_MS BUSY_MS`. Its events are lines of JSON;
 * it ends after its first job, or when its standard input ends.
 */
import { connect } from '@flowmesh/client';

const [queue = '', leaseMs, busyMs] = process.argv.slice(2);

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
    onEvent: (event) => {
      say(event);
      if (event.kind !== 'connected' && event.kind !== 'disconnected') void worker.close();
    },
  },
);
process.stdin.once('end', () => void worker.close()).resume();
await worker.done;
process.stdin.destroy();
