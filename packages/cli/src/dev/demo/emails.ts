/**
 * A queue as traffic: e-mails to customers, and two workers that send them. One of them has a mail server that times out: what it gets is
 * tried again, mostly succeeds with the other one, and now and then is a dead letter, to be redriven.
 */
import { jsonCodec, type Worker, type WorkerJob } from '@flowmesh/client';
import { type DemoPart, type DemoWorld, unlessThere } from './demo-world.ts';

interface Email {
  readonly to: string;
  readonly subject: string;
  readonly orderId: string;
}

const SUBJECTS = ['Your order has been placed', 'Your parcel is on its way', 'How do you like it?'] as const;
const DOMAINS = ['example.com', 'example.org', 'example.net'] as const;
const EMAIL_MS = 400;
const SEND_MS = 250;
const TIMED_OUT_PERCENT = 50;
const CONFIG = { 'attempts.max': '2', 'retry.initial.ms': '1000' } as const;
const CODEC = jsonCodec<Email>();

export const writeEmails: DemoPart = async (world) => {
  await unlessThere(() => world.mesh.queues.create({ name: 'emails', config: CONFIG }));
  for (let count = 1; !world.signal.aborted; count++) {
    const customer = `c-${String(1 + world.random.below(200)).padStart(3, '0')}`;
    const payload = {
      to: `${customer}@${world.pick(DOMAINS)}`,
      subject: world.pick(SUBJECTS),
      orderId: `o-${world.wallMs().toString(36)}-${count}`,
    };
    const urgent = payload.subject === SUBJECTS[0];
    const job = { payload, key: customer, headers: { template: 'plain' }, priority: urgent ? 7 : 3 };
    await world.mesh.queues.enqueue('emails', job, { codec: CODEC });
    await world.rest(EMAIL_MS);
  }
};

export const sendEmails: DemoPart = async (world) => {
  await unlessThere(() => world.mesh.queues.create({ name: 'emails', config: CONFIG }));
  const workers = [
    sender(world, 'mailer-1', () => undefined),
    sender(world, 'mailer-2', ({ payload }) => timeOut(world, payload)),
  ];
  try {
    await Promise.all(workers.map(({ done }) => done));
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
};

function sender(world: DemoWorld, name: string, send: (job: WorkerJob<Email>) => void): Worker<Email> {
  const { signal } = world;
  const handler = async (job: WorkerJob<Email>): Promise<void> => {
    await world.rest(SEND_MS);
    send(job);
  };
  // Leases that are lost while nodes are killed are part of the demonstration, not worth a warning.
  return world.mesh.worker('emails', handler, { codec: CODEC, name, signal, onEvent: () => undefined });
}

function timeOut(world: DemoWorld, { to }: Email): void {
  if (world.chance(TIMED_OUT_PERCENT))
    throw new Error(`the mail server of ${to.slice(to.indexOf('@') + 1)} timed out`);
}
