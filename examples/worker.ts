/** A worker: retries with backoff, dead letters, and leases that are extended while a handler runs, all without asking for it. */
import { connect, jsonCodec } from '@flowmesh/client';

await using mesh = await connect();
const codec = jsonCodec<{ readonly to: string; readonly subject: string }>();
await mesh.queues.create({ name: 'emails', config: { 'attempts.max': '5' }, ifNotExists: true });
await mesh.queues.enqueue('emails', { payload: { to: 'ada@example.org', subject: 'Welcome' } }, { codec });

const worker = mesh.worker(
  'emails',
  async ({ payload, attempt }) => {
    if (attempt === 1) throw new Error('the mail server is busy'); // is tried again after a second
    console.log(`attempt ${attempt}: ${payload.subject} to ${payload.to}`);
  },
  { codec, concurrency: 10 },
);
process.once('SIGINT', () => void worker.close());
await worker.done;
