/** A bucket with typed values: written under a condition, and watched. */
import { connect, jsonCodec } from '@flowmesh/client';

await using mesh = await connect();
await mesh.kv.create({ name: 'profiles', config: { 'history.depth': '16' }, ifNotExists: true });
const profiles = mesh.kv.bucket('profiles', { codec: jsonCodec<{ readonly theme: string }>() });

const watch = await profiles.watch({ prefix: 'user/', fromRevision: 1 });
const { modRevision } = await profiles.put('user/7', { theme: 'dark' });
const first = await profiles.cas('user/7', { expected: modRevision, value: { theme: 'light' } });
const second = await profiles.cas('user/7', { expected: modRevision, value: { theme: 'blue' } });
console.log(first.swapped, second.swapped);

for await (const { kind, key, value } of watch) {
  console.log(kind, key, value?.theme);
  if (value?.theme === 'light') break;
}
