/** A job that fails too often becomes a dead letter: looked at, and put back once the cause is mended. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.queues.create({ name: 'transfers', config: { 'attempts.max': '1' }, ifNotExists: true });
await mesh.queues.enqueue('transfers', { payload: '18 EUR to ada' });

const [job] = await mesh.queues.receive('transfers', { waitMs: 10_000 });
await job?.nack({ error: 'the bank is closed' });

for await (const { id, lastError } of mesh.deadLetters.list('transfers')) console.log(id, lastError);
const filter = 'lastError.contains("closed")';
await mesh.deadLetters.redrive('transfers', { filter });

const [again] = await mesh.queues.receive('transfers', { waitMs: 10_000 });
console.log(new TextDecoder().decode(again?.payload), `attempt ${again?.attempt}`);
await again?.ack();
