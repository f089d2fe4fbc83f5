/** What counts as the end of a failover is the first acknowledgement of something that was sent after the kill. */
import { expect, it } from 'vitest';
import { fieldsOf } from '../../bench/peers/failover/etcd-side.ts';
import { SteadyWriter, WRITE_EVERY_MS, type WriterPorts } from '../../bench/peers/failover/steady-writer.ts';

/** Time that goes on when it is told to. */
class Ticks implements WriterPorts {
  private timeMs = 0;
  private task: (() => void) | undefined;

  nowMs(): number {
    return this.timeMs;
  }

  every(_periodMs: number, task: () => void): () => void {
    this.task = task;
    return () => (this.task = undefined);
  }

  async tick(): Promise<void> {
    this.timeMs += WRITE_EVERY_MS;
    this.task?.();
    await this.settled();
  }

  /** What promises lead to has happened. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function writer() {
  const ticks = new Ticks();
  const sent: PromiseWithResolvers<void>[] = [];
  const steady = new SteadyWriter(() => {
    const attempt = Promise.withResolvers<void>();
    sent.push(attempt);
    return attempt.promise;
  }, ticks);
  return { ticks, sent, steady };
}

it('what was sent before the kill does not count, although it is acknowledged after it', async () => {
  const { ticks, sent, steady } = writer();
  let back: number | undefined;
  await ticks.tick();
  void steady.firstAfter(ticks.nowMs()).then((ms) => (back = ms));
  sent[0]?.resolve();
  await ticks.settled();
  expect(back).toBeUndefined();
  await ticks.tick();
  await ticks.tick();
  sent[1]?.resolve();
  await ticks.settled();
  expect(back).toBe(2 * WRITE_EVERY_MS);
});

it('the writer goes on while nothing is answered, and over refusals', async () => {
  const { ticks, sent, steady } = writer();
  let back: number | undefined;
  void steady.firstAfter(0).then((ms) => (back = ms));
  for (let tick = 0; tick < 5; tick++) await ticks.tick();
  expect(sent).toHaveLength(5);
  for (const attempt of sent.slice(0, 4)) attempt.reject(new Error('no leader'));
  await ticks.settled();
  expect(back).toBeUndefined();
  sent[4]?.resolve();
  await ticks.settled();
  expect(back).toBe(5 * WRITE_EVERY_MS);
});

it('a writer that is stopped waits for what is under way, and writes no more', async () => {
  const { ticks, sent, steady } = writer();
  await ticks.tick();
  let stopped = false;
  const stop = steady.stop().then(() => (stopped = true));
  await ticks.tick();
  expect(sent).toHaveLength(1);
  expect(stopped).toBe(false);
  sent[0]?.reject(new Error('gone'));
  await stop;
  expect(stopped).toBe(true);
});

it('numbers of 64 bits and nested messages of etcd are read, and a torn message ends nothing', () => {
  const member = Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  const fields = fieldsOf(
    Buffer.concat([Buffer.from([0x0a, member.length]), member, Buffer.from([0x20, 0x96, 0x01])]),
  );
  expect(fieldsOf(fields.get(1) as Buffer).get(2)).toBe(2n ** 64n - 1n);
  expect(fields.get(4)).toBe(150n);
  expect(fieldsOf(Buffer.from([0x20, 0x96])).get(4)).toBe(22n);
});
