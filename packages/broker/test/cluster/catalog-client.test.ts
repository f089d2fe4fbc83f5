import { FlowError, METADATA_GROUP, NO_MEMBER, nodeId, type NodeId } from '@flowmesh/base';
import { type CatalogCommand, CatalogMachine, encodeCommand } from '@flowmesh/engines';
import { beforeEach, describe, expect, test } from 'vitest';
import { CatalogClient, type CatalogClientOptions } from '../../src/cluster/catalog-client.ts';
import { encodeForwarded } from '../../src/cluster/forward-codec.ts';
import type { KnownPeer } from '../../src/cluster/known-peer.ts';
import { type FakeReplica, FakeReplicas, ManualTime, member } from './fakes.ts';

const LIMITS = { proposeTimeoutMs: 10_000, attemptTimeoutMs: 1_000, retryMs: 50, proposalsMax: 2 };
const INIT: CatalogCommand = {
  kind: 'init-cluster',
  requestId: 'init',
  timeMs: 1,
  clusterId: 'c',
  nodes: [1, 2].map((id) => ({
    id: nodeId(id),
    uuid: `00000000-0000-4000-8000-00000000000${id}`,
    addresses: { peer: `h${id}:1`, grpc: `h${id}:2`, http: `h${id}:3` },
    rack: '',
  })),
};

const NEVER = new AbortController().signal;

let time: ManualTime;
let replicas: FakeReplicas;
let local: FakeReplica;
let introduced: KnownPeer[];
let forwarded: { node: NodeId; command: Uint8Array }[];
let remote: (command: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

function makeClient(but: Partial<CatalogClientOptions> = {}): CatalogClient {
  return new CatalogClient({
    self: nodeId(1),
    replicas,
    forward: (node, command, signal) => {
      forwarded.push({ node, command });
      return remote(command, signal);
    },
    clock: time,
    scheduler: time,
    connected: () => true,
    peers: () => [nodeId(2)],
    introduced: (peer) => introduced.push(peer),
    behind: () => [nodeId(2)],
    limits: LIMITS,
    ...but,
  });
}

/** Another node with its own client, as the far end of `forward`. */
function makeLeader(): { client: CatalogClient; replica: FakeReplica } {
  const there = new FakeReplicas(() => new CatalogMachine());
  const replica = there.add(METADATA_GROUP, member(2));
  replica.serving = true;
  const client = new CatalogClient({
    self: nodeId(2),
    replicas: there,
    forward: async () => new Uint8Array(),
    clock: time,
    scheduler: time,
    connected: () => true,
    peers: () => [nodeId(2)],
    introduced: (peer) => introduced.push(peer),
    behind: () => [nodeId(2)],
    limits: LIMITS,
  });
  return { client, replica };
}

beforeEach(() => {
  time = new ManualTime();
  replicas = new FakeReplicas(() => new CatalogMachine());
  local = replicas.add(METADATA_GROUP, member(1));
  forwarded = [];
  introduced = [];
  remote = async () => {
    throw new FlowError('UNAVAILABLE', 'nobody there');
  };
});

describe('the catalog client', () => {
  test('runs a command at once where this node leads', async () => {
    local.serving = true;
    const reply = await makeClient().propose(INIT, NEVER);
    expect(reply).toMatchObject({ ok: true, value: { kind: 'cluster-initialised' } });
    expect(forwarded).toEqual([]);
  });

  test('forwards to the leader, and answers when the local copy has applied it', async () => {
    const leader = makeLeader();
    remote = (command) => leader.client.onForward(command);
    local.leader = member(2);
    const client = makeClient();
    let settled = false;
    const reply = client.propose(INIT, NEVER).then((value) => {
      settled = true;
      return value;
    });
    await time.advance(10);
    expect(forwarded).toHaveLength(1);
    expect(settled).toBe(false);
    local.applied = leader.replica.applied;
    for (const listener of replicas.listeners) listener.onApplied?.(local, local.applied);
    await time.advance(1);
    expect(settled).toBe(true);
    expect(await reply).toMatchObject({ ok: true });
  });

  test('a node whose own copy is damaged gets its answer without it', async () => {
    const leader = makeLeader();
    remote = (command) => leader.client.onForward(command);
    local.failure = new FlowError('CORRUPTION', 'an entry does not match its checksum');
    const reply = makeClient().propose(INIT, NEVER);
    await time.advance(10);
    expect(await reply).toMatchObject({ ok: true });
    expect(forwarded).toMatchObject([{ node: 2 }]);
  });

  test('hears where a metadata leader is that it has never heard of', async () => {
    const other = makeLeader();
    other.replica.serving = true;
    await other.client.propose(INIT, NEVER);
    other.replica.serving = false;
    other.replica.leader = member(1);
    remote = (command) => other.client.onForward(command);
    const asked = expect(makeClient().catchUp(NEVER)).rejects.toMatchObject({ code: 'TIMEOUT' });
    await time.advance(11_000);
    await asked;
    expect(introduced[0]).toEqual({ node: 1, uuid: '00000000-0000-4000-8000-000000000001', address: 'h1:1' });
  });

  test('a refusal by the machine comes back as a reply from afar too', async () => {
    const leader = makeLeader();
    remote = (command) => leader.client.onForward(command);
    local.leader = member(2);
    local.applied = 100;
    const command: CatalogCommand = { kind: 'delete-stream', requestId: 'd', timeMs: 1, uuid: 'no-such' };
    const reply = makeClient().propose(command, NEVER);
    await time.advance(10);
    expect(await reply).toMatchObject({ ok: false, error: { name: 'FlowError' } });
  });

  test('tries again until there is a leader, with the same command', async () => {
    const leader = makeLeader();
    leader.replica.serving = false;
    remote = (command) => leader.client.onForward(command);
    local.leader = member(2);
    local.applied = 100;
    const reply = makeClient().propose(INIT, NEVER);
    await time.advance(120);
    leader.replica.serving = true;
    await time.advance(100);
    expect(await reply).toMatchObject({ ok: true });
    expect(forwarded.length).toBeGreaterThan(1);
    for (const one of forwarded) expect(one.command).toEqual(forwarded[0]?.command);
    expect(leader.replica.applied).toBe(1);
  });

  test('a repeated command after an unknown outcome is run once', async () => {
    const leader = makeLeader();
    let lost = true;
    remote = async (command) => {
      const answer = await leader.client.onForward(command);
      if (lost) {
        lost = false;
        throw new FlowError('UNAVAILABLE', 'connection lost after the command was run');
      }
      return answer;
    };
    local.leader = member(2);
    local.applied = 100;
    const reply = makeClient().propose(INIT, NEVER);
    await time.advance(200);
    expect(await reply).toMatchObject({ ok: true, value: { kind: 'cluster-initialised', clusterId: 'c' } });
    expect(forwarded).toHaveLength(2);
  });

  test('gives up with TIMEOUT when nobody leads for too long', async () => {
    local.leader = NO_MEMBER;
    const reply = makeClient().propose(INIT, NEVER);
    const failure = expect(reply).rejects.toMatchObject({ code: 'TIMEOUT', details: { outcome: 'unknown' } });
    await time.advance(LIMITS.proposeTimeoutMs + 1_000);
    await failure;
  });

  test('an attempt that hangs is given up and repeated', async () => {
    local.leader = member(2);
    remote = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new FlowError('CANCELLED', 'aborted')));
      });
    const reply = makeClient().propose(INIT, NEVER);
    const failure = expect(reply).rejects.toMatchObject({ code: 'TIMEOUT' });
    await time.advance(LIMITS.attemptTimeoutMs + 200);
    expect(forwarded).toHaveLength(2);
    await time.advance(LIMITS.proposeTimeoutMs);
    await failure;
  });

  test('ends with CANCELLED when the caller gives up', async () => {
    const caller = new AbortController();
    const reply = makeClient().propose(INIT, caller.signal);
    const failure = expect(reply).rejects.toMatchObject({ code: 'CANCELLED' });
    await time.advance(60);
    caller.abort();
    await time.advance(60);
    await failure;
  });

  test('catches up with what the leader has, and proposes nothing for it', async () => {
    const leader = makeLeader();
    await leader.client.propose(INIT, NEVER);
    remote = (command) => leader.client.onForward(command);
    local.leader = member(2);
    let settled = false;
    const caughtUp = makeClient()
      .catchUp(NEVER)
      .then(() => {
        settled = true;
      });
    await time.advance(200);
    expect(settled).toBe(false);
    local.applied = leader.replica.applied;
    await time.advance(100);
    expect(settled).toBe(true);
    expect(leader.replica.applied).toBe(1);
    await caughtUp;
  });

  const DRAIN: CatalogCommand = {
    kind: 'set-node-mode',
    requestId: 'drain',
    timeMs: 2,
    node: nodeId(1),
    mode: 'draining',
  };

  test('a command above the level of the cluster is refused with who holds it back, and gets into no log', async () => {
    local.serving = true;
    const client = makeClient();
    await client.propose(INIT, NEVER);
    const { applied } = local;
    const reply = await client.propose(DRAIN, NEVER);
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'UNSUPPORTED', hint: 'Upgrade node 2 first.' },
    });
    const level = { kind: 'finalise-features', requestId: 'level', timeMs: 2, level: 2 } as const;
    expect(await client.propose(level, NEVER)).toMatchObject({ ok: false, error: { code: 'UNSUPPORTED' } });
    expect(local.applied).toBe(applied);
  });

  test('a copy that has not heard of the new level yet asks the leader before it refuses', async () => {
    local.serving = true;
    const client = makeClient();
    await client.propose(INIT, NEVER);
    const nodes = [1, 2].map((id) => ({ node: nodeId(id), features: { min: 1, max: 2 } }));
    local.readBarrier = async () => {
      local.propose([
        {
          command: encodeCommand({
            kind: 'finalise-features',
            requestId: 'level',
            timeMs: 2,
            level: 2,
            nodes,
          }),
          ack: 'applied',
          minDurable: 0,
          done: () => undefined,
        },
      ]);
    };
    expect(await client.propose(DRAIN, NEVER)).toMatchObject({ ok: true });
  });

  test('whoever asks before there is a copy is told that there is none', () => {
    replicas.replicas.delete(METADATA_GROUP);
    expect(makeClient().known).toBeUndefined();
  });

  test('keeps the old copy while the replica is being rebuilt', async () => {
    local.serving = true;
    const client = makeClient();
    await client.propose(INIT, NEVER);
    expect(client.machine.clusterId).toBe('c');
    replicas.replicas.delete(METADATA_GROUP);
    expect(client.machine.clusterId).toBe('c');
    const rebuilt = replicas.add(METADATA_GROUP, member(1, 9));
    expect(client.machine.clusterId).toBe('c');
    rebuilt.serving = true;
    await client.propose(INIT, NEVER);
    expect(client.machine).toBe(rebuilt.machine);
  });

  test('refuses more commands than may wait', async () => {
    const client = makeClient();
    const caller = new AbortController();
    const waiting = [client.propose(INIT, caller.signal), client.propose(INIT, caller.signal)];
    const ended = Promise.allSettled(waiting);
    await expect(client.propose(INIT, NEVER)).rejects.toMatchObject({ code: 'OVERLOADED' });
    caller.abort();
    await time.advance(200);
    await ended;
  });
});

describe('who is asked for the metadata leader', () => {
  const asked = (): number[] => forwarded.map(({ node }) => node);

  /** Asks for as long as it takes to try `attempts` times, and gives up. */
  async function asks(client: CatalogClient, attempts: number): Promise<readonly number[]> {
    const caller = new AbortController();
    const ended = client.catchUp(caller.signal).catch((error: unknown) => error);
    await time.advance((attempts - 1) * LIMITS.retryMs);
    caller.abort();
    await time.advance(LIMITS.retryMs);
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    return asked();
  }

  /** A local copy that names nodes 1 and 2. */
  async function named(client: CatalogClient): Promise<CatalogClient> {
    local.serving = true;
    await client.propose(INIT, NEVER);
    local.serving = false;
    return client;
  }

  test('is whom the local copy takes for the leader, whatever others say', async () => {
    remote = async () => encodeForwarded({ kind: 'elsewhere', leader: nodeId(7) });
    const client = await named(makeClient());
    local.leader = member(3);
    expect(await asks(client, 3)).toEqual([3, 3, 3]);
  });

  test('without one is whom the last answer named, once', async () => {
    remote = async () =>
      encodeForwarded({ kind: 'elsewhere', leader: forwarded.length === 1 ? nodeId(7) : undefined });
    const client = await named(makeClient());
    expect(await asks(client, 3)).toEqual([2, 7, 2]);
  });

  test('is not this node itself, whoever names it', async () => {
    remote = async () => encodeForwarded({ kind: 'elsewhere', leader: nodeId(1) });
    const client = await named(makeClient());
    local.leader = member(1);
    expect(await asks(client, 2)).toEqual([2, 2]);
  });

  test('is in turn every connected node, also those that this copy does not name', async () => {
    const peers = [4, 5, 6].map((id) => nodeId(id));
    const client = await named(makeClient({ peers: () => peers, connected: (node) => node !== 5 }));
    expect(await asks(client, 4)).toEqual([2, 4, 6, 2]);
  });

  test('is nobody while nobody is connected', async () => {
    const client = await named(makeClient({ connected: () => false }));
    expect(await asks(client, 2)).toEqual([]);
  });

  test('is nobody before there is a replica of the metadata', async () => {
    replicas.replicas.delete(METADATA_GROUP);
    expect(await asks(makeClient(), 2)).toEqual([]);
  });

  test('is a peer where the copy was damaged before it had loaded anything', async () => {
    local.failure = new FlowError('CORRUPTION', 'an entry does not match its checksum');
    local.leader = member(3);
    expect(await asks(makeClient(), 1)).toEqual([2]);
  });
});
