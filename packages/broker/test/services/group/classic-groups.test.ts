import { isFlowError } from '@flowmesh/base';
import { ConsumerProtocolSubscription, encodeVersioned } from '@flowmesh/kafka/protocol';
import { describe, expect, it } from 'vitest';
import type {
  ClassicJoinAnswer,
  ClassicJoinRequest,
  ClassicSyncAnswer,
} from '../../../src/services/group/classic-groups.ts';
import { caller } from '../fake-cluster.ts';
import { type CoordinationWorld, coordinationWorld } from './coordination-world.ts';

const CALLER = caller();
const NEVER = new AbortController().signal;
const SUBSCRIPTION = Buffer.concat(
  encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['s'], ownedPartitions: [] }),
);

/** Members of group `g`, as a client has them. */
class Clients {
  readonly world: CoordinationWorld;

  constructor(world: CoordinationWorld) {
    this.world = world;
  }

  join(
    member: string,
    options: Partial<ClassicJoinRequest> = {},
    signal: AbortSignal = NEVER,
  ): Promise<ClassicJoinAnswer> {
    return this.world.coordination.classic.join(
      {
        caller: CALLER,
        group: 'g',
        member,
        instanceId: '',
        clientId: 'client',
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 60_000,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: SUBSCRIPTION }],
        takesId: true,
        skipsAssignment: true,
        reason: '',
        ...options,
      },
      signal,
    );
  }

  /** A new member gets its id. */
  async announced(): Promise<string> {
    const answer = await this.world.run(this.join(''));
    if (answer.kind !== 'id') throw new Error(`answered ${answer.kind}`);
    return answer.member;
  }

  sync(member: string, generation: number, assigned: Readonly<Record<string, string>> = {}) {
    return this.world.coordination.classic.sync(
      {
        caller: CALLER,
        group: 'g',
        member,
        instanceId: '',
        generation,
        protocolType: 'consumer',
        protocol: 'range',
        assignments: Object.entries(assigned).map(([id, text]) => ({
          member: id,
          assignment: Buffer.from(text),
        })),
      },
      NEVER,
    );
  }

  heartbeat(member: string, generation: number, instanceId = ''): Promise<string> {
    return this.world.coordination.classic.heartbeat({
      caller: CALLER,
      group: 'g',
      member,
      instanceId,
      generation,
    });
  }

  /** These members in a stable generation, the first one leading; its number. */
  async stable(...members: readonly string[]): Promise<number> {
    const joins = members.map((member) => this.join(member));
    await this.world.pass(3_000);
    const answers = await this.world.run(Promise.all(joins));
    const generation = generationOf(answers[0]);
    const assigned = Object.fromEntries(members.map((id) => [id, `for ${id}`]));
    const leader = leaderOf(answers[0]);
    const syncs = members.map((id) => this.sync(id, generation, id === leader ? assigned : {}));
    await this.world.run(Promise.all(syncs));
    return generation;
  }

  phase(): string | undefined {
    return this.world.shard.machine.groups.get('g')?.classic?.phase;
  }
}

function generationOf(answer: ClassicJoinAnswer | undefined): number {
  return answer?.kind === 'joined' ? answer.generation.generation : -1;
}

function leaderOf(answer: ClassicJoinAnswer | undefined): string {
  return answer?.kind === 'joined' ? answer.generation.leader : '';
}

function textOf(answer: ClassicSyncAnswer): string {
  return answer.kind === 'assigned' ? Buffer.from(answer.assignment).toString() : answer.kind;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'answered',
    (error: unknown) => (isFlowError(error) ? error.code : String(error)),
  );
}

describe('classic groups at their coordinator', () => {
  it('answer a join with its generation even where the next round has begun already', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const generation = await clients.stable(a, b);
    const leads = world.shard.machine.groups.get('g')?.classic?.leader === a;
    const [leader, follower] = leads ? [a, b] : [b, a];
    const again = clients.join(leader);
    await world.pass(100);
    expect(clients.phase()).toBe('joining');
    // The round ends with the one, and the other begins the next, in the same turn: whoever waits looks after both.
    const [last, newcomer] = [clients.join(follower), clients.join('', { instanceId: 'new' })];
    await world.pass(100);
    expect(clients.phase()).toBe('joining');
    for (const join of [again, last]) {
      const answer = await world.run(join);
      expect(answer).toMatchObject({ kind: 'joined', generation: { generation: generation + 1 } });
    }
    expect(await world.run(clients.sync(leader, generation + 1))).toEqual({ kind: 'rebalancing' });
    const third = [clients.join(leader), clients.join(follower), newcomer];
    await world.pass(100);
    const answers = await world.run(Promise.all(third));
    expect(answers.map(generationOf)).toEqual([generation + 2, generation + 2, generation + 2]);
  });

  it('answer joins when the round is over, and syncs when the leader has assigned', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const joins = [clients.join(a), clients.join(b)];
    await world.pass(2_500);
    expect(clients.phase()).toBe('joining');
    await world.pass(600);
    const [ofA, ofB] = await world.run(Promise.all(joins));
    expect(ofA).toMatchObject({
      kind: 'joined',
      member: a,
      generation: { generation: 1, protocol: 'range' },
    });
    const leader = leaderOf(ofA);
    const [lead, follow] = leader === a ? [ofA, ofB] : [ofB, ofA];
    expect(lead?.kind === 'joined' && lead.generation.members.map(({ id }) => id).sort()).toEqual(
      [a, b].sort(),
    );
    expect(follow?.kind === 'joined' && follow.generation.members).toEqual([]);
    const follower = leader === a ? b : a;
    const waiting = clients.sync(follower, 1);
    await world.pass(500);
    const assigned = { [leader]: 'one', [follower]: 'two' };
    expect(textOf(await world.run(clients.sync(leader, 1, assigned)))).toBe('one');
    expect(textOf(await world.run(waiting))).toBe('two');
    expect(await world.run(clients.heartbeat(a, 1))).toBe('alive');
    expect(world.shard.machine.groups.get('g')?.classicMembers.get(a)?.streams).toEqual(['s']);
  });

  it('tell members with a heartbeat that they are to join anew, and a sync of before as well', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const generation = await clients.stable(a, b);
    const c = await clients.announced();
    const joining = clients.join(c);
    await world.pass(200);
    expect(await world.run(clients.heartbeat(a, generation))).toBe('rebalancing');
    expect(textOf(await world.run(clients.sync(b, generation)))).toBe('rebalancing');
    const again = [clients.join(a), clients.join(b), joining];
    const answers = await world.run(Promise.all(again));
    expect(answers.map(generationOf)).toEqual([generation + 1, generation + 1, generation + 1]);
    expect(await codeOf(world.run(clients.heartbeat(a, generation)))).toBe('STALE_MEMBER');
    expect(await codeOf(world.run(clients.heartbeat('nobody', generation)))).toBe('MEMBER_UNKNOWN');
  });

  it('let silent members go when their session is over, but nobody who waits for the others', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const generation = await clients.stable(a, b);
    const c = await clients.announced();
    const joining = clients.join(c);
    // b is alive and does not join: the round lasts, and c waits in it for longer than its session.
    for (let i = 0; i < 30; i++) {
      await world.pass(1_000);
      await world.run(clients.heartbeat(b, generation));
    }
    const members = world.shard.machine.groups.get('g')?.classicMembers;
    expect([...(members?.keys() ?? [])].sort()).toEqual([b, c].sort());
    await world.pass(30_000);
    expect(generationOf(await world.run(joining))).toBe(generation + 1);
    expect(await codeOf(world.run(clients.heartbeat(b, generation)))).toBe('MEMBER_UNKNOWN');
  });

  it('take a join for a sign of life, also the one that ends the round', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const a = await clients.announced();
    await clients.stable(a);
    const b = await clients.announced();
    const joining = clients.join(b);
    await world.pass(9_000);
    const answers = await world.run(Promise.all([clients.join(a), joining]));
    await world.pass(2_000);
    const [generation] = answers.map(generationOf);
    expect(await world.run(clients.heartbeat(a, generation ?? -1))).toBe('alive');
  });

  it('let members go that never fetch their assignment, although they are alive', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const joins = [
      clients.join(a, { rebalanceTimeoutMs: 5_000 }),
      clients.join(b, { rebalanceTimeoutMs: 5_000 }),
    ];
    await world.pass(3_100);
    const [answer] = await world.run(Promise.all(joins));
    const [leader, idle] = leaderOf(answer) === a ? [a, b] : [b, a];
    await world.run(clients.sync(leader, 1, {}));
    for (let i = 0; i < 6; i++) {
      await world.pass(1_000);
      await world.run(clients.heartbeat(leader, 1)).catch(() => undefined);
      await world.run(clients.heartbeat(idle, 1)).catch(() => undefined);
    }
    expect([...(world.shard.machine.groups.get('g')?.classicMembers.keys() ?? [])]).toEqual([leader]);
  });

  it('lose nothing and rebalance nothing when the coordinator fails over', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const generation = await clients.stable(a, b);
    world.shard.depose();
    expect(await codeOf(world.run(clients.heartbeat(a, generation)))).toBe('NO_LEADER');
    world.shard.lead();
    for (let i = 0; i < 70; i++) {
      await world.pass(1_000);
      expect(await world.run(clients.heartbeat(a, generation))).toBe('alive');
      expect(await world.run(clients.heartbeat(b, generation))).toBe('alive');
    }
    await world.pass(11_000);
    expect(world.shard.machine.groups.size).toBe(0);
  });

  it('go on in the middle of a round after a failover, with members that ask again', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const generation = await clients.stable(a, b);
    const c = await clients.announced();
    const cut = [codeOf(clients.join(c)), codeOf(clients.join(a))];
    await world.pass(200);
    world.shard.depose();
    expect(await world.run(Promise.all(cut))).toEqual(['NOT_LEADER', 'NOT_LEADER']);
    world.shard.lead();
    const joins = [clients.join(a), clients.join(b), clients.join(c)];
    const answers = await world.run(Promise.all(joins));
    expect(answers.map(generationOf)).toEqual([generation + 1, generation + 1, generation + 1]);
  });

  it('answer the latest join of a member, and the one before with a rebalance', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const a = await clients.announced();
    const first = clients.join(a);
    await world.pass(100);
    const second = clients.join(a);
    await world.pass(3_100);
    expect(await world.run(first)).toEqual({ kind: 'rebalancing' });
    expect(generationOf(await world.run(second))).toBe(1);
  });

  it('count the session of a member whose connection is gone from then on', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const [a, b] = [await clients.announced(), await clients.announced()];
    const generation = await clients.stable(a, b);
    const gone = new AbortController();
    const c = await clients.announced();
    const joining = clients.join(c, {}, gone.signal);
    await world.pass(5_000);
    await world.run(clients.heartbeat(a, generation));
    gone.abort();
    await world.run(joining);
    await world.pass(9_000);
    const members = (): readonly string[] => [
      ...(world.shard.machine.groups.get('g')?.classicMembers.keys() ?? []),
    ];
    expect(members()).toContain(c);
    await world.pass(2_000);
    expect(members()).not.toContain(c);
  });

  it('refuse sessions of no sensible length, members without a way to assign, and too much metadata', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const refused = (options: Partial<ClassicJoinRequest>): Promise<string> =>
      codeOf(world.run(clients.join('', options)));
    expect(await refused({ sessionTimeoutMs: 100 })).toBe('INVALID_ARGUMENT');
    expect(await refused({ protocols: [] })).toBe('PRECONDITION_FAILED');
    expect(await refused({ protocolType: '' })).toBe('PRECONDITION_FAILED');
    const large = [{ name: 'range', metadata: new Uint8Array(2 << 20) }];
    expect(await refused({ protocols: large })).toBe('INVALID_ARGUMENT');
    expect(world.shard.machine.groups.size).toBe(0);
  });

  it('fence the former process of a static member, which comes back without a rebalance', async () => {
    const world = coordinationWorld();
    const clients = new Clients(world);
    const joining = clients.join('', { instanceId: 'one' });
    await world.pass(3_100);
    const first = await world.run(joining);
    const member = first.kind === 'joined' ? first.member : '';
    await world.run(clients.sync(member, 1, { [member]: 'all' }));
    const back = await world.run(clients.join('', { instanceId: 'one' }));
    expect(back).toMatchObject({ kind: 'joined', generation: { generation: 1, skipAssignment: true } });
    expect(await codeOf(world.run(clients.heartbeat(member, 1, 'one')))).toBe('MEMBER_FENCED');
    const now = back.kind === 'joined' ? back.member : '';
    expect(textOf(await world.run(clients.sync(now, 1)))).toBe('all');
  });
});
