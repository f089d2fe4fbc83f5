/**
 * A shop as traffic: customers place orders (stream `orders`, keyed by customer), and whoever settles them answers with payments
 * (stream `payments`, keyed by order), some of which are declined. In waves, as people come. The group `reporting` reads
 * orders more slowly than they come, so that there is a lag to look at.
 */
import { type DemoPart, type DemoWorld, unlessThere } from './demo-world.ts';

export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
  readonly total: number;
  readonly currency: string;
  readonly placedAt: string;
}

const REGIONS = ['eu', 'us', 'apac'] as const;
const CURRENCIES = { eu: 'EUR', us: 'USD', apac: 'SGD' } as const;
const GOODS = [
  ['espresso-beans', 14.5],
  ['filter-papers', 4.2],
  ['grinder', 189],
  ['kettle', 64.9],
  ['mug', 11],
  ['scale', 39.5],
] as const;
const CUSTOMERS = 200;
const PARTITIONS = 3;
const ORDER_INTERVAL_MS = 250;
/** Every wave has a rush and a lull. */
const WAVE_MS = 60_000;
const DECLINED_PERCENT = 7;
/** More than orders take to come, on average. */
const REPORT_MS = 400;
const REPORTS_PER_COMMIT = 5;

export const placeOrders: DemoPart = async (world) => {
  await unlessThere(() => world.mesh.streams.create({ name: 'orders', partitions: PARTITIONS }));
  const producer = world.mesh.producer();
  try {
    for (let count = 1; !world.signal.aborted; count += 1) {
      const region = world.pick(REGIONS);
      const order = newOrder(world, region, count);
      const headers = {
        region,
        source: world.pick(['web', 'app', 'partner']),
        'content-type': 'application/json',
      };
      await producer.send({ stream: 'orders', key: order.customer, value: JSON.stringify(order), headers });
      const tide = 1 + 0.7 * Math.sin((2 * Math.PI * world.wallMs()) / WAVE_MS);
      await world.rest(ORDER_INTERVAL_MS * tide);
    }
  } finally {
    await producer.close();
  }
};

export const settleOrders: DemoPart = async (world) => {
  await unlessThere(() => world.mesh.streams.create({ name: 'orders', partitions: PARTITIONS }));
  await unlessThere(() => world.mesh.streams.create({ name: 'payments', partitions: PARTITIONS }));
  const producer = world.mesh.producer();
  try {
    for await (const record of world.mesh.consume({
      stream: 'orders',
      from: 'latest',
      signal: world.signal,
    })) {
      const { orderId, total, currency } = JSON.parse(new TextDecoder().decode(record.value)) as Order;
      const declined = world.chance(DECLINED_PERCENT);
      const payment = {
        orderId,
        amount: total,
        currency,
        status: declined ? 'declined' : 'paid',
        ...(declined
          ? { reason: world.pick(['insufficient funds', 'card expired', 'suspected fraud']) }
          : {}),
      };
      await producer.send({ stream: 'payments', key: orderId, value: JSON.stringify(payment) });
    }
  } finally {
    await producer.close();
  }
};

export const reportOrders: DemoPart = async (world) => {
  await unlessThere(() => world.mesh.streams.create({ name: 'orders', partitions: PARTITIONS }));
  const { signal } = world;
  const consumer = world.mesh.consumer({
    group: 'reporting',
    streams: ['orders'],
    clientId: 'reports',
    signal,
  });
  let reported = 0;
  for await (const _order of consumer) {
    await world.rest(REPORT_MS);
    reported += 1;
    if (reported % REPORTS_PER_COMMIT === 0) await consumer.commit();
  }
};

function newOrder(world: DemoWorld, region: (typeof REGIONS)[number], count: number): Order {
  const items = Array.from({ length: 1 + world.random.below(3) }, () => {
    const [sku, price] = world.pick(GOODS);
    return { sku, quantity: 1 + world.random.below(3), price };
  });
  const now = world.wallMs();
  return {
    orderId: `o-${now.toString(36)}-${count}`,
    customer: `c-${String(1 + world.random.below(CUSTOMERS)).padStart(3, '0')}`,
    items,
    total: Math.round(items.reduce((sum, item) => sum + item.quantity * item.price, 0) * 100) / 100,
    currency: CURRENCIES[region],
    placedAt: new Date(now).toISOString(),
  };
}
