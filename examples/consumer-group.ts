/** Reads a stream as a member of a consumer group: what was committed is not read again, by whoever comes next. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.streams.create({ name: 'signups', partitions: 3, ifNotExists: true });
const producer = mesh.producer();
for (const name of ['ada', 'grace']) await producer.send({ stream: 'signups', key: 'eu', value: name });

const consumer = mesh.consumer({ group: 'welcome', streams: ['signups'] });
for await (const record of consumer) {
  const name = new TextDecoder().decode(record.value);
  console.log(`welcome, ${name}`);
  await consumer.commit();
  if (name === 'grace') break; // leaves the group; a service would go on
}

const { partitions } = await mesh.groups.describe('welcome');
console.log(`lag: ${partitions.reduce((sum, { lag = 0 }) => sum + lag, 0)}`);
