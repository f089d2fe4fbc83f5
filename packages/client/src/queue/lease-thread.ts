/**
 * The program of the thread that extends leases: with its own connections, and its own knowledge of who leads what, so that handlers may keep
 * the main thread's event loop busy for as long as they like. It ends when it is told to, and with the thread that started it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '@flowmesh/base';
import { Router } from '../routing/router.ts';
import { processClockMs, systemSurroundings } from '../system.ts';
import { ConnectionPool } from '../wire/node-connection.ts';
import { extendAtLeader, LeaseKeeper } from './lease-keeper.ts';
import type { FromLeaseKeeper, LeaseThreadSettings, ToLeaseKeeper } from './lease-messages.ts';

const port = must(parentPort, 'leases are extended in a worker');
const { endpoints, security } = workerData as LeaseThreadSettings;
const surroundings = systemSurroundings();
const pool = new ConnectionPool(security);
const router = new Router({ endpoints, pool, surroundings });

function tell(message: FromLeaseKeeper): void {
  port.postMessage(message);
}

const keeper = new LeaseKeeper({
  scheduler: surroundings.scheduler,
  nowMs: processClockMs,
  extend: (extension) => extendAtLeader({ router, pool, surroundings }, extension),
  tell,
});

async function end(): Promise<void> {
  keeper.hear({ kind: 'end' });
  await router.close();
  pool.close();
  port.close();
}

port.on('message', (message: ToLeaseKeeper) => {
  if (message.kind === 'end') void end();
  else keeper.hear(message);
});
tell({ kind: 'ready' });
