/** Logins of Kafka's clients, frame by frame: the old way and the new one, and sessions that end (KIP-368). */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import {
  ApiVersions,
  DescribeCluster,
  type RequestOf,
  SaslAuthenticate,
  SaslHandshake,
} from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import { credentialOf } from '../../../src/services/access/scram.ts';
import { caller } from '../../services/fake-cluster.ts';
import { ManualTime } from '../../services/manual-time.ts';
import { type KafkaWorld, startKafkaWorld } from './kafka-world.ts';
import type { RawClient } from './raw-client.ts';

const LIFETIME_MS = 60_000;
const UNSUPPORTED_MECHANISM = 33;
const ILLEGAL_STATE = 34;
const REFUSED = 58;
const ASKED: RequestOf<typeof DescribeCluster> = {
  includeClusterAuthorizedOperations: false,
  includeFencedBrokers: false,
  endpointType: 1,
};

const plain = (name: string, password: string): Buffer => Buffer.from(`\0${name}\0${password}`);

/** Its length and itself, as after SaslHandshake 0. */
function writeToken(client: RawClient, token: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeInt32BE(token.length);
  client.socket.write(Buffer.concat([length, token]));
}

/** The last message of a client that knows the password (RFC 5802). */
function proofFor(bare: string, challenge: string): string {
  const [nonce = '', salt = '', iterations = ''] = challenge.split(',').map((part) => part.slice(2));
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const salted = pbkdf2Sync('pencil', Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash('sha256').update(clientKey).digest();
  const final = `c=biws,r=${nonce}`;
  const signature = hmac(storedKey, `${bare},${challenge},${final}`);
  const proof = clientKey.map((byte, i) => byte ^ (signature[i] as number));
  return `${final},p=${Buffer.from(proof).toString('base64')}`;
}

class SecuredWorld {
  readonly world: KafkaWorld;
  readonly time: ManualTime;

  private constructor(world: KafkaWorld, time: ManualTime) {
    this.world = world;
    this.time = time;
  }

  static async start(lifetimeMs = LIFETIME_MS): Promise<SecuredWorld> {
    const time = new ManualTime();
    const world = await startKafkaWorld({ secured: { lifetimeMs, clock: time } });
    const secured = new SecuredWorld(world, time);
    for (const name of ['ada', 'bob']) await secured.user(name);
    return secured;
  }

  private async user(name: string): Promise<void> {
    const { users } = this.world.services.clusterAdmin;
    const salt = Buffer.from('sixteen bytes..!');
    const salted = pbkdf2Sync('pencil', salt, 4_096, 32, 'sha256');
    const credentials = [credentialOf('SCRAM-SHA-256', salted, { salt, iterations: 4_096 })];
    const { signal } = new AbortController();
    await users.create({ caller: caller(), signal, requestId: name, name, roles: [], credentials });
  }

  /** The session's lifetime. */
  async login(client: RawClient, name = 'ada', password = 'pencil'): Promise<number | undefined> {
    await client.call(SaslHandshake, 1, { mechanism: 'PLAIN' });
    const answer = await client.call(SaslAuthenticate, 2, { authBytes: plain(name, password) });
    return answer.errorCode === 0 ? answer.sessionLifetimeMs : undefined;
  }

  /** Undefined: the connection has ended instead. */
  async served(client: RawClient): Promise<true | undefined> {
    client.send(DescribeCluster, 0, ASKED);
    return (await client.next()) === undefined ? undefined : true;
  }
}

describe('logins over Kafka', () => {
  it('are asked for before anything but the versions', async () => {
    const secured = await SecuredWorld.start();
    const stranger = await secured.world.client();
    const software = { clientSoftwareName: 'raw', clientSoftwareVersion: '1' };
    expect((await stranger.call(ApiVersions, 3, software)).errorCode).toBe(0);
    expect(await secured.served(stranger)).toBeUndefined();
    expect(secured.world.refused.map(({ code }) => code)).toEqual(['UNAUTHENTICATED']);
  });

  it('are taken as tokens that are no requests after SaslHandshake 0', async () => {
    const secured = await SecuredWorld.start();
    const client = await secured.world.client();
    const offered = await client.call(SaslHandshake, 0, { mechanism: 'SCRAM-SHA-256' });
    expect(offered).toMatchObject({
      errorCode: 0,
      mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    });
    const bare = 'n=ada,r=nonce';
    writeToken(client, Buffer.from(`n,,${bare}`));
    const challenge = Buffer.from((await client.next())?.frame ?? []).toString();
    writeToken(client, Buffer.from(proofFor(bare, challenge)));
    expect(Buffer.from((await client.next())?.frame ?? []).toString()).toMatch(/^v=/);
    expect(await secured.served(client)).toBe(true);
  });

  it('end the connection where such a token is wrong', async () => {
    const secured = await SecuredWorld.start();
    const client = await secured.world.client();
    await client.call(SaslHandshake, 0, { mechanism: 'PLAIN' });
    writeToken(client, plain('ada', 'wrong'));
    expect(await client.next()).toBeUndefined();
  });

  it('name the mechanisms where another one is asked for, and refuse tokens without one', async () => {
    const { world } = await SecuredWorld.start();
    const client = await world.client();
    const refused = await client.call(SaslHandshake, 1, { mechanism: 'GSSAPI' });
    expect(refused.errorCode).toBe(UNSUPPORTED_MECHANISM);
    expect(refused.mechanisms).toContain('SCRAM-SHA-512');
    const without = await client.call(SaslAuthenticate, 2, { authBytes: plain('ada', 'pencil') });
    expect(without.errorCode).toBe(ILLEGAL_STATE);
  });
});

describe('sessions over Kafka', () => {
  it('say how long they last, and go on where the client authenticates again on its connection', async () => {
    const secured = await SecuredWorld.start();
    const client = await secured.world.client();
    expect(await secured.login(client)).toBe(LIFETIME_MS);
    for (let again = 0; again < 3; again++) {
      secured.time.advance(LIFETIME_MS - 1);
      expect(await secured.served(client)).toBe(true);
      expect(await secured.login(client)).toBe(LIFETIME_MS);
    }
  });

  it('end with the first request after their time', async () => {
    const secured = await SecuredWorld.start();
    const client = await secured.world.client();
    await secured.login(client);
    secured.time.advance(LIFETIME_MS);
    expect(await secured.served(client)).toBeUndefined();
    expect(secured.world.refused.at(-1)?.message).toMatch(/session is over/);
  });

  it('last for ever where no lifetime is set', async () => {
    const secured = await SecuredWorld.start(0);
    const client = await secured.world.client();
    expect(await secured.login(client)).toBe(0);
    secured.time.advance(1_000 * LIFETIME_MS);
    expect(await secured.served(client)).toBe(true);
  });

  it('do not become those of another user, and end with a refused login', async () => {
    const secured = await SecuredWorld.start();
    for (const [name, password] of [
      ['bob', 'pencil'],
      ['ada', 'wrong'],
    ] as const) {
      const client = await secured.world.client();
      await secured.login(client);
      await client.call(SaslHandshake, 1, { mechanism: 'PLAIN' });
      const answer = await client.call(SaslAuthenticate, 2, { authBytes: plain(name, password) });
      expect(answer.errorCode).toBe(REFUSED);
      expect(await client.next()).toBeUndefined();
    }
  });
});
