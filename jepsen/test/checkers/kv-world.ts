/**
 * Makes histories of keys by doing them: each operation takes effect at one moment between its invoke and its completion, some are never
 * answered. So they are linearizable, and stay so unless a test breaks them.
 */
import { SeededRandom } from '@flowmesh/base';
import type { KvAnswer, KvAsked } from '../../history/kv-values.ts';
import type { Operation } from '../../history/operation.ts';
import { HistoryKit } from './history-kit.ts';

interface Pending {
  readonly f: string;
  readonly asked: KvAsked;
  readonly process: number;
  answer: KvAnswer | undefined;
}

export interface KvWorldOptions {
  readonly seed: number;
  readonly operations: number;
  readonly concurrency: number;
  readonly keys: number;
  /** One in so many is never answered; 0: none. */
  readonly lostOneIn: number;
  /** Keys of one transaction; 1: none. */
  readonly txnKeys: number;
}

export function kvHistory(options: KvWorldOptions): readonly Operation[] {
  const rng = new SeededRandom(options.seed);
  const kit = new HistoryKit();
  const values = new Map<string, string>();
  const running: Pending[] = Array.from({ length: options.concurrency }, (_, process) => begin(process));
  let [begun, processes] = [options.concurrency, options.concurrency];

  function begin(process: number): Pending {
    const { f, asked } = draw();
    kit.add(process, 'invoke', f, asked);
    return { f, asked, process, answer: undefined };
  }

  function draw(): { f: string; asked: KvAsked } {
    const first = rng.below(options.keys);
    const key = `k${first}`;
    const value = `v${kit.history.length}`;
    const kind = rng.below(10);
    if (options.txnKeys > 1 && kind < 3) {
      const keys = Array.from({ length: options.txnKeys }, (_, i) => `k${(first + i) % options.keys}`);
      const steps = keys.map((each, i) =>
        i === 0 ? ({ kind: 'put', key: each, value } as const) : ({ kind: 'get', key: each } as const),
      );
      return { f: 'txn', asked: { success: steps, failure: [] } };
    }
    if (kind < 6) return { f: 'get', asked: { success: [{ kind: 'get', key }], failure: [] } };
    const put = { kind: 'put', key, value } as const;
    if (kind < 8) return { f: 'put', asked: { success: [put], failure: [] } };
    const expected =
      rng.below(3) === 0 ? { value: `v${rng.below(kit.history.length + 1)}` } : expectation(key);
    return {
      f: 'cas',
      asked: { condition: { key, ...expected }, success: [put], failure: [{ kind: 'get', key }] },
    };
  }

  function expectation(key: string): { value?: string } {
    const value = values.get(key);
    return value === undefined ? {} : { value };
  }

  function take(pending: Pending): void {
    const { condition, success, failure } = pending.asked;
    const succeeded = condition === undefined || values.get(condition.key) === condition.value;
    const answers = (succeeded ? success : failure).map((step) => {
      const value = values.get(step.key);
      if (step.kind === 'put') values.set(step.key, step.value);
      if (step.kind === 'put') return 'untold' as const;
      return value === undefined ? {} : { value };
    });
    pending.answer = { succeeded, answers };
  }

  while (running.length > 0) {
    const at = rng.below(running.length);
    const pending = running[at] as Pending;
    const lost = options.lostOneIn > 0 && rng.below(options.lostOneIn * 2) === 0;
    if (lost) {
      // It may have taken effect, or not at all.
      kit.add(pending.process, 'info', pending.f, pending.asked);
    } else if (pending.answer === undefined) {
      take(pending);
      continue;
    } else kit.add(pending.process, 'ok', pending.f, pending.answer);
    if (begun < options.operations) {
      begun++;
      running[at] = begin(lost ? processes++ : pending.process);
    } else running.splice(at, 1);
  }
  return kit.history;
}
