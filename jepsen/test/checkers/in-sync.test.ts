import { describe, expect, it } from 'vitest';
import { inSync } from '../../checkers/in-sync.ts';
import { NEMESIS } from '../../history/operation.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

class Sends extends HistoryKit {
  fault(f: string, phase: 'begin' | 'end', note?: unknown): this {
    this.add(NEMESIS, 'info', f, { fault: 0, variant: 'one', phase, note });
    return this;
  }

  kill(): this {
    return this.fault('kill', 'begin', { order: [2, 1, 3] }).fault('kill', 'begin', { nodes: [2] });
  }

  send(type: 'ok' | 'info' = 'ok'): this {
    return this.call(1, 'send', { partition: 0, values: ['a'] }, { offsets: [0] }, type);
  }
}

describe('streams that want every replica in sync', () => {
  it('may acknowledge before a node is killed and after it has been started again', () => {
    const sends = new Sends().send().kill().send('info').fault('kill', 'end').send();
    expect(inSync(sends.history)).toMatchObject({ valid: true, facts: { sends: 3, 'nodes down': 1 } });
  });

  it('may acknowledge what was sent before the kill, or has waited for its end', () => {
    const asked = { partition: 0, values: ['a'] };
    const sends = new Sends();
    sends.add(1, 'invoke', 'send', asked);
    sends.kill();
    sends.add(1, 'ok', 'send', { offsets: [0] });
    sends.add(2, 'invoke', 'send', asked);
    sends.fault('kill', 'end');
    sends.add(2, 'ok', 'send', { offsets: [1] });
    expect(inSync(sends.history).valid).toBe(true);
  });

  it('must not acknowledge while a node is down', () => {
    expect(kindsOf(inSync(new Sends().kill().send().fault('kill', 'end').history))).toEqual([
      'too few copies',
    ]);
    const dark = new Sends().fault('power', 'begin', { lost: [{ node: 3 }] }).send();
    expect(kindsOf(inSync(dark.history))).toEqual(['too few copies']);
    const paused = new Sends().fault('pause', 'begin', { nodes: [3] }).send();
    expect(inSync(paused.history).valid).toBe(true);
  });
});
