/**
 * Whether a history of overlapping operations could have happened one after the other: Wing and Gong's search with Lowe's memory of what was
 * tried (G. Lowe, "Testing for linearizability", 2017).
 *
 *   take an operation that nothing unfinished had to precede ─► does its result fit the state? ─► go on with the rest
 *                         ▲                                                  └─ no, or seen before ─┐
 *                         └──────────────────── put the last one back, try the next ◄───────────────┘
 *
 * An operation that fits and changes nothing is taken at once and for good: whatever order exists for the rest exists behind it, too. So reads
 * are no choices. Not so one of which nobody knows how it went: what it did may be nothing now, and needed later. One that never returned (`ret` is
 * Infinity) may be taken, and need not be.
 */

/** One operation; `call` and `ret` are moments of the world. */
export interface Operation<State> {
  readonly call: number;
  readonly ret: number;
  readonly label: string;
  /** Nobody knows how it went: it fits states that it changes, and others. */
  readonly untold?: boolean | undefined;
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
  /** `stuck`: the operation that no order could get past; `at`: its place in the list. */
  | { readonly kind: 'not-linearizable'; readonly stuck: string; readonly at: number }
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

/** A choice, or what followed from it without one. */
interface Taking<State> {
  readonly entry: Entry;
  readonly before: State;
  readonly forced: boolean;
}

/** `stepsMax` bounds time, and with it the memory of what was tried: one short text a step. */
export function judge<State>(
  operations: readonly Operation<State>[],
  spec: Specification<State>,
  stepsMax = STEPS_MAX,
): Verdict {
  const head = link(operations);
  const taken = new Taken(operations);
  const seen = new Set<string>();
  const undo: Taking<State>[] = [];
  let state = spec.initial;
  let name = spec.name(state);
  let entry = head.next;
  let [deepest, stuck] = [-1, -1];
  for (let steps = 0; taken.missing > 0; steps++) {
    if (steps > stepsMax) return { kind: 'undecided' };
    if (entry?.isCall === true) {
      const operation = operations[entry.op] as Operation<State>;
      const after = operation.run(state);
      const nameAfter = after === undefined || after === state ? name : spec.name(after);
      const changes = nameAfter !== name;
      const isChoice = changes || (operation.untold === true && !taken.isOptional(entry.op));
      const wanted = isChoice ? isNew(seen, taken, entry.op, nameAfter) : !taken.isOptional(entry.op);
      if (after === undefined || !wanted) {
        entry = entry.next;
        continue;
      }
      undo.push({ entry, before: state, forced: !isChoice });
      [state, name] = [after, nameAfter];
      taken.set(entry.op, true);
      lift(entry);
      entry = head.next;
      continue;
    }
    if (entry !== undefined && undo.length > deepest) [deepest, stuck] = [undo.length, entry.op];
    const last = putBack(undo, taken);
    if (last === undefined)
      return { kind: 'not-linearizable', stuck: operations[stuck]?.label ?? '', at: stuck };
    state = last.before;
    name = spec.name(state);
    entry = last.entry.next;
  }
  return { kind: 'linearizable' };
}

/** Back to before the last choice; undefined: there is none left. */
function putBack<State>(undo: Taking<State>[], taken: Taken): Taking<State> | undefined {
  for (;;) {
    const last = undo.pop();
    if (last === undefined) return undefined;
    taken.set(last.entry.op, false);
    unlift(last.entry);
    if (!last.forced) return last;
  }
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
    ...(ret === Number.POSITIVE_INFINITY ? [] : [{ at: ret, op, isCall: false }]),
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

/**
 * Which operations have been taken. They are numbered in the order of their calls, those that need not be taken by themselves, so that what is
 * taken of the others is a solid beginning and a short rest.
 */
class Taken {
  /** Operations that returned and have not been taken. */
  missing: number;
  private readonly places: readonly number[];
  private readonly required: Bits;
  private readonly optional: Bits;

  constructor(operations: readonly Operation<unknown>[]) {
    const order = operations
      .map(({ call }, op) => ({ call, op }))
      .sort((a, b) => a.call - b.call || a.op - b.op);
    const places = operations.map(() => 0);
    let [required, optional] = [0, 0];
    for (const { op } of order) {
      const returned = operations[op]?.ret !== Number.POSITIVE_INFINITY;
      places[op] = returned ? required++ : -1 - optional++;
    }
    this.places = places;
    this.missing = required;
    this.required = new Bits(required);
    this.optional = new Bits(optional);
  }

  isOptional(op: number): boolean {
    return (this.places[op] as number) < 0;
  }

  set(op: number, taken: boolean): void {
    const place = this.places[op] as number;
    if (place < 0) return this.optional.set(-1 - place, taken);
    this.missing += taken ? -1 : 1;
    this.required.set(place, taken);
  }

  name(): string {
    return `${this.required.name()}|${this.optional.name()}`;
  }
}

class Bits {
  private readonly words: Int32Array;
  /** Words before it are full. */
  private from = 0;
  /** Words behind it are empty. */
  private last = 0;

  constructor(count: number) {
    this.words = new Int32Array(Math.ceil(count / 32) + 1);
  }

  set(place: number, value: boolean): void {
    const word = place >>> 5;
    const bit = 1 << (place & 31);
    this.words[word] = value ? (this.words[word] ?? 0) | bit : (this.words[word] ?? 0) & ~bit;
    if (value) this.last = Math.max(this.last, word);
    else this.from = Math.min(this.from, word);
  }

  /** Whole words at the beginning are counted, not spelled. */
  name(): string {
    while (this.words[this.from] === -1) this.from++;
    while (this.last > this.from && this.words[this.last] === 0) this.last--;
    return `${this.from}:${this.words.subarray(this.from, this.last + 1).join(',')}`;
  }
}
