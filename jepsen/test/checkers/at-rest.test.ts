import { describe, expect, it } from 'vitest';
import { Anomalies } from '../../checkers/anomalies.ts';
import { checkAtRest, STILL_OPEN } from '../../checkers/at-rest.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

class Waiting extends HistoryKit {
  /** For half a minute each. */
  ask(code?: string): this {
    const atMs = this.history.at(-1)?.timeMs ?? 0;
    this.add(-2, 'invoke', 'settled', {}, atMs);
    const operation = this.add(-2, code === undefined ? 'ok' : 'fail', 'settled', {}, atMs + 30_000);
    if (code !== undefined)
      this.history[operation.index] = { ...operation, error: { code, message: 'in vain' } };
    return this;
  }
}

function kinds(waiting: Waiting): readonly string[] {
  const anomalies = new Anomalies();
  checkAtRest(waiting.history, anomalies);
  return kindsOf(anomalies.verdict('rest', 1, {}));
}

describe('transactions when all is healed', () => {
  it('may be open for a while, and nobody asks where there are none', () => {
    expect(kinds(new Waiting())).toEqual([]);
    expect(kinds(new Waiting().ask())).toEqual([]);
    expect(kinds(new Waiting().ask(STILL_OPEN).ask(STILL_OPEN).ask(STILL_OPEN).ask())).toEqual([]);
    expect(kinds(new Waiting().ask(STILL_OPEN).ask(STILL_OPEN))).toEqual([]);
  });

  it('are never at rest where they are open for longer than any may take', () => {
    const open = new Waiting().ask(STILL_OPEN).ask(STILL_OPEN).ask(STILL_OPEN);
    expect(kinds(open)).toEqual(['never at rest']);
    // The end of the run cut the next one off.
    open.add(-2, 'invoke', 'settled', {}, 90_000);
    expect(kinds(open)).toEqual(['never at rest']);
  });

  it('are not said to be open by a call that nobody answered', () => {
    expect(kinds(new Waiting().ask(STILL_OPEN).ask(STILL_OPEN).ask('UNAVAILABLE').ask(STILL_OPEN))).toEqual(
      [],
    );
  });
});
