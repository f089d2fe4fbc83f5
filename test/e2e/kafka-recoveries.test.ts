/** What is made of what clients of Kafka tell while leaders are killed. */
import { describe, expect, it } from 'vitest';
import { ClientStory, missingIn } from './proofs/kafka-recoveries.ts';

describe('the recovery of a client', () => {
  it('counts from the kill to the last partition that the killed node led, for what was sent after it', () => {
    const story = new ClientStory('a producer', 3);
    for (const partition of [0, 1, 2]) story.tell(`acked ${partition} 0 ${partition} 900 950`);
    story.killed(1_000, [0, 2]);
    // Sent before, acknowledged by the killed node or by the next one: it says nothing of the way back.
    story.tell('acked 0 1 3 990 1010');
    story.tell('acked 1 1 4 1010 1020');
    expect(story.recovered).toBe(false);
    story.tell('acked 2 1 5 1100 1300');
    story.tell('acked 0 2 6 1100 1400');
    story.tell('acked 0 3 7 1100 1900');
    expect([story.recovered, story.tookMs(9_000)]).toEqual([true, 400]);
  });

  it('is as long as the wait where a client does not come back, and none where nothing of it was led there', () => {
    const story = new ClientStory('a consumer', 1);
    story.killed(1_000, [0]);
    expect([story.recovered, story.tookMs(61_000)]).toEqual([false, 60_000]);
    story.killed(70_000, []);
    expect([story.concerned, story.recovered]).toEqual([false, true]);
  });

  it('keeps what went wrong, and how often', () => {
    const story = new ClientStory('a producer', 1);
    story.tell('running');
    for (let i = 0; i < 2; i++) story.tell('error Closed connection');
    expect([story.running, [...story.errors]]).toEqual([true, [['Closed connection', 2]]]);
  });

  it('finds acknowledged records that are not where they were acknowledged', () => {
    const told = [
      new Map([
        [0, 7],
        [1, 8],
      ]),
      new Map([[0, 9]]),
    ];
    expect(
      missingIn(
        [
          new Map([
            [0, 7],
            [1, 8],
            [2, 8],
          ]),
          new Map([[0, 9]]),
        ],
        told,
      ),
    ).toBe(0);
    expect(
      missingIn(
        [
          new Map([
            [0, 7],
            [1, 5],
          ]),
          new Map(),
        ],
        told,
      ),
    ).toBe(2);
  });
});
