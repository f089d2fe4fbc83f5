import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope } from '../../../src/services/forward/envelope.ts';
import { caller } from '../fake-cluster.ts';
import { type CoordinationWorld, coordinationWorld } from './coordination-world.ts';

const CALLER = caller();
const UNREACHABLE = new FlowError('UNAVAILABLE', 'the node is away');

async function begun(world: CoordinationWorld) {
  const { transactions } = world.coordination;
  const producer = await world.run(transactions.init({ caller: CALLER, id: 't', timeoutMs: 0, waitMs: 100 }));
  const claim = { caller: CALLER, id: 't', ...producer };
  await world.run(
    transactions.add(claim, [
      { kind: 'queue', queue: 'mail', shard: 0 },
      { kind: 'offsets', group: 'g' },
    ]),
  );
  return claim;
}

const stateOf = (world: CoordinationWorld): string | undefined =>
  world.shard.machine.transactions.get('t')?.state;

describe('transactions at their coordinator', () => {
  it('end at every participant, and the next one has another epoch', async () => {
    const world = coordinationWorld();
    const claim = await begun(world);
    const ended = await world.run(world.coordination.transactions.end(claim, true, 5_000));
    expect(ended).toEqual({ producerId: claim.producerId, producerEpoch: 1, complete: true });
    expect(world.markers).toMatchObject([{ producerId: claim.producerId, producerEpoch: 0, commit: true }]);
    expect(stateOf(world)).toBe('empty');
  });

  it('are told again to participants that could not be reached, for as long as it takes', async () => {
    const world = coordinationWorld();
    const claim = await begun(world);
    world.control.queueFailure = UNREACHABLE;
    const ending = world.coordination.transactions.end(claim, true, 1_000);
    await world.pass(1_500);
    expect(await world.run(ending)).toMatchObject({ complete: false });
    expect(stateOf(world)).toBe('prepare-commit');
    await world.pass(10_000);
    world.control.queueFailure = undefined;
    await world.pass(2_000);
    expect(world.markers).toHaveLength(1);
    expect(stateOf(world)).toBe('empty');
  });

  it.each(['prepare-commit', 'prepare-abort'] as const)(
    'in state %s are ended by whoever leads the coordinator next, without a client',
    async (state) => {
      const world = coordinationWorld();
      const claim = await begun(world);
      world.control.queueFailure = UNREACHABLE;
      const ending = world.coordination.transactions.end(claim, state === 'prepare-commit', 100);
      await world.pass(500);
      await world.run(ending);
      expect(stateOf(world)).toBe(state);
      world.shard.depose();
      world.control.queueFailure = undefined;
      await world.pass(3_000);
      expect(world.markers).toEqual([]);
      world.shard.lead();
      await world.pass(2_000);
      expect(world.markers).toMatchObject([{ commit: state === 'prepare-commit', coordinatorTerm: 2 }]);
      expect(stateOf(world)).toBe('empty');
    },
  );

  it('that are open survive a failover and can be committed then', async () => {
    const world = coordinationWorld();
    const claim = await begun(world);
    world.shard.depose();
    world.shard.lead();
    expect(stateOf(world)).toBe('ongoing');
    expect(await world.run(world.coordination.transactions.end(claim, true, 5_000))).toMatchObject({
      complete: true,
    });
  });

  it('whose time is up are aborted by the coordinator, and their client is told so', async () => {
    const world = coordinationWorld();
    const claim = await begun(world);
    await world.pass(70_000);
    expect(stateOf(world)).toBe('empty');
    expect(world.markers).toMatchObject([{ commit: false }]);
    await expect(world.run(world.coordination.transactions.end(claim, true, 100))).rejects.toMatchObject({
      code: 'TRANSACTION_ABORTED',
    });
  });

  it('are aborted and fenced by the next process that takes the id', async () => {
    const world = coordinationWorld();
    const { transactions } = world.coordination;
    const claim = await begun(world);
    await expect(
      world.run(transactions.init({ caller: CALLER, id: 't', timeoutMs: 0, waitMs: 5_000 })),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
    expect(
      await world.run(transactions.init({ caller: CALLER, id: 't', timeoutMs: 0, waitMs: 5_000 })),
    ).toMatchObject({ producerEpoch: 2 });
    expect(world.markers).toMatchObject([{ producerEpoch: 0, commit: false }]);
    await expect(world.run(transactions.end(claim, true, 100))).rejects.toMatchObject({
      code: 'PRODUCER_FENCED',
    });
  });

  it('do not wait for participants that were deleted', async () => {
    const world = coordinationWorld();
    const claim = await begun(world);
    world.control.queueFailure = UNREACHABLE;
    const ending = world.coordination.transactions.end(claim, true, 60_000);
    await world.pass(500);
    const uuid = world.catalog.machine.streamByName('queue:mail')?.uuid ?? '';
    world.catalog.apply({ kind: 'delete-stream', requestId: 'delete', timeMs: 1, uuid });
    await world.pass(2_000);
    expect(await world.run(ending)).toMatchObject({ complete: true });
  });

  it('may not last longer than a quarter of an hour', async () => {
    const world = coordinationWorld();
    await expect(
      world.run(
        world.coordination.transactions.init({
          caller: CALLER,
          id: 't',
          timeoutMs: 900_001,
          waitMs: 100,
        }),
      ),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'timeout_ms' } });
  });
});

describe('calls between nodes', () => {
  it('are told from commands of the metadata, and refused in words where they are not known', () => {
    const world = coordinationWorld();
    const envelope = { target: 'queue', group: world.queueGroup, payload: Uint8Array.of(1, 2) } as const;
    const bytes = encodeEnvelope(envelope);
    expect(decodeEnvelope(bytes)).toEqual(envelope);
    expect(decodeEnvelope(Buffer.from('{"v":1}'))).toBeUndefined();
    expect(decodeEnvelope(new Uint8Array(0))).toBeUndefined();
    bytes[1] = 99;
    expect(() => decodeEnvelope(bytes)).toThrow(/does not know/);
    expect(() => decodeEnvelope(Uint8Array.of(1))).toThrow(/truncated/);
  });
});
