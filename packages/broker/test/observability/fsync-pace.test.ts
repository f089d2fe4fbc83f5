import { describe, expect, test } from 'vitest';
import { FsyncPace } from '../../src/observability/fsync-pace.ts';
import { ManualTime } from '../cluster/fakes.ts';

describe('the pace of the disk', () => {
  test('one slow commit of an idle disk is no verdict', async () => {
    const time = new ManualTime();
    const pace = new FsyncPace(time);
    pace.sample(1_500);
    expect(pace.slow()).toBe(false);
    await time.advance(60_000);
    pace.sample(1_500);
    pace.sample(1_500);
    expect(pace.slow()).toBe(false);
  });

  test('more than one in a hundred slow commits within ten seconds is one', async () => {
    const time = new ManualTime();
    const pace = new FsyncPace(time);
    for (let i = 0; i < 400; i++) pace.sample(2);
    for (let i = 0; i < 4; i++) pace.sample(1_100);
    expect(pace.slow()).toBe(false);
    pace.sample(1_100);
    expect(pace.slow()).toBe(true);
  });

  test('the verdict stands for a while after the last slow commit, then it ends', async () => {
    const time = new ManualTime();
    const pace = new FsyncPace(time);
    for (let i = 0; i < 3; i++) pace.sample(1_100);
    await time.advance(29_000);
    pace.sample(1);
    expect(pace.slow()).toBe(true);
    await time.advance(2_000);
    expect(pace.slow()).toBe(false);
  });
});
