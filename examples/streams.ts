/** Writes a record to a stream, and reads the stream from its beginning. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.streams.create({ name: 'greetings', partitions: 3, ifNotExists: true });

const producer = mesh.producer();
const { partition, offset } = await producer.send({ stream: 'greetings', key: 'en', value: 'hello' });
console.log(`stored in partition ${partition} at offset ${offset}`);

for await (const record of mesh.consume({ stream: 'greetings', from: 'earliest', count: 1 })) {
  console.log(new TextDecoder().decode(record.value));
}
