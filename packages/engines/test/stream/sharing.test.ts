import { describe, expect, it } from 'vitest';
import {
  type AcquireShare,
  decodeStreamCommand,
  encodeStreamCommand,
  type Reply,
  SHARE_GROUPS_PER_PARTITION_MAX,
  type ShareAction,
  type ShareVerdict,
} from '../../src/index.ts';
import { ShareRig } from './share-rig.ts';

const LOCK_MS = 30_000;

class Shared extends ShareRig {
  timeMs = 1_000;

  constructor(records = 10) {
    super();
    this.append(records);
    this.do({ kind: 'open', group: 'g', start: { kind: 'earliest' } });
  }

  do(action: ShareAction): Reply {
    return this.share(action, this.timeMs);
  }

  acquire(member: string, more: Partial<AcquireShare> = {}): unknown {
    const reply = this.do({
      kind: 'acquire',
      group: 'g',
      member,
      from: this.machine.shares.group('g')?.candidate ?? 0,
      to: this.machine.endOffset,
      holes: [],
      recordsMax: 500,
      lockMs: LOCK_MS,
      attemptsMax: 5,
      inFlightMax: 2_000,
      ...more,
    });
    return reply.ok ? reply.value : reply.error.code;
  }

  say(member: string, first: number, last: number, ...verdicts: ShareVerdict[]): string {
    const batches = [{ first, last, verdicts }];
    const reply = this.do({ kind: 'acknowledge', group: 'g', member, lockMs: LOCK_MS, batches });
    return reply.ok ? 'ok' : reply.error.code;
  }

  get place(): readonly [start: number | undefined, end: number | undefined] {
    const { start, end } = this.machine.shares.group('g')?.head ?? {};
    return [start, end];
  }
}

function acquired(...ranges: (readonly [first: number, last: number, attempts: number])[]): unknown {
  return {
    kind: 'share-acquired',
    ranges: ranges.map(([first, last, attempts]) => ({ first, last, attempts })),
  };
}

describe('a share group in a partition', () => {
  it('gives out what there is room for, and passes over no hole behind that', () => {
    const shared = new Shared(4);
    expect(shared.acquire('m1', { recordsMax: 1, holes: [[2, 2]] })).toEqual(acquired([0, 0, 1]));
    expect(shared.place).toEqual([0, 1]);
    expect(shared.acquire('m2', { holes: [[2, 2]] })).toEqual(acquired([1, 1, 1], [3, 3, 1]));
    expect(shared.place).toEqual([0, 4]);
  });

  it('gives a record to one member at a time, and what was accepted to nobody again', () => {
    const rig = new Shared();
    expect(rig.acquire('a', { recordsMax: 4 })).toEqual(acquired([0, 3, 1]));
    expect(rig.acquire('b')).toEqual(acquired([4, 9, 1]));
    expect(rig.acquire('c')).toEqual(acquired());
    expect(rig.say('a', 0, 3, 'accept')).toBe('ok');
    expect(rig.place).toEqual([4, 10]);
    expect(rig.acquire('c')).toEqual(acquired());
  });

  it('delivers again what was released, and counts it; what was rejected is archived', () => {
    const rig = new Shared(4);
    rig.acquire('a');
    expect(rig.say('a', 0, 3, 'accept', 'release', 'reject', 'release')).toBe('ok');
    expect(rig.place).toEqual([1, 4]);
    expect(rig.acquire('b')).toEqual(acquired([1, 1, 2], [3, 3, 2]));
  });

  it('keeps a lock until a command of its leader ends it, whatever the time is by then', () => {
    const rig = new Shared(2);
    rig.acquire('a');
    rig.timeMs += LOCK_MS * 2;
    expect(rig.acquire('b')).toEqual(acquired());
    expect(rig.machine.shares.dueAtMs()).toBe(1_000 + LOCK_MS);
    rig.do({ kind: 'expire', max: 10 });
    expect(rig.say('a', 0, 1, 'accept')).toBe('PRECONDITION_FAILED');
    expect(rig.acquire('b')).toEqual(acquired([0, 1, 2]));
  });

  it('ends no lock before its time, and one that was renewed later', () => {
    const rig = new Shared(2);
    rig.acquire('a');
    rig.timeMs += LOCK_MS - 1;
    expect(rig.say('a', 1, 1, 'renew')).toBe('ok');
    rig.do({ kind: 'expire', max: 10 });
    expect(rig.acquire('b')).toEqual(acquired());
    rig.timeMs += 1;
    rig.do({ kind: 'expire', max: 10 });
    expect(rig.acquire('b')).toEqual(acquired([0, 0, 2]));
  });

  it('archives a record after its last delivery, however it ended', () => {
    const rig = new Shared(2);
    for (let attempts = 1; attempts <= 3; attempts++) {
      expect(rig.acquire('a', { attemptsMax: 3 })).toEqual(acquired([0, 1, attempts]));
      expect(rig.say('a', 0, 0, 'release')).toBe('ok');
      rig.timeMs += LOCK_MS;
      rig.do({ kind: 'expire', max: 10 });
    }
    expect(rig.place).toEqual([2, 2]);
    expect(rig.acquire('b')).toEqual(acquired());
  });

  it('does not count what a member gives back as a whole', () => {
    const rig = new Shared(2);
    rig.acquire('a');
    rig.do({ kind: 'release', group: 'g', member: 'a' });
    expect(rig.acquire('b')).toEqual(acquired([0, 1, 1]));
  });

  it('takes verdicts of the member that has the records alone, all or none', () => {
    const rig = new Shared(4);
    rig.acquire('a', { recordsMax: 2 });
    rig.acquire('b');
    expect(rig.say('a', 0, 2, 'accept')).toBe('PRECONDITION_FAILED');
    expect(rig.say('a', 0, 9, 'accept')).toBe('PRECONDITION_FAILED');
    expect(rig.say('a', 0, 1, 'accept', 'accept', 'accept')).toBe('INVALID_ARGUMENT');
    expect(rig.place).toEqual([0, 4]);
    expect(rig.say('a', 0, 1, 'accept')).toBe('ok');
    expect(rig.say('a', 0, 1, 'accept')).toBe('ok');
    expect(rig.say('b', 3, 3, 'accept')).toBe('ok');
    expect(rig.say('b', 3, 3, 'accept')).toBe('PRECONDITION_FAILED');
  });

  it('passes over offsets without records', () => {
    const rig = new Shared(10);
    expect(
      rig.acquire('a', {
        holes: [
          [0, 2],
          [5, 5],
        ],
      }),
    ).toEqual(acquired([3, 4, 1], [6, 9, 1]));
    expect(rig.place).toEqual([3, 10]);
    expect(rig.say('a', 3, 9, 'accept')).toBe('PRECONDITION_FAILED');
    expect(rig.say('a', 3, 4, 'release')).toBe('ok');
    expect(rig.acquire('b', { holes: [[3, 3]] })).toEqual(acquired([4, 4, 2]));
    expect(rig.place).toEqual([4, 10]);
  });

  it('holds so many records under way and no more, until the first of them are done', () => {
    const rig = new Shared(10);
    expect(rig.acquire('a', { inFlightMax: 6 })).toEqual(acquired([0, 5, 1]));
    rig.say('a', 1, 5, 'accept');
    expect(rig.acquire('a', { inFlightMax: 6 })).toEqual(acquired());
    rig.say('a', 0, 0, 'accept');
    expect(rig.acquire('a', { inFlightMax: 6 })).toEqual(acquired([6, 9, 1]));
  });

  it('goes forward with the log: what is trimmed away is nobody’s any more', () => {
    const rig = new Shared(10);
    rig.acquire('a', { recordsMax: 6 });
    rig.say('a', 4, 4, 'accept');
    rig.trim(4, rig.timeMs);
    expect(rig.place).toEqual([5, 6]);
    expect(rig.say('a', 2, 5, 'accept')).toBe('ok');
    rig.trim(9, rig.timeMs);
    expect(rig.place).toEqual([9, 9]);
  });

  it('begins where it is told, the first time; a reset puts it elsewhere, within the log', () => {
    const rig = new Shared(10);
    rig.do({ kind: 'open', group: 'g', start: { kind: 'latest' } });
    expect(rig.place).toEqual([0, 0]);
    rig.acquire('a');
    rig.do({ kind: 'reset', group: 'g', offset: 7 });
    expect(rig.place).toEqual([7, 7]);
    expect(rig.say('a', 8, 8, 'accept')).toBe('PRECONDITION_FAILED');
    rig.do({ kind: 'reset', group: 'g', offset: 70 });
    expect(rig.place).toEqual([10, 10]);
    rig.do({ kind: 'open', group: 'h', start: { kind: 'latest' } });
    expect(rig.machine.shares.group('h')?.head.start).toBe(10);
  });

  it('leaves nothing behind when it is deleted, or has not been used for a week', () => {
    const rig = new Shared(10);
    const { size } = rig.state;
    rig.acquire('a', { recordsMax: 3 });
    expect(rig.state.size).toBe(size + 1);
    rig.do({ kind: 'delete', group: 'g' });
    expect(rig.machine.shares.count).toBe(0);
    expect(rig.state.size).toBe(size - 1);
    rig.do({ kind: 'open', group: 'g', start: { kind: 'earliest' } });
    rig.timeMs = (rig.machine.shares.dueAtMs() ?? 0) - 1;
    rig.do({ kind: 'expire', max: 10 });
    expect(rig.machine.shares.count).toBe(1);
    rig.timeMs += 1;
    rig.do({ kind: 'expire', max: 10 });
    expect(rig.machine.shares.count).toBe(0);
  });

  it('is one of a limited number', () => {
    const rig = new Shared(1);
    for (let i = 1; i < SHARE_GROUPS_PER_PARTITION_MAX; i++)
      rig.do({ kind: 'open', group: `g${i}`, start: { kind: 'latest' } });
    const reply = rig.do({ kind: 'open', group: 'one more', start: { kind: 'latest' } });
    expect(reply.ok ? 'ok' : reply.error.code).toBe('OVERLOADED');
  });
});

it('every command is read as it was written', () => {
  const actions: readonly ShareAction[] = [
    { kind: 'open', group: 'grüße', start: { kind: 'offset', offset: 2 ** 40 } },
    { kind: 'open', group: 'g', start: { kind: 'latest' } },
    {
      kind: 'acquire',
      group: 'g',
      member: 'm',
      from: 1,
      to: 9,
      holes: [
        [2, 3],
        [7, 7],
      ],
      recordsMax: 5,
      lockMs: 6,
      attemptsMax: 7,
      inFlightMax: 8,
    },
    {
      kind: 'acknowledge',
      group: 'g',
      member: 'm',
      lockMs: 6,
      batches: [{ first: 1, last: 2, verdicts: ['gap', 'renew'] }],
    },
    { kind: 'release', group: 'g', member: 'm' },
    { kind: 'expire', max: 3 },
    { kind: 'reset', group: 'g', offset: 4 },
    { kind: 'delete', group: 'g' },
  ];
  for (const action of actions) {
    const command = { kind: 'share', timeMs: 12, action } as const;
    expect(decodeStreamCommand(encodeStreamCommand(command))).toEqual(command);
  }
});
