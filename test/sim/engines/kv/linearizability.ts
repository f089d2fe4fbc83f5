/**
 * Whether a history of overlapping operations could have happened one after the other: Wing and Gong's search with Lowe's memory of what was
 * tried (G. Lowe, "Testing for linearizability", 2017).
 *
 *   take an operation that nothing unfinished had to precede ─► does its result fit the state? ─► go on with the rest
 *                         ▲                                                  └─ no, or seen before ─┐
 *                         └──────────────────── put the last one back, try the next ◄───────────────┘
 */

/** One operation; `call` and `ret` are moments of the world. */
export interface Operation<State> {
  readonly call: number;
  readonly ret: number;
  readonly label: string;
  /** The state afterwards; undefined where its result does not fit. */
  run(state: State): State | undefined;
}

export interface Specification<State> {
  readonly initial: State;
  /** Equal for equal states. */
  name(state: State): string;
}

export type Verdict =
  | { readonly kind: 'linearizable' }
  /** `stuck`: the operation that no order could get past. */
  | { readonly kind: 'not-linearizable'; readonly stuck: string }
  /** The search was given up. */
  | { readonly kind: 'undecided' };

const STEPS_MAX = 300_000;

interface Entry {
  readonly op: number;
  readonly isCall: boolean;
  next: Entry | undefined;
  previous: Entry | undefined;
  /** Of a call: its return. */
  match: Entry | undefined;
}

export function judge<State>(operations: readonly Operation<State>[], spec: Specification<State>): Verdict {
  const head = link(operations);
  const taken = new Taken(operations.length);
  const seen = new Set<string>();
  const undo: { readonly entry: Entry; readonly before: State }[] = [];
  let state = spec.initial;
  let entry = head.next;
  let [steps, deepest, stuck] = [0, -1, ''];
  while (head.next !== undefined) {
    if (++steps > STEPS_MAX) return { kind: 'undecided' };
    if (entry?.isCall === true) {
      const after = (operations[entry.op] as Operation<State>).run(state);
      if (after !== undefined && isNew(seen, taken, entry.op, spec.name(after))) {
        undo.push({ entry, before: state });
        state = after;
        taken.set(entry.op, true);
        lift(entry);
        entry = head.next;
      } else entry = entry.next;
      continue;
    }
    if (entry !== undefined && undo.length > deepest) {
      deepest = undo.length;
      stuck = (operations[entry.op] as Operation<State>).label;
    }
    const last = undo.pop();
    if (last === undefined) return { kind: 'not-linearizable', stuck };
    state = last.before;
    taken.set(last.entry.op, false);
    unlift(last.entry);
    entry = last.entry.next;
  }
  return { kind: 'linearizable' };
}

function isNew(seen: Set<string>, taken: Taken, op: number, state: string): boolean {
  taken.set(op, true);
  const name = `${taken.name()} ${state}`;
  taken.set(op, false);
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

/** Calls and returns in the order of time; at one moment calls come first, so that operations that touch overlap. */
function link<State>(operations: readonly Operation<State>[]): Entry {
  const events = operations.flatMap(({ call, ret }, op) => [
    { at: call, op, isCall: true },
    { at: ret, op, isCall: false },
  ]);
  events.sort((a, b) => a.at - b.at || Number(b.isCall) - Number(a.isCall) || a.op - b.op);
  const head: Entry = { op: -1, isCall: true, next: undefined, previous: undefined, match: undefined };
  const calls = new Map<number, Entry>();
  let last = head;
  for (const { op, isCall } of events) {
    const entry: Entry = { op, isCall, next: undefined, previous: last, match: undefined };
    last.next = entry;
    last = entry;
    const call = calls.get(op);
    if (isCall) calls.set(op, entry);
    else if (call !== undefined) call.match = entry;
  }
  return head;
}

function lift(call: Entry): void {
  for (const entry of [call, call.match]) {
    if (entry?.previous === undefined) continue;
    entry.previous.next = entry.next;
    if (entry.next !== undefined) entry.next.previous = entry.previous;
  }
}

function unlift(call: Entry): void {
  for (const entry of [call.match, call]) {
    if (entry?.previous === undefined) continue;
    entry.previous.next = entry;
    if (entry.next !== undefined) entry.next.previous = entry;
  }
}

/** Which operations have been taken. */
class Taken {
  private readonly words: Int32Array;
  private from = 0;

  constructor(count: number) {
    this.words = new Int32Array(Math.ceil(count / 32) + 1);
  }

  set(op: number, taken: boolean): void {
    const word = op >>> 5;
    const bit = 1 << (op & 31);
    this.words[word] = taken ? (this.words[word] ?? 0) | bit : (this.words[word] ?? 0) & ~bit;
    if (!taken) this.from = Math.min(this.from, word);
  }

  /** Whole words at the beginning are counted, not spelled. */
  name(): string {
    while (this.words[this.from] === -1) this.from++;
    let last = this.words.length - 1;
    while (last > this.from && this.words[last] === 0) last--;
    return `${this.from}:${this.words.subarray(this.from, last + 1).join(',')}`;
  }
}
