/**
 * Members as programs see themselves, against the machine: answers and confirmations arrive late, repeatedly, or not at all. Whatever
 * the order, nobody reads a partition that another one still reads.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bench } from './bench.ts';

interface Told {
  readonly member: string;
  readonly epoch: number;
  readonly assigned: readonly string[];
}

class World {
  readonly bench = new Bench();
  /** What each living member believes that it may read, and the epoch it was told last. */
  readonly reading = new Map<string, { epoch: number; assigned: readonly string[] }>();
  readonly answers: Told[] = [];
  readonly confirmations: { readonly member: string; readonly epoch: number }[] = [];
  private readonly committed = new Map<string, number>();
  private revision = 1;
  private born = 0;

  join(static_: boolean): void {
    const instanceId = static_ ? 'static' : '';
    if (this.reading.size >= 5) return;
    const member = `m${this.born++}`;
    const group = this.bench.machine.groups.get('g');
    const former = group?.instance(instanceId);
    this.bench.join(member, { streams: ['x', 'y'], instanceId });
    // The former self of a static member is fenced: it learns that with its next heartbeat, and may read no more then.
    if (former !== undefined) this.reading.delete(former.id);
    this.reading.set(member, { epoch: 0, assigned: [] });
  }

  leave(turn: number, expired: boolean): void {
    const member = this.pick(turn);
    if (member === undefined) return;
    this.reading.delete(member);
    if (expired) this.bench.run({ kind: 'expire-members', group: 'g', members: [member] });
    else this.bench.run({ kind: 'leave', group: 'g', member });
  }

  assign(x: number, y: number): void {
    this.bench.assign({ x, y }, 'g', this.revision++);
  }

  /** An answer leaves the coordinator. */
  tell(turn: number): void {
    const member = this.pick(turn);
    if (member === undefined) return;
    this.answers.push({ member, epoch: this.bench.epoch(member), assigned: this.bench.assigned(member) });
  }

  /** One of the answers under way arrives, not necessarily the first. */
  hear(turn: number): void {
    const [told] = this.answers.splice(turn % Math.max(1, this.answers.length), 1);
    const known = told === undefined ? undefined : this.reading.get(told.member);
    if (told === undefined || known === undefined || told.epoch < known.epoch) return;
    known.epoch = told.epoch;
    known.assigned = told.assigned;
    this.confirmations.push({ member: told.member, epoch: told.epoch });
  }

  confirm(turn: number, repeat: boolean): void {
    const at = turn % Math.max(1, this.confirmations.length);
    const [confirmation] = repeat ? this.confirmations.slice(at, at + 1) : this.confirmations.splice(at, 1);
    if (confirmation === undefined) return;
    this.bench.run({ kind: 'confirm', group: 'g', ...confirmation });
  }

  commit(turn: number, offset: number): void {
    const member = this.pick(turn);
    const known = member === undefined ? undefined : this.reading.get(member);
    if (member === undefined || known === undefined || known.assigned.length === 0) return;
    const offsets = Object.fromEntries(known.assigned.map((key) => [key, offset]));
    this.bench.commit(offsets, { member, epoch: known.epoch });
  }

  check(): void {
    const readers = [...this.reading.values()].flatMap(({ assigned }) => assigned);
    expect(new Set(readers).size).toBe(readers.length);
    const group = this.bench.machine.groups.get('g');
    const held = [...(group?.members.values() ?? [])].flatMap((member) => [
      ...Object.keys(member.assigned),
      ...Object.keys(member.revoking),
    ]);
    expect(new Set(held).size).toBe(held.length);
    expect(new Set(group?.owners.keys() ?? [])).toEqual(new Set(held));
    for (const [key, offset] of Object.entries(this.bench.offsets())) {
      expect(offset).toBeGreaterThanOrEqual(this.committed.get(key) ?? 0);
      this.committed.set(key, offset);
    }
    if (group === undefined) this.committed.clear();
  }

  private pick(turn: number): string | undefined {
    const members = [...this.reading.keys()];
    return members[turn % Math.max(1, members.length)];
  }
}

const turn = fc.nat({ max: 20 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('join' as const), flag: fc.boolean() }),
  fc.record({ kind: fc.constant('leave' as const), turn, flag: fc.boolean() }),
  fc.record({
    kind: fc.constant('assign' as const),
    x: fc.integer({ min: 1, max: 5 }),
    y: fc.nat({ max: 3 }),
  }),
  fc.record({ kind: fc.constant('tell' as const), turn }),
  fc.record({ kind: fc.constant('hear' as const), turn }),
  fc.record({ kind: fc.constant('confirm' as const), turn, flag: fc.boolean() }),
  fc.record({ kind: fc.constant('commit' as const), turn, offset: fc.nat({ max: 50 }) }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

async function settle(world: World): Promise<void> {
  const { bench } = world;
  for (let round = 0; round < 8; round++) {
    bench.assign({ x: 5, y: 3 }, 'g', 10_000);
    const members = [...world.reading.keys()];
    for (let i = 0; i < members.length; i++) world.tell(i);
    while (world.answers.length > 0) world.hear(0);
    while (world.confirmations.length > 0) world.confirm(0, false);
    world.check();
  }
}

it('never lets two members read one partition, never takes an offset back, and settles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), async (steps) => {
      const world = new World();
      for (const one of steps) {
        switch (one.kind) {
          case 'join':
            world.join(one.flag);
            break;
          case 'leave':
            world.leave(one.turn, one.flag);
            break;
          case 'assign':
            world.assign(one.x, one.y);
            break;
          case 'tell':
            world.tell(one.turn);
            break;
          case 'hear':
            world.hear(one.turn);
            break;
          case 'confirm':
            world.confirm(one.turn, one.flag);
            break;
          case 'commit':
            world.commit(one.turn, one.offset);
            break;
          case 'restart':
            await world.bench.restart();
        }
        world.check();
      }
      await settle(world);
      const sizes = [...world.reading.values()].map(({ assigned }) => assigned.length);
      if (sizes.length > 0) {
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(8);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 400 },
  );
});
