/**
 * The program of `flowmesh dev --demo`: clients of the cluster that make traffic until SIGTERM. A process of its own, so that it takes
 * nothing from the nodes and can be killed like any client. Arguments: the nodes' gRPC addresses.
 */
import process from 'node:process';
import { SeededRandom } from '@flowmesh/base';
import { connect } from '@flowmesh/client';
import { DemoWorld } from './demo-world.ts';
import { sendEmails, writeEmails } from './emails.ts';
import { changeSettings } from './settings.ts';
import { placeOrders, reportOrders, settleOrders } from './shop.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

const log = (text: string): void => void process.stdout.write(`${new Date().toISOString()} ${text}\n`);
const mesh = await connect({ endpoints: process.argv.slice(2), signal: stopping.signal });
const world = new DemoWorld({
  mesh,
  random: new SeededRandom(Date.now()),
  signal: stopping.signal,
  pace: 1,
  wallMs: () => Date.now(),
  log,
});
log('the demonstration begins');
await world.run({
  orders: placeOrders,
  payments: settleOrders,
  reporting: reportOrders,
  settings: changeSettings,
  emails: writeEmails,
  mailers: sendEmails,
});
await mesh.close();
log('the demonstration has ended');
