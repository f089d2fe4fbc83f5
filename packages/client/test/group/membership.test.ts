import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { Membership } from '../../src/group/membership.ts';
import type { GroupConsumerOptions } from '../../src/group/group-types.ts';
import { FakeCoordinator } from './fake-coordinator.ts';

function member(options: Partial<GroupConsumerOptions> = {}, failure?: FlowError) {
  const coordinator = new FakeCoordinator();
  coordinator.failure = failure;
  const events: string[] = [];
  const membership = new Membership(
    coordinator.deps,
    { group: 'g', streams: ['orders'], sessionTimeoutMs: 10_000, ...options },
    {
      onJoined: (id) => events.push(`joined ${id}`),
      onAssignment: ({ epoch, partitions }) =>
        events.push(
          `assigned ${epoch}: ${partitions.map((one) => `${one.stream}:${one.partition}`).join(' ')}`,
        ),
      onLost: ({ code }) => events.push(`lost ${code}`),
      onTrouble: ({ code }) => events.push(`trouble ${code}`),
      onEnded: ({ code }) => events.push(`ended ${code}`),
    },
  );
  membership.start();
  return { coordinator, membership, events };
}

const orders = (epoch: number, ...partitions: number[]) => ({
  epoch,
  partitions: [{ stream: 'orders', partitions }],
});
const away = new FlowError('UNAVAILABLE', 'away');

/** For longer than its session, from its heartbeat that waits on. */
async function unheard(coordinator: FakeCoordinator): Promise<void> {
  coordinator.failure = away;
  coordinator.refuse(away);
  await coordinator.pass(14_000);
}

describe('a member', () => {
  it('tells of every new assignment once, and drops those that were overtaken', async () => {
    const { coordinator, membership, events } = member();
    await coordinator.turns();
    coordinator.answer(orders(3, 0, 1));
    await coordinator.turns();
    coordinator.answer(orders(2, 0));
    await coordinator.turns();
    expect(events).toEqual(['joined member-1', 'assigned 1: ', 'assigned 3: orders:0 orders:1']);
    await membership.close();
  });

  it('says at once that it has taken an assignment over, although a heartbeat waits', async () => {
    const { coordinator, membership } = member();
    await coordinator.turns();
    coordinator.answer(orders(4, 0));
    await coordinator.turns();
    membership.confirm(4);
    await coordinator.turns();
    expect(coordinator.heartbeats.at(-1)).toMatchObject({ epoch: 4, confirmedEpoch: 4 });
    await membership.close();
  });

  it('joins again under another id when the coordinator knows it no more, and counts everything as lost', async () => {
    const { coordinator, membership, events } = member();
    await coordinator.turns();
    coordinator.refuse(new FlowError('MEMBER_UNKNOWN', 'gone'));
    await coordinator.pass(1_000);
    expect(events).toEqual([
      'joined member-1',
      'assigned 1: ',
      'lost MEMBER_UNKNOWN',
      'joined member-2',
      'assigned 1: ',
    ]);
    await membership.close();
    expect(coordinator.left).toEqual(['member-2']);
  });

  it('counts everything as lost when it was unheard for a session, before anybody tells it', async () => {
    const { coordinator, membership, events } = member();
    await coordinator.turns();
    coordinator.failure = away;
    coordinator.refuse(away);
    await coordinator.pass(9_000);
    expect(events.filter((event) => event.startsWith('lost'))).toEqual([]);
    await coordinator.pass(3_000);
    expect(events.filter((event) => event.startsWith('lost'))).toEqual(['lost UNAVAILABLE']);
    coordinator.failure = undefined;
    await coordinator.pass(1_000);
    expect(events).toContain('joined member-2');
    await membership.close();
  });

  it('lesson: leaves what it had been before it joins again, where it was unheard for a session: nobody waits for a ghost', async () => {
    const { coordinator, membership } = member();
    await coordinator.turns();
    await unheard(coordinator);
    expect(coordinator.heard).toEqual(['join member-1']);
    coordinator.failure = undefined;
    await coordinator.pass(1_000);
    expect(coordinator.heard).toEqual(['join member-1', 'leave member-1', 'join member-2']);
    await membership.close();
  });

  it('joins again although it may not leave what it had been', async () => {
    const { coordinator, membership, events } = member();
    await coordinator.turns();
    await unheard(coordinator);
    coordinator.failure = undefined;
    coordinator.leaveFailure = new FlowError('NOT_FOUND', 'no such group');
    await coordinator.pass(1_000);
    expect(events).toContain('joined member-2');
    await membership.close();
  });

  it('leaves all that it may have been when it closes before it has joined again', async () => {
    const { coordinator, membership } = member();
    await coordinator.turns();
    await unheard(coordinator);
    coordinator.failure = undefined;
    await membership.close();
    expect(coordinator.left).toEqual(['member-1']);
  });

  it('leaves also where nobody answered that it had joined', async () => {
    const { coordinator, membership } = member({}, away);
    await coordinator.turns();
    expect(coordinator.joins).toEqual(['member-1']);
    coordinator.failure = undefined;
    await membership.close();
    expect(coordinator.left).toEqual(['member-1']);
  });

  it('takes the place of its instance when it joins again, and leaves nothing', async () => {
    const { coordinator, membership } = member({ instanceId: 'one' });
    await coordinator.turns();
    await unheard(coordinator);
    coordinator.failure = undefined;
    await coordinator.pass(1_000);
    expect(coordinator.heard).toEqual(['join member-1', 'join member-2']);
    await membership.close();
  });

  it('ends when another process has taken its instance id', async () => {
    const { coordinator, membership, events } = member({ instanceId: 'one' });
    await coordinator.turns();
    coordinator.refuse(new FlowError('MEMBER_FENCED', 'another'));
    await coordinator.pass(1_000);
    expect(events.slice(2)).toEqual(['lost MEMBER_FENCED', 'ended MEMBER_FENCED']);
    expect(coordinator.joins).toHaveLength(1);
    await membership.close();
  });

  it('with an instance id does not leave when it closes: it may come back', async () => {
    const { coordinator, membership } = member({ instanceId: 'one' });
    await coordinator.turns();
    await membership.close();
    expect(coordinator.left).toEqual([]);
  });

  it('sends no more after it was closed', async () => {
    const { coordinator, membership } = member();
    await coordinator.turns();
    await membership.close();
    const sent = coordinator.heartbeats.length;
    await coordinator.pass(20_000);
    expect(coordinator.heartbeats).toHaveLength(sent);
  });
});
