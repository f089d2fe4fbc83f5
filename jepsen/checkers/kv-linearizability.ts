/**
 * Whether what clients of a bucket were told could have happened one operation after the other, in the order of real time. Keys that no operation
 * joins are judged apart.
 *
 * What nobody knows the outcome of is made sense of first. Where values are put once only, an unknown put that somebody saw has happened before
 * that one returned; one that nobody saw may be left out, since whatever order there is exists without it (but where a condition failed
 * without telling what was there instead, or numbers are counted up). What remains unknown may be taken or not.
 */
import { judge } from '../../test/sim/check/linearizability.ts';
import { type Call, callsOf } from '../history/calls.ts';
import { KV_OPERATIONS, type KvAnswer, type KvAsked, sayKv } from '../history/kv-values.ts';
import type { Checker } from '../history/operation.ts';
import { Anomalies } from './anomalies.ts';
import { componentsOf } from './components.ts';
import {
  isTold,
  KV_STATE,
  type KvJudged,
  kvOperations,
  nameOfValue,
  stepsOf,
  touchesOf,
} from './kv-model.ts';
import { shrink } from './shrink.ts';

interface KvCall extends KvJudged {
  readonly call: Call;
}

const STEPS_PER_OPERATION = 50;
const STEPS_LEAST = 300_000;
/** Calls before and behind the moment where the search is stuck that a smallest part is looked for in. */
const WIDTHS = [50, 500, 5_000];
/** Judged in the search for the smallest failing part, in all attempts together. */
const SHRINK_CALLS_MAX = 3_000_000;

export const kvLinearizability: Checker = (history) => {
  const calls = callsOf(history, KV_OPERATIONS).filter(({ type }) => type !== 'fail');
  const components = componentsOf(calls.map(kvCall), keysOf);
  const anomalies = new Anomalies();
  let [undecided, judged, left] = [0, 0, 0];
  for (const component of components) {
    const known = settleUnknown(component);
    judged += known.length;
    left += component.length - known.length;
    const verdict = search(known);
    if (verdict.kind === 'linearizable') continue;
    if (verdict.kind === 'undecided') {
      undecided++;
      continue;
    }
    const around = known[verdict.at]?.to ?? Number.POSITIVE_INFINITY;
    const smallest = shrink(narrow(component, around), { fails, together, costMax: SHRINK_CALLS_MAX });
    const story = smallest.map(({ asked, answer }) => sayKv(asked, answer)).join('; ');
    anomalies.add(
      'not linearizable',
      `in no order could this have happened: ${story}`,
      smallest.map(({ call }) => call),
    );
  }
  const facts = { operations: judged, components: components.length, undecided, 'unknown and unseen': left };
  const verdict = anomalies.verdict('kv-linearizability', judged, facts);
  return verdict.valid === true && undecided > 0 ? { ...verdict, valid: 'unknown' } : verdict;
};

const search = (calls: readonly KvCall[]) =>
  judge(kvOperations(calls), KV_STATE, STEPS_LEAST + STEPS_PER_OPERATION * calls.length);

const fails = (calls: readonly KvCall[]): boolean => search(settleUnknown(calls)).kind === 'not-linearizable';

function kvCall(call: Call): KvCall {
  const answer = call.type === 'ok' ? (call.answer as KvAnswer) : undefined;
  // What a swap expected is known when it is sent, and told with what came of it.
  const told = call.answer as { readonly asked?: KvAsked } | undefined;
  return { call, asked: told?.asked ?? (call.asked as KvAsked), answer, from: call.from, to: call.to };
}

function keysOf({ asked }: KvCall): readonly string[] {
  const keys = [...asked.success, ...asked.failure].map(({ key }) => key);
  return asked.condition === undefined ? keys : [asked.condition.key, ...keys];
}

/** The history of these calls as it was known at a moment. */
function upTo(calls: readonly KvCall[], end: number): readonly KvCall[] {
  return calls.flatMap((call) => {
    if (call.to <= end || call.to === Number.POSITIVE_INFINITY) return call.from <= end ? [call] : [];
    const looks = stepsOf(call.asked, undefined).every(({ kind }) => kind === 'get');
    return call.from > end || looks ? [] : [{ ...call, answer: undefined, to: Number.POSITIVE_INFINITY }];
  });
}

/** A part around a moment that still fails: so many calls before and behind it, and whoever put what they found. */
function narrow(calls: readonly KvCall[], around: number): readonly KvCall[] {
  const at = calls.findIndex(({ from }) => from >= around);
  const middle = at < 0 ? calls.length : at;
  for (const width of WIDTHS) {
    const end = calls[middle + width]?.from ?? Number.POSITIVE_INFINITY;
    const part = withPutters(upTo(calls, end), calls[middle - width]?.from ?? 0);
    if (fails(part)) return part;
  }
  return calls;
}

/** What began at `from` or later, with those before it that put what is found in it, and what these found. */
function withPutters(calls: readonly KvCall[], from: number): readonly KvCall[] {
  const found = new Set<string>();
  const part = calls.toReversed().filter((call) => {
    const touches = touchesOf(call);
    const wanted =
      call.from >= from ||
      touches.some(({ kind, key, value }) => kind === 'put' && found.has(nameOfValue(key, value)));
    if (wanted)
      for (const { kind, key, value } of touches) if (kind === 'find') found.add(nameOfValue(key, value));
    return wanted;
  });
  return part.reverse();
}

/** What nobody knows, as far as the rest of the history tells. */
function settleUnknown(component: readonly KvCall[]): readonly KvCall[] {
  const putTimes = new Map<string, number>();
  const firstFound = new Map<string, number>();
  for (const call of component) {
    for (const { kind, key, value } of touchesOf(call)) {
      const name = nameOfValue(key, value);
      if (kind === 'put') putTimes.set(name, (putTimes.get(name) ?? 0) + 1);
      else firstFound.set(name, Math.min(firstFound.get(name) ?? Number.POSITIVE_INFINITY, call.to));
    }
  }
  const settled = component.map((call) =>
    call.answer === undefined ? found(call, putTimes, firstFound) : call,
  );
  const mayDrop = settled.every((call) => isTold(call) || isUnknownSwap(call));
  if (!mayDrop) return settled;
  return settled.filter(
    (call) =>
      call.to !== Number.POSITIVE_INFINITY ||
      touchesOf(call).some(({ key, value }) => putTimes.get(nameOfValue(key, value)) !== 1),
  );
}

/** As it must have happened, if somebody found what only it put. */
function found(
  call: KvCall,
  putTimes: ReadonlyMap<string, number>,
  firstFound: ReadonlyMap<string, number>,
): KvCall {
  const wayOf = (succeeded: boolean): number => {
    const puts = stepsOf(call.asked, { succeeded, answers: [] }).flatMap((step) =>
      step.kind === 'put' ? [nameOfValue(step.key, step.value)] : [],
    );
    const alone = puts.filter((name) => putTimes.get(name) === 1);
    return Math.min(...alone.map((name) => firstFound.get(name) ?? Number.POSITIVE_INFINITY));
  };
  for (const succeeded of [true, false]) {
    const by = wayOf(succeeded);
    if (by === Number.POSITIVE_INFINITY) continue;
    const answers = stepsOf(call.asked, { succeeded, answers: [] }).map(() => 'untold' as const);
    return { ...call, answer: { succeeded, answers }, to: Math.max(by, call.from) };
  }
  return call;
}

/** Puts values under a condition, if it happened at all. */
function isUnknownSwap({ asked, answer }: KvCall): boolean {
  return (
    answer === undefined &&
    [...asked.success, ...asked.failure].every(({ kind }) => kind === 'get' || kind === 'put')
  );
}

/** A part of a history, and whoever found what it put: without them the rest is as it was. */
function together(piece: readonly KvCall[], part: readonly KvCall[]): ReadonlySet<KvCall> | undefined {
  if (!part.every((call) => isTold(call) || isUnknownSwap(call))) return undefined;
  const gone = new Set(piece);
  const put = new Set<string>();
  const leave = (call: KvCall): void => {
    gone.add(call);
    for (const { kind, key, value } of touchesOf(call)) if (kind === 'put') put.add(nameOfValue(key, value));
  };
  for (const call of piece) leave(call);
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const call of part) {
      const finds = touchesOf(call).some(
        ({ kind, key, value }) => kind === 'find' && put.has(nameOfValue(key, value)),
      );
      if (finds && !gone.has(call)) leave(call);
    }
  }
  return gone;
}
