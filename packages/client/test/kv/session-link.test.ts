import { EventEmitter } from 'node:events';
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import { expect, it } from 'vitest';
import { SessionLinks } from '../../src/kv/session-link.ts';
import { systemSurroundings } from '../../src/system.ts';
import type { NodeConnection } from '../../src/wire/node-connection.ts';

type Request = flowmesh.v1.KvSessionRequest.$Properties;
type Response = flowmesh.v1.KvSessionResponse.$Properties;

/** A node's end of a session; it answers what it is told to, as the generated codec would give it. */
class FakeSession extends EventEmitter {
  readonly written: Request[] = [];

  write(request: Request): boolean {
    this.written.push(request);
    return true;
  }

  cancel(): void {}

  tell(response: Response): void {
    this.emit('data', { correlation: 0, batch: [], batches: false, ...response });
  }
}

function opened() {
  const session = new FakeSession();
  const connection = { address: 'node:1', kv: { session: () => session } } as unknown as NodeConnection;
  const links = new SessionLinks(systemSurroundings());
  const limits = { address: 'node:1', timeoutMs: 60_000 };
  const get = (name: string) =>
    links.send(connection, { get: { bucket: 'b', key: Buffer.from(name) } }, limits);
  const put = (name: string, bytes: number) => {
    const value = new Uint8Array(bytes);
    const txn = { bucket: 'b', success: [{ put: { key: Buffer.from(name), value } }] };
    return links.send(connection, { txn }, limits);
  };
  return { session, links, get, put };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const correlations = ({ batch }: Request): (number | null | undefined)[] =>
  (batch ?? []).map(({ correlation }) => correlation);

/** A session whose node takes batches. */
async function talking() {
  const world = opened();
  const first = world.get('first');
  await turn();
  world.session.tell({ correlation: 1, get: { revision: 1 }, batches: true });
  await first;
  world.session.written.length = 0;
  return world;
}

it('requests travel one by one until the node says that it takes them together', async () => {
  const { session, get, links } = opened();
  const asked = [get('a'), get('b')];
  await turn();
  expect(session.written).toMatchObject([
    { correlation: 1, batches: true },
    { correlation: 2, batches: true },
  ]);
  for (const correlation of [2, 1]) session.tell({ correlation, get: { revision: correlation } });
  expect((await Promise.all(asked)).map(({ get: found }) => found?.revision)).toEqual([1, 2]);
  links.close();
});

it('requests of one turn travel together, in their order, and each gets its own answer or error', async () => {
  const { session, get, links } = await talking();
  const asked = [get('a'), get('b'), get('c')];
  await turn();
  expect(session.written.map(correlations)).toEqual([[2, 3, 4]]);
  const error = { code: 'NOT_FOUND', message: 'there is no bucket b' };
  session.tell({
    batch: [
      { correlation: 4, get: { revision: 4 } },
      { correlation: 3, error },
      { correlation: 2, get: { revision: 2 } },
    ],
  });
  expect((await asked[0])?.get?.revision).toBe(2);
  await expect(asked[1]).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await asked[2])?.get?.revision).toBe(4);
  links.close();
});

it('a request alone is a message of its own, and large values are not put together', async () => {
  const { session, get, put, links } = await talking();
  const asked: Promise<unknown>[] = [get('a')];
  await turn();
  expect(session.written).toMatchObject([{ correlation: 2, get: { bucket: 'b' } }]);
  session.written.length = 0;
  asked.push(put('large', 1 << 20), put('small', 10), put('other', 10));
  await turn();
  expect(session.written.map(correlations)).toEqual([[3], [4, 5]]);
  for (const one of asked) one.catch(() => undefined);
  links.close();
});

it('when the session ends, what was sent and what was about to be fails with an unknown outcome', async () => {
  const { session, get } = await talking();
  const sent = get('a');
  await turn();
  const waiting = get('b');
  session.emit('end');
  for (const lost of [sent, waiting]) {
    const failure: unknown = await lost.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FlowError);
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', details: { outcome: 'unknown' } });
  }
  await turn();
  expect(session.written).toHaveLength(1);
});
