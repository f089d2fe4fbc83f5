/** Starts the thread that extends leases. It never keeps the process alive. */
import { Worker } from 'node:worker_threads';
import type { Scheduler } from '@flowmesh/base';
import { pause } from '../system.ts';
import type { LeaseThread, LeaseThreadEvents } from './lease-guard.ts';
import type { FromLeaseKeeper, LeaseThreadSettings } from './lease-messages.ts';

const HEAP_MIB = 128;
/** It has so long to close its connections. */
const END_MS = 1_000;

/** Throws where this process may not start threads. */
export function startLeaseThread(
  settings: LeaseThreadSettings,
  scheduler: Scheduler,
  events: LeaseThreadEvents,
): LeaseThread {
  const thread = new Worker(new URL('./lease-thread.ts', import.meta.url), {
    name: 'flowmesh-leases',
    workerData: settings,
    // Options of this process, such as an inline script's, mean nothing to the thread.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 8 },
  });
  const exited = new AbortController();
  thread.once('exit', () => exited.abort());
  thread.on('message', (message: FromLeaseKeeper) => events.told(message));
  thread.once('error', (error) => events.failed(error));
  thread.once('exit', () => events.failed(new Error('the thread ended')));
  thread.unref();
  return {
    tell: (message) => thread.postMessage(message),
    end: async () => {
      thread.postMessage({ kind: 'end' });
      await pause(scheduler, END_MS, exited.signal);
      await thread.terminate();
    },
  };
}
