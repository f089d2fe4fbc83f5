/**
 * Lets the harness stop the event loop of the process that imports it: on SIGUSR2 its main thread does nothing for as many milliseconds as the
 * file in JEPSEN_STALL_FILE says. Its other threads, the disk's among them, go on. The product knows nothing of it.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['JEPSEN_STALL_FILE'];

if (isMainThread && file !== undefined) {
  process.on('SIGUSR2', () => {
    const untilMs = performance.now() + Number(readFileSync(file, 'utf8'));
    while (performance.now() < untilMs);
  });
}
