/** Reads only the records that a CEL filter is true for; the others do not leave the broker. */
import { connect } from '@flowmesh/client';

await using mesh = await connect();
await mesh.streams.create({ name: 'purchases', ifNotExists: true });
const producer = mesh.producer();
for (const total of [9, 18, 250]) {
  await producer.send({ stream: 'purchases', value: JSON.stringify({ total }), headers: { region: 'eu' } });
}

const filter = 'payload.total > 9 && headers.region == "eu"';
for await (const { offset, value } of mesh.consume({
  stream: 'purchases',
  from: 'earliest',
  count: 2,
  filter,
})) {
  console.log(offset, new TextDecoder().decode(value));
}
