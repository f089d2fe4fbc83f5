/**
 * A client of a bucket: one request after the other, each until it is answered or given up. Repetitions carry the request's id, so that it takes
 * effect once. Lasting keys make histories; fleeting ones have expiries, leases and ranges, and are judged against the model alone.
 */
import { type FlowError, type GroupId, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { KvCondition, KvOp, KvOpResult, KvTxnReply } from '@flowmesh/engines';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import type { KvService, TxnOutcome } from '../../../../packages/broker/src/services/kv/kv-service.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EndingClient } from '../../world/traffic.ts';
import { ask, choose, type Outcome } from '../ask.ts';
import type { EngineWorld } from '../workload.ts';
import { drawFleeting } from './fleeting-ops.ts';
import type { LastingOp, LastingResult, LastingStep } from '../../check/lasting-keys.ts';
import type { KvHistory } from './kv-history.ts';
import type { KvShard } from './kv-shard.ts';

export interface KvPlace {
  readonly bucket: string;
  readonly shard: number;
  readonly group: GroupId;
  readonly known: KvShard;
  readonly history: KvHistory;
  readonly lasting: readonly string[];
  readonly counter: string;
  readonly fleeting: readonly string[];
  /** Values that clients have seen lately, for conditions. */
  readonly seen: Map<string, string | undefined>;
  /** Revisions at which values were put. */
  readonly putAt: Map<string, number>;
  readonly leases: number[];
  serviceOf(process: SimProcess): KvService | undefined;
}

const RETRY_MS = 100;
const THINK_MS_MIN = 20;
const GIVES_UP = 0.25;
const REFUSALS_MAX = 500;
const HISTORY_MAX = 1_200;
/** Longer values are not compared. */
const COMPARED_MAX = 512;
const NO_CONDITIONS: readonly KvCondition[] = [];

export class KvClient implements EndingClient {
  closing = false;
  acknowledged = 0;
  private readonly world: EngineWorld;
  private readonly place: KvPlace;
  private readonly name: string;
  private readonly caller: Caller;
  private count = 0;
  private busy = false;

  constructor(world: EngineWorld, place: KvPlace, name: string, caller: Caller) {
    this.world = world;
    this.place = place;
    this.name = name;
    this.caller = caller;
    this.later(world.random.unit() * 400, () => this.next());
  }

  get idle(): boolean {
    return !this.busy;
  }

  poke(): void {
    if (!this.busy) this.put();
  }

  private next(): void {
    if (this.closing || this.busy) return;
    const { place } = this;
    const mood = this.world.random.unit();
    const full = place.history.size > HISTORY_MAX;
    if (mood < 0.25 && !full) this.get(this.pick([...place.lasting, place.counter]), false);
    else if (mood < 0.6 && !full) this.lasting(this.drawLasting());
    else if (mood < 0.75) this.get(this.pick(place.fleeting), this.world.random.unit() < 0.2);
    else this.fleeting();
  }

  private ended(): void {
    this.busy = false;
    const { profile, random } = this.world;
    this.later(THINK_MS_MIN + profile.thinkMs * 2 * random.unit(), () => this.next());
  }

  // ---- lasting keys

  private drawLasting(): LastingOp {
    const { random } = this.world;
    const { place } = this;
    const key = this.pick(place.lasting);
    const other = this.pick(place.lasting.filter((each) => each !== key));
    const put = (at: string): LastingStep => ({ kind: 'put', key: at, value: this.value() });
    const mood = random.unit();
    const last = place.seen.get(key);
    const condition = { key, value: (last?.length ?? 0) > COMPARED_MAX ? 'never put' : last };
    if (mood < 0.3) return { condition: undefined, success: [put(key)], failure: [] };
    if (mood < 0.4) return { condition: undefined, success: [{ kind: 'delete', key }], failure: [] };
    if (mood < 0.5)
      return {
        condition: undefined,
        success: [{ kind: 'increment', key: place.counter, by: 1 }],
        failure: [],
      };
    if (mood < 0.75) return { condition, success: [put(key)], failure: [{ kind: 'get', key }] };
    const steps: LastingStep[] = [put(key), put(other), { kind: 'get', key: place.counter }];
    if (mood < 0.9) return { condition: undefined, success: steps, failure: [] };
    return {
      condition,
      success: steps,
      failure: [
        { kind: 'get', key },
        { kind: 'get', key: other },
      ],
    };
  }

  private put(): void {
    const step: LastingStep = { kind: 'put', key: this.pick(this.place.lasting), value: this.value() };
    this.lasting({ condition: undefined, success: [step], failure: [] });
  }

  private lasting(op: LastingOp): void {
    const call = this.world.time.now;
    const requestId = `${this.name}.${++this.count}`;
    const conditions = this.conditions(op);
    const content = { conditions, success: op.success.map(toOp), failure: op.failure.map(toOp) };
    this.request<TxnOutcome>(
      `kv ${requestId}`,
      (service) =>
        service.txn(
          { caller: this.caller, bucket: this.place.bucket, shard: this.place.shard },
          { ...content, requestId: utf8Encode(requestId), previous: true },
        ),
      (outcome, floor, by) => {
        this.record(`${requestId} ${describe(op)}`, requestId, call, op, outcome);
        if (outcome !== undefined && !outcome.reply.repeated)
          this.place.known.sawRevision(floor, outcome.reply.revision, by);
      },
    );
  }

  /** A value is compared, or the revision at which it was put: no value is put twice. */
  private conditions({ condition }: LastingOp): readonly KvCondition[] {
    if (condition === undefined) return NO_CONDITIONS;
    const key = utf8Encode(condition.key);
    const { value } = condition;
    const put = value === undefined ? 0 : this.place.putAt.get(value);
    if (put !== undefined && (value === undefined || this.world.random.unit() < 0.5))
      return [{ key, target: 'mod', comparison: 'equal', number: put }];
    return [{ key, target: 'value', comparison: 'equal', value: utf8Encode(value ?? '') }];
  }

  private record(
    label: string,
    requestId: string,
    call: number,
    op: LastingOp,
    outcome: TxnOutcome | undefined,
  ): void {
    const { known, history } = this.place;
    if (outcome === undefined) {
      // Whether it has happened is seen at the end: it may still be on its way.
      this.place.history.pending.push(() => {
        const ret = known.appliedAt.get(requestId);
        if (ret !== undefined) history.add(`${label} (unknown)`, { call, ret }, op, undefined);
      });
      return;
    }
    const result = resultOf(outcome.reply);
    history.add(`${label} → ${text(result)}`, { call, ret: this.world.time.now }, op, result);
    const steps = result.succeeded ? op.success : op.failure;
    for (const [i, step] of steps.entries()) {
      const done = outcome.reply.results[i];
      if (step.kind === 'put' && done?.kind === 'put')
        this.place.putAt.set(step.value, done.current.modRevision);
      if (step.kind === 'put') this.place.seen.set(step.key, step.value);
      else if (step.kind === 'delete') this.place.seen.set(step.key, undefined);
      else if (step.kind === 'get' && result.answers[i] !== '?')
        this.place.seen.set(step.key, result.answers[i]);
    }
  }

  // ---- reading

  private get(key: string, stale: boolean): void {
    const { place, caller } = this;
    const { known } = place;
    const call = this.world.time.now;
    const at = { timeMs: known.model.timeMs };
    this.request(
      `kv get ${key}`,
      (service) => {
        at.timeMs = known.model.timeMs;
        const where = { caller, bucket: place.bucket, shard: place.shard };
        return service.get(where, utf8Encode(key), { revision: 0, stale, keysOnly: false });
      },
      (read, floor, by) => {
        if (read === undefined) return;
        const { value: version, revision, nowMs } = read;
        known.sawVersion({ key, version, revision, nowMs }, stale ? undefined : at.timeMs, by);
        if (stale) return;
        known.sawRevision(floor, revision, by);
        if (place.fleeting.includes(key)) return;
        const value = version?.value === undefined ? undefined : utf8Decode(version.value);
        const op: LastingOp = { condition: undefined, success: [{ kind: 'get', key }], failure: [] };
        const result = { succeeded: true, answers: [value] };
        place.history.add(
          `${this.name} get ${key} → ${value}`,
          { call, ret: this.world.time.now },
          op,
          result,
        );
        place.seen.set(key, value);
      },
    );
  }

  // ---- fleeting keys

  private fleeting(): void {
    const { place, caller, world } = this;
    const requestId = `${this.name}.${++this.count}`;
    const wish = drawFleeting(world.random, place, () => this.value());
    this.request(
      `kv ${requestId}`,
      (service) => wish(service, { caller, bucket: place.bucket, shard: place.shard }, requestId),
      (revision, floor, by) => {
        if (revision !== undefined) place.known.sawRevision(floor, revision, by);
      },
    );
  }

  // ---- requests

  /** `answered` is told the value, or undefined where the client gave up; `floor`: what any answer had to know. */
  private request<T>(
    label: string,
    call: (service: KvService) => Promise<T>,
    answered: (value: T | undefined, floor: number, by: string) => void,
  ): void {
    const { world, place } = this;
    this.busy = true;
    let refusals = 0;
    const attempt = (): void => {
      const process = choose(world, (each) => each.replicas?.get(place.group)?.serving === true);
      const service = process === undefined ? undefined : place.serviceOf(process);
      if (process === undefined || service === undefined) {
        this.later(RETRY_MS, attempt);
        return;
      }
      const { floor } = place.known;
      const timeoutMs =
        world.random.unit() < 0.2 ? 5 + world.random.unit() * 60 : 500 + world.random.unit() * 2_000;
      ask<T>(world, {
        label,
        process,
        timeoutMs,
        request: () => call(service),
        done: (outcome: Outcome<T>) => {
          switch (outcome.kind) {
            case 'answered':
              this.acknowledged++;
              answered(outcome.value, floor, process.name);
              this.ended();
              return;
            case 'refused':
              if (!isFinal(outcome.error) && ++refusals < REFUSALS_MAX) {
                this.later(RETRY_MS * world.random.unit(), attempt);
                return;
              }
              // An attempt before this one may have been more than it seemed.
              answered(undefined, floor, process.name);
              this.ended();
              return;
            case 'unknown':
              if (!outcome.final && (this.closing || world.random.unit() >= GIVES_UP)) {
                this.later(RETRY_MS * world.random.unit(), attempt);
                return;
              }
              // Done, but what it read is gone: an answer too.
              if (outcome.final) this.acknowledged++;
              answered(undefined, floor, process.name);
              this.ended();
          }
        },
      });
    };
    attempt();
  }

  private value(): string {
    const { random } = this.world;
    const text = `${this.name}#${++this.count}`;
    return random.unit() < 0.05 ? text.padEnd(600, '.') : text;
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.world.random.below(choices.length)] as T;
  }

  private later(delayMs: number, task: () => void): void {
    this.world.time.after(delayMs, undefined, this.name, () => {
      try {
        task();
      } catch (error) {
        this.world.failed(error);
      }
    });
  }
}

/** The machine has refused it: nothing has happened, and it is told so again. */
function isFinal(error: FlowError): boolean {
  return (
    error.code === 'NOT_FOUND' || error.code === 'PRECONDITION_FAILED' || error.code === 'INVALID_ARGUMENT'
  );
}

function toOp(step: LastingStep): KvOp {
  const key = utf8Encode(step.key);
  switch (step.kind) {
    case 'get':
    case 'delete':
      return { kind: step.kind, key };
    case 'put':
      return { kind: 'put', key, value: utf8Encode(step.value), expiry: { kind: 'none' } };
    case 'increment':
      return { kind: 'increment', key, by: step.by, expiry: { kind: 'none' } };
  }
}

function resultOf(reply: KvTxnReply): LastingResult {
  return { succeeded: reply.succeeded, answers: reply.results.map(answerOf) };
}

function answerOf(result: KvOpResult): string | undefined {
  switch (result.kind) {
    case 'get':
      return textOf(result.current);
    case 'put':
    case 'delete':
      return textOf(result.previous);
    case 'increment':
      return String(result.number);
    case 'delete-range':
    case 'touch':
      return '?';
  }
}

function textOf(version: { readonly value: Uint8Array | undefined } | undefined): string | undefined {
  if (version === undefined) return undefined;
  return version.value === undefined ? '?' : utf8Decode(version.value);
}

function describe({ condition, success, failure }: LastingOp): string {
  const list = (steps: readonly LastingStep[]): string =>
    steps.map((step) => `${step.kind} ${step.key}${step.kind === 'put' ? `=${step.value}` : ''}`).join(', ');
  const when = condition === undefined ? '' : `if ${condition.key}=${condition.value}: `;
  return `${when}${list(success)}${failure.length > 0 ? ` else ${list(failure)}` : ''}`;
}

function text({ succeeded, answers }: LastingResult): string {
  return `${succeeded ? 'done' : 'not'} ${answers.join(', ')}`;
}
