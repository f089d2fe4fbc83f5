import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SeededRandom } from '@flowmesh/base';
import { connect } from '@flowmesh/client';
import { describe, expect, it } from 'vitest';
import { until } from '../../../client/test/support/conditions.ts';
import { FakeCluster } from '../../../client/test/support/fake-cluster.ts';
import { startBroker } from '../../../testing/src/index.ts';
import { DemoProcess, demoLog } from '../../src/dev/demo/demo-process.ts';
import { DemoWorld, type DemoPart } from '../../src/dev/demo/demo-world.ts';
import { sendEmails, writeEmails } from '../../src/dev/demo/emails.ts';
import { changeSettings } from '../../src/dev/demo/settings.ts';
import { type Order, placeOrders, reportOrders, settleOrders } from '../../src/dev/demo/shop.ts';
import { makePlan } from '../../src/dev/plan.ts';
import { TempDir } from '../support/run.ts';

async function demonstrate(
  cluster: { readonly endpoints: readonly string[] },
  parts: Readonly<Record<string, DemoPart>>,
  seen: () => boolean | Promise<boolean>,
): Promise<readonly string[]> {
  await using mesh = await connect({ endpoints: cluster.endpoints });
  const stop = new AbortController();
  const lines: string[] = [];
  const world = new DemoWorld({
    mesh,
    random: new SeededRandom(1),
    signal: stop.signal,
    pace: 0.01,
    wallMs: () => Date.now(),
    log: (text) => lines.push(text),
  });
  const running = world.run(parts);
  const deadline = performance.now() + 60_000;
  while (!(await seen())) {
    if (performance.now() > deadline) throw new Error('no traffic is seen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop.abort();
  await running;
  return lines;
}

describe('the demonstration', () => {
  it('is a shop: orders by customers, and a payment for each that is settled', async () => {
    await using cluster = await FakeCluster.start();
    cluster.addStream('orders', 3);
    cluster.addStream('payments', 3);
    const records = (stream: string) => [0, 1, 2].flatMap((one) => cluster.log(stream, one).records());
    await demonstrate(cluster, { placeOrders, settleOrders }, () => records('payments').length >= 10);
    const text = (value: Uint8Array | undefined) => new TextDecoder().decode(value);
    const orders = records('orders').map((record) => JSON.parse(text(record.value)) as Order);
    for (const order of orders) {
      const sum = order.items.reduce((total, item) => total + item.quantity * item.price, 0);
      expect(order.total).toBeCloseTo(sum, 2);
    }
    const known = new Set(orders.map((order) => order.orderId));
    expect(known.size).toBe(orders.length);
    for (const record of records('payments')) expect(known).toContain(text(record.key));
  });

  it('has a group that reads more slowly than orders come', async () => {
    await using broker = await startBroker();
    const mesh = await broker.mesh();
    await demonstrate(broker, { placeOrders, reportOrders }, async () => {
      const groups = await mesh.groups.list();
      if (groups.length === 0) return false;
      const { partitions } = await mesh.groups.describe('reporting');
      return partitions.some(({ committedOffset = 0, lag = 0 }) => committedOffset > 0 && lag > 0);
    });
  });

  it('has settings that change, with a history', async () => {
    await using broker = await startBroker();
    const mesh = await broker.mesh();
    const settings = mesh.kv.bucket('settings');
    await demonstrate(broker, { changeSettings }, async () => {
      const history = await settings.history('features/free-shipping').catch(() => []);
      return history.length > 1;
    });
    const visitors = await settings.get('stats/visitors');
    expect(visitors?.value).toBeGreaterThan(0);
    for await (const session of settings.keys({ prefix: 'sessions/' }))
      expect(session.remainingMs).toBeGreaterThan(0);
  });

  it('has e-mails, most of which are sent, and some that become dead letters and can be redriven', async () => {
    await using broker = await startBroker();
    const mesh = await broker.mesh();
    await demonstrate(broker, { writeEmails, sendEmails }, async () => {
      const stats = await mesh.queues.operations.stats('emails').catch(() => undefined);
      return stats !== undefined && stats.total.completedTotal >= 20 && stats.total.dead >= 2;
    });
    const { errors } = await mesh.deadLetters.stats('emails');
    expect(errors[0]?.error).toContain('timed out');
    const { total } = await mesh.queues.operations.stats('emails');
    expect(total.completedTotal).toBeGreaterThan(total.dead);
    const redriven = await mesh.deadLetters.redrive('emails', {
      filter: 'lastError.contains("timed out")',
      dryRun: true,
    });
    expect(redriven.redriven).toBeGreaterThan(0);
  });

  it('goes on after a failure, and says so', async () => {
    await using cluster = await FakeCluster.start();
    let attempts = 0;
    const failing: DemoPart = async (world) => {
      attempts += 1;
      await world.mesh.streams.get('nowhere');
    };
    const lines = await demonstrate(cluster, { failing }, () => attempts >= 3);
    expect(lines[0]).toBe('failing: stream nowhere does not exist (NOT_FOUND); trying again');
  });

  it('is a process that is stopped with the cluster', async () => {
    await using cluster = await FakeCluster.start();
    cluster.addStream('orders', 3);
    using dir = new TempDir();
    const request = { nodes: 1, dataDir: dir.path, memory: true, portBase: undefined };
    const plan = makePlan(request, undefined);
    const nodes = plan.nodes.map((node, index) => ({ ...node, grpc: cluster.endpoints[index] as string }));
    const demo = new DemoProcess({ ...plan, nodes }, { PATH: process.env['PATH'] });
    await until(() => cluster.log('orders', 0).records().length > 0, 'orders are placed', 30_000);
    await demo.stop();
    expect(await demo.exited).toEqual({ code: 0, signal: undefined });
    expect(readFileSync(demoLog(dir.path), 'utf8')).toContain('the demonstration has ended');
    expect(path.dirname(demo.logFile)).toBe(dir.path);
  });
});
