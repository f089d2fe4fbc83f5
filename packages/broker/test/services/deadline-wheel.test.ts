import { SeededRandom } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { DeadlineWheel, NO_DEADLINE } from '../../src/services/deadline-wheel.ts';
import type { Deadline } from '../../src/services/deadline-wheel.ts';
import { ManualTime } from './manual-time.ts';

function entry(expire: () => void): Deadline {
  return { ...NO_DEADLINE, expire };
}

test('a deadline fires once, not early and at most a slot late', () => {
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 20);
  const fired: number[] = [];
  wheel.add(
    entry(() => fired.push(time.nowMs)),
    100,
  );
  time.advance(99);
  expect(fired).toEqual([]);
  time.advance(41);
  expect(fired).toHaveLength(1);
  time.advance(1_000);
  expect(fired).toHaveLength(1);
});

test('a removed deadline never fires and removing it twice is harmless', () => {
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 20);
  let fired = 0;
  const one = entry(() => fired++);
  wheel.add(one, 50);
  wheel.remove(one);
  wheel.remove(one);
  time.advance(1_000);
  expect(fired).toBe(0);
  expect(wheel.size).toBe(0);
});

test('no timer runs while nothing waits', () => {
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 20);
  wheel.add(
    entry(() => undefined),
    30,
  );
  expect(time.pendingTimers).toBe(1);
  time.advance(100);
  expect(time.pendingTimers).toBe(0);
});

test('deadlines longer than one turn of the wheel wait for their own turn', () => {
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 1);
  let firedAt = 0;
  wheel.add(
    entry(() => {
      firedAt = time.nowMs;
    }),
    2_000,
  );
  time.advance(1_900);
  expect(firedAt).toBe(0);
  time.advance(200);
  expect(firedAt).toBeGreaterThanOrEqual(3_000);
});

test('after a stall everything that is due fires', () => {
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 1);
  let fired = 0;
  for (let i = 1; i <= 3_000; i++) {
    wheel.add(
      entry(() => fired++),
      i,
    );
  }
  time.nowMs += 10_000;
  time.advance(2);
  expect(fired).toBe(3_000);
});

test('a deadline that fires may remove another that is due in the same slot', () => {
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 20);
  const fired: string[] = [];
  const second = entry(() => fired.push('second'));
  wheel.add(
    entry(() => {
      fired.push('first');
      wheel.remove(second);
    }),
    10,
  );
  wheel.add(second, 10);
  time.advance(100);
  expect(fired).toEqual(['first']);
});

test('random adds and removes fire exactly those that stay, each in its time', () => {
  const random = new SeededRandom(7);
  const time = new ManualTime();
  const wheel = new DeadlineWheel({ clock: time, scheduler: time }, 5);
  const late: number[] = [];
  const waiting = new Set<Deadline>();
  let expected = 0;
  for (let i = 0; i < 2_000; i++) {
    const dueMs = time.nowMs + random.below(4_000);
    const one = entry(() => {
      waiting.delete(one);
      late.push(time.nowMs - dueMs);
    });
    wheel.add(one, dueMs - time.nowMs);
    waiting.add(one);
    expected++;
    if (random.below(3) === 0) {
      const [victim] = waiting;
      if (victim !== undefined) {
        wheel.remove(victim);
        waiting.delete(victim);
        expected--;
      }
    }
    time.advance(random.below(10));
  }
  time.advance(10_000);
  expect(late).toHaveLength(expected);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThanOrEqual(10);
});
