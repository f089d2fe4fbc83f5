/**
 * Transactions that append to lists and read them, judged by what they saw of each other (after K. Kingsbury and P. Alvaro, "Elle: Inferring
 * Isolation Anomalies from Experimental Observations", 2020). Texts are appended once only, so a list that is read tells the order of
 * everything in it.
 *
 *   G1a                 what an aborted transaction appended was read
 *   G1b                 a transaction was seen in part, without another that was open in the list and kept the rest back
 *   incompatible order  two readings of a list, neither of which is the beginning of the other
 *   duplicate element   a text twice in a list
 *   made up             a text that nobody appended
 *   lost append         acknowledged, and not in a reading that began after everything had ended
 *   never at rest       a transaction that nobody ends: see `at-rest.ts`
 *   internal            a transaction that does not see what it appended itself
 *   G0 … G2             cycles: see `transaction-graph.ts`
 */
import type { AppendAnswer, AppendAsked } from '../history/append-values.ts';
import { type Call, callsOf } from '../history/calls.ts';
import type { Checker, Operation } from '../history/operation.ts';
import { Anomalies } from './anomalies.ts';
import { checkAtRest } from './at-rest.ts';
import { type Dependency, TransactionGraph } from './transaction-graph.ts';

export interface ListAppendOptions {
  /** Kinds of cycles that are counted and not held against it, because nothing more was promised. */
  readonly permitted: readonly string[];
  /** Whether who begins later also comes later, and whether a transaction sees its own appends. */
  readonly realtime: boolean;
  readonly seesItself: boolean;
  /** Lists are shown up to the first append of a transaction that is open: of one that has ended a part may lie behind that. */
  readonly shownUpToOpen?: boolean;
}

interface Reading {
  readonly call: Call;
  readonly list: readonly string[];
}

const TXN: ReadonlySet<string> = new Set(['txn']);

export function listAppend(options: ListAppendOptions): Checker {
  return (history) => new Lists(callsOf(history, TXN), options).judge(history);
}

class Lists {
  private readonly calls: readonly Call[];
  private readonly options: ListAppendOptions;
  private readonly anomalies = new Anomalies();
  /** Who appended a text, and what it appended to that list, in order. */
  private readonly appenders = new Map<string, { readonly call: Call; readonly all: readonly string[] }>();
  private readonly readings = new Map<string, Reading[]>();
  private readonly longest = new Map<string, Reading>();
  private keptBack = 0;

  constructor(calls: readonly Call[], options: ListAppendOptions) {
    this.calls = calls;
    this.options = options;
  }

  judge(history: readonly Operation[]) {
    checkAtRest(history, this.anomalies);
    for (const call of this.calls) this.takeAppends(call);
    for (const call of this.calls) if (call.type === 'ok') this.takeReadings(call);
    for (const [key, readings] of this.readings) this.checkList(key, readings);
    const permitted = this.checkCycles();
    const facts = {
      transactions: this.calls.length,
      lists: this.longest.size,
      ...permitted,
      ...(this.options.shownUpToOpen === true ? { 'rest kept back by an open one': this.keptBack } : {}),
    };
    return this.anomalies.verdict('list-append', this.readings.size, facts);
  }

  private takeAppends(call: Call): void {
    for (const [key, all] of appendsOf(call))
      for (const value of all) this.appenders.set(nameOf(key, value), { call, all });
  }

  private takeReadings(call: Call): void {
    const { steps } = call.asked as AppendAsked;
    const { lists } = call.answer as AppendAnswer;
    const own = new Map<string, string[]>();
    for (const [i, step] of steps.entries()) {
      const before = own.get(step.key) ?? [];
      if (step.kind === 'append') {
        own.set(step.key, [...before, step.value]);
        continue;
      }
      const list = lists[i] ?? [];
      if (this.options.seesItself && before.some((value, at) => list.at(at - before.length) !== value))
        this.anomalies.add(
          'internal',
          `${step.key} was read as [${tail(list)}] after appending [${before.join(' ')}]`,
          [call],
        );
      const readings = this.readings.get(step.key);
      if (readings === undefined) this.readings.set(step.key, [{ call, list }]);
      else readings.push({ call, list });
    }
  }

  private checkList(key: string, readings: readonly Reading[]): void {
    const [first, ...others] = readings;
    if (first === undefined) return;
    let longest = first;
    for (const reading of others) if (reading.list.length > longest.list.length) longest = reading;
    this.longest.set(key, longest);
    this.checkElements(key, longest);
    for (const reading of readings) {
      const { list, call } = reading;
      const at = list.findIndex((value, i) => value !== longest.list[i]);
      if (at >= 0) {
        this.anomalies.add(
          'incompatible order',
          `${key}: [${tail(list.slice(0, at + 1))}] to one, [${tail(longest.list.slice(0, at + 1))}] to another`,
          [call, longest.call],
        );
        this.checkElements(key, reading);
      }
      this.checkLast(key, reading);
    }
    this.checkLost(key, readings);
  }

  private checkElements(key: string, { call, list }: Reading): void {
    const seen = new Set<string>();
    for (const value of list) {
      const appender = this.appenders.get(nameOf(key, value));
      if (seen.has(value))
        this.anomalies.add('duplicate element', `${value} is in ${key} twice`, [appender?.call, call]);
      seen.add(value);
      if (appender === undefined) this.anomalies.add('made up', `nobody appended ${value} to ${key}`, [call]);
      else if (appender.call.type === 'fail')
        this.anomalies.add('G1a', `${value} of ${key} is of a transaction that was aborted`, [
          appender.call,
          call,
        ]);
    }
  }

  /** A reading that ends within what one transaction appended saw it in part. */
  private checkLast(key: string, reading: Reading): void {
    const { call, list } = reading;
    const last = list.at(-1);
    const appender = last === undefined ? undefined : this.appenders.get(nameOf(key, last));
    if (last === undefined || appender === undefined || appender.call === call) return;
    if (appender.all.at(-1) === last) return;
    if (this.options.shownUpToOpen === true && this.isKeptBack(key, reading, appender)) {
      this.keptBack++;
      return;
    }
    this.anomalies.add(
      'G1b',
      `${key} was read up to ${last}, of a transaction that appended [${appender.all.join(' ')}]`,
      [appender.call, call],
    );
  }

  /**
   * Another one may have been open, with an append behind what was read and before the rest. One that was acknowledged may be open for a while: its
   * decision stands, and is still to be carried out.
   */
  private isKeptBack(
    key: string,
    { call, list }: Reading,
    appender: { readonly call: Call; readonly all: readonly string[] },
  ): boolean {
    const order = this.longest.get(key)?.list ?? [];
    const rest = appender.all.slice(appender.all.indexOf(list.at(-1) ?? '') + 1);
    const until = Math.min(
      ...rest.map((value) => order.indexOf(value)).filter((place) => place >= 0),
      order.length,
    );
    return this.calls.some((other) => {
      const own = appendsOf(other).get(key);
      if (own === undefined || other === appender.call || other.from > call.to) return false;
      const places = own.map((value) => order.indexOf(value)).filter((place) => place >= 0);
      // Of one that was never seen nobody knows where it lies, but that it lies between what was appended at the time.
      if (places.length === 0) return other.from < appender.call.to && other.to > appender.call.from;
      return places.some((place) => place >= list.length && place < until);
    });
  }

  private checkLost(key: string, readings: readonly Reading[]): void {
    const last = readings.reduce((a, b) => (b.call.from > a.call.from ? b : a));
    // While others write, a reader need not be told of what has just been committed; at the end it does.
    const underWay = this.calls.some(
      (other) => other.from < last.call.from && appendsOf(other).has(key) && !this.ended(other, last.call),
    );
    if (underWay) return;
    const there = new Set(last.list);
    for (const [name, { call }] of this.appenders) {
      if (call.type !== 'ok' || !name.startsWith(`${key} `) || call.to > last.call.from) continue;
      const value = name.slice(key.length + 1);
      if (!there.has(value))
        this.anomalies.add('lost append', `${value} of ${key} was committed`, [call, last.call]);
    }
  }

  private ended(other: Call, reading: Call): boolean {
    return other.to < reading.from;
  }

  // ---- cycles

  /** Counts of what was permitted. */
  private checkCycles(): Readonly<Record<string, number>> {
    const nodes = this.calls.filter(
      (call) => call.type === 'ok' || (call.type === 'info' && this.wasSeen(call)),
    );
    const numbers = new Map(nodes.map((call, i) => [call, i]));
    const graph = new TransactionGraph(nodes.length);
    for (const [key, { list }] of this.longest) this.addOrder(graph, numbers, key, list);
    if (this.options.realtime) addRealtime(graph, nodes);
    const permitted = new Map<string, number>();
    for (const { kind, nodes: cycle, why } of graph.cycles()) {
      if (this.options.permitted.includes(kind)) {
        permitted.set(`permitted: ${kind}`, (permitted.get(`permitted: ${kind}`) ?? 0) + 1);
        continue;
      }
      const calls = cycle.map((node) => nodes[node] as Call);
      this.anomalies.add(kind, sayCycle(calls, why), calls);
    }
    return Object.fromEntries(permitted);
  }

  private wasSeen(call: Call): boolean {
    for (const [key, all] of appendsOf(call))
      if (all.some((value) => this.longest.get(key)?.list.includes(value) === true)) return true;
    return false;
  }

  private addOrder(
    graph: TransactionGraph,
    numbers: ReadonlyMap<Call, number>,
    key: string,
    list: readonly string[],
  ): void {
    const writers = list.map((value) => numbers.get(this.appenders.get(nameOf(key, value))?.call as Call));
    for (const [i, writer] of writers.entries()) {
      const before = writers[i - 1];
      if (writer !== undefined && before !== undefined) graph.add(before, writer, 'ww');
    }
    for (const reading of this.readings.get(key) ?? []) {
      const reader = numbers.get(reading.call) as number;
      const count = reading.list.length;
      // What it read of itself tells nothing of others.
      let last = count - 1;
      while (last >= 0 && writers[last] === reader) last--;
      const [writer, next] = [writers[last], writers.slice(count).find((each) => each !== reader)];
      if (writer !== undefined) graph.add(writer, reader, 'wr');
      if (next !== undefined) graph.add(reader, next, 'rw');
    }
  }
}

const nameOf = (key: string, value: string): string => `${key} ${value}`;
const tail = (list: readonly string[]): string =>
  list.length > 5 ? `… ${list.slice(-5).join(' ')}` : list.join(' ');

function appendsOf(call: Call): ReadonlyMap<string, readonly string[]> {
  const appends = new Map<string, string[]>();
  for (const step of (call.asked as AppendAsked).steps) {
    if (step.kind !== 'append') continue;
    const known = appends.get(step.key);
    if (known === undefined) appends.set(step.key, [step.value]);
    else known.push(step.value);
  }
  return appends;
}

/** Each begins after all that had ended by then; those of them that others had followed already say nothing new. */
function addRealtime(graph: TransactionGraph, nodes: readonly Call[]): void {
  const events = nodes.flatMap((call, node) => [
    { at: call.from, node, call },
    ...(call.to === Number.POSITIVE_INFINITY ? [] : [{ at: call.to, node, call }]),
  ]);
  events.sort((a, b) => a.at - b.at);
  let frontier: { readonly node: number; readonly call: Call }[] = [];
  for (const { at, node, call } of events) {
    if (at === call.from) for (const before of frontier) graph.add(before.node, node, 'realtime');
    else frontier = [...frontier.filter((before) => before.call.to > call.from), { node, call }];
  }
}

const WORDS: Readonly<Record<Dependency, string>> = {
  ww: 'was overwritten by',
  wr: 'was read by',
  rw: 'did not see',
  realtime: 'ended before',
};

function sayCycle(calls: readonly Call[], why: readonly Dependency[]): string {
  const parts = calls.map((call, i) => `${call.from} ${WORDS[why[i] ?? 'realtime']}`);
  return `${parts.join(' ')} ${calls[0]?.from}`;
}
