/**
 * One transaction: its conditions are looked at, then one of the two lists of operations happens as a whole or not at all.
 *
 *   check every operation against what is there and what those before it will do ─ one is refused ─► nothing has changed
 *                                                                               └─ all are good ─► all changes, one revision
 *
 * A key that has expired and is still there is absent for every condition and operation; where it is written, its expiry is recorded before,
 * as a revision of its own, so that watchers see it go before it comes back.
 */
import { compareBytes, equalBytes, FlowError, must, utf8Decode, utf8Encode } from '@flowmesh/base';
import { keyName } from '../state/key-name.ts';
import type { Keyspace, NewVersion } from './keyspace.ts';
import { keyOfRow, keyRows } from './kv-keys.ts';
import { decodeHead, type KvHead } from './kv-records.ts';
import type { KvCondition, KvExpiry, KvOp, KvOpResult, KvTxnReply, KvVersion } from './kv-types.ts';
import type { LeaseTable } from './lease-table.ts';

/** What an operation will do; `undefined` results are filled in when it is done. */
type Step =
  | {
      readonly kind: 'put';
      readonly wanted: NewVersion;
      readonly before: KvHead | undefined;
      readonly counter: number | undefined;
    }
  | { readonly kind: 'remove'; readonly key: Uint8Array; readonly before: KvHead | undefined }
  | { readonly kind: 'remove-many'; readonly keys: readonly Uint8Array[]; readonly more: boolean }
  | {
      readonly kind: 'touch';
      readonly key: Uint8Array;
      readonly before: KvHead | undefined;
      readonly until: Until;
    }
  | { readonly kind: 'get'; readonly key: Uint8Array };

interface Until {
  readonly expiresAtMs: number;
  readonly lease: number;
}

export interface TxnBody {
  readonly conditions: readonly KvCondition[];
  readonly success: readonly KvOp[];
  readonly failure: readonly KvOp[];
}

export class Transaction {
  private readonly space: Keyspace;
  private readonly leases: LeaseTable;
  private readonly body: TxnBody;
  private readonly written = new Set<string>();
  private readonly removedRanges: { readonly from: Uint8Array; readonly to: Uint8Array }[] = [];
  /** There is one operation: no other can be in its way. */
  private alone = false;
  /** Something besides revisions changed: an expiry. */
  private touched = false;

  constructor(space: Keyspace, leases: LeaseTable, body: TxnBody) {
    this.space = space;
    this.leases = leases;
    this.body = body;
  }

  /** `changed`: the state is another one than before. */
  run(): { readonly reply: KvTxnReply; readonly changed: boolean } | FlowError {
    const { globals } = this.space;
    const succeeded = this.body.conditions.every((condition) => this.holds(condition));
    const steps: Step[] = [];
    const ops = succeeded ? this.body.success : this.body.failure;
    this.alone = ops.length === 1;
    for (const op of ops) {
      const step = this.plan(op);
      if (step instanceof FlowError) return step;
      steps.push(step);
    }
    const before = globals.revision;
    this.recordExpired(steps);
    const results = this.perform(steps);
    const changed = globals.revision > before || this.touched;
    return {
      reply: { kind: 'txn', revision: globals.revision, succeeded, results, repeated: false },
      changed,
    };
  }

  // ---- conditions

  private holds(condition: KvCondition): boolean {
    const { key, comparison } = condition;
    const live = this.space.live(key);
    if (condition.target === 'value') {
      if (live === undefined) return false;
      // A value too large to lie in the head is longer than any that may be compared: only its inequality is asked for sensibly.
      if (live.value === undefined) return comparison === 'not-equal';
      return compares(compareBytes(live.value, condition.value), comparison);
    }
    return compares(numberOf(live, condition.target) - condition.number, comparison);
  }

  // ---- planning: nothing changes

  private plan(op: KvOp): Step | FlowError {
    switch (op.kind) {
      case 'get':
        return { kind: 'get', key: op.key };
      case 'put':
        return this.claim(op.key) ?? this.planPut(op);
      case 'increment':
        return this.claim(op.key) ?? this.planIncrement(op);
      case 'delete':
        return (
          this.claim(op.key) ?? {
            kind: 'remove',
            key: new Uint8Array(op.key),
            before: this.space.live(op.key),
          }
        );
      case 'touch':
        return this.claim(op.key) ?? this.planTouch(op.key, op.expiry);
      case 'delete-range':
        return this.planDeleteRange(op);
    }
  }

  /** A key is written once in a transaction: watchers could not tell the order of two changes otherwise. */
  private claim(key: Uint8Array): FlowError | undefined {
    if (this.alone) return undefined;
    const name = keyName(key);
    const inRange = this.removedRanges.some(
      ({ from, to }) => compareBytes(key, from) >= 0 && (to.length === 0 || compareBytes(key, to) < 0),
    );
    if (this.written.has(name) || inRange) return writtenTwice(key);
    this.written.add(name);
    return undefined;
  }

  private planPut(op: Extract<KvOp, { kind: 'put' }>): Step | FlowError {
    const key = new Uint8Array(op.key);
    const live = this.space.live(key);
    const until = this.until(op.expiry, live);
    if (until instanceof FlowError) return until;
    if (op.value === undefined && live === undefined) return nothingToKeep(key);
    const value = op.value ?? this.space.valueOf(key, must(live, 'there is a value to keep'));
    return { kind: 'put', wanted: { key, value, ...until }, before: live, counter: undefined };
  }

  private planIncrement(op: Extract<KvOp, { kind: 'increment' }>): Step | FlowError {
    const live = this.space.live(op.key);
    const number = live === undefined ? 0 : integerIn(live);
    if (number === undefined) return noCounter(op.key);
    const counter = number + op.by;
    if (!Number.isSafeInteger(counter)) return counterOverflow(op.key);
    const until = this.until(live === undefined ? op.expiry : { kind: 'keep' }, live);
    if (until instanceof FlowError) return until;
    const wanted = { key: new Uint8Array(op.key), value: utf8Encode(String(counter)), ...until };
    return { kind: 'put', wanted, before: live, counter };
  }

  private planTouch(key: Uint8Array, expiry: KvExpiry): Step | FlowError {
    const live = this.space.live(key);
    const until = this.until(expiry, live);
    return until instanceof FlowError
      ? until
      : { kind: 'touch', key: new Uint8Array(key), before: live, until };
  }

  private planDeleteRange(op: Extract<KvOp, { kind: 'delete-range' }>): Step | FlowError {
    for (const row of this.written) {
      const key = Uint8Array.from(row, (char) => char.charCodeAt(0));
      if (compareBytes(key, op.from) >= 0 && (op.to.length === 0 || compareBytes(key, op.to) < 0))
        return writtenTwice(key);
    }
    this.removedRanges.push({ from: op.from, to: op.to });
    const found = this.space.ranges.first(keyRows(op.from, op.to), op.max + 1, ({ value }) => {
      const version = decodeHead(value);
      return !version.deleted && !this.space.isExpired(version);
    });
    const more = found.length > op.max;
    if (more && !op.partial) return tooManyInRange(op.max);
    const keys = found.slice(0, op.max).map(({ key }) => keyOfRow(key));
    const claimed = keys.map((key) => keyName(key)).find((name) => this.written.has(name));
    if (claimed !== undefined) return overlapping();
    for (const key of keys) this.written.add(keyName(key));
    return { kind: 'remove-many', keys, more };
  }

  /** When a key that is written now goes away. */
  private until(expiry: KvExpiry, live: KvHead | undefined): Until | FlowError {
    const { timeMs, settings } = this.space.globals;
    switch (expiry.kind) {
      case 'none':
        return { expiresAtMs: 0, lease: 0 };
      case 'ttl':
        return { expiresAtMs: timeMs + expiry.ttlMs, lease: 0 };
      case 'keep':
        if (live !== undefined) return { expiresAtMs: live.expiresAtMs, lease: live.lease };
        return this.until({ kind: 'default' }, live);
      case 'default':
        return { expiresAtMs: settings.defaultTtlMs === -1 ? 0 : timeMs + settings.defaultTtlMs, lease: 0 };
      case 'lease':
        return this.leases.isAlive(expiry.lease)
          ? { expiresAtMs: 0, lease: expiry.lease }
          : noLease(expiry.lease);
    }
  }

  // ---- doing

  /** Keys that are about to be written and have expired without having been deleted: one revision for all of them. */
  private recordExpired(steps: readonly Step[]): void {
    const { globals } = this.space;
    let index = 0;
    for (const step of steps) {
      if (step.kind !== 'put' || step.before !== undefined) continue;
      const { key } = step.wanted;
      const found = this.space.head(key);
      if (found === undefined || found.deleted) continue;
      this.space.remove({ revision: globals.revision + 1, index: index++ }, key, found, 'expire');
    }
    if (index > 0) globals.revision++;
  }

  private perform(steps: readonly Step[]): KvOpResult[] {
    const { space } = this;
    const revision = space.globals.revision + 1;
    let index = 0;
    const results = steps.map((step): KvOpResult => {
      switch (step.kind) {
        case 'get':
          return { kind: 'get', current: shown(space.live(step.key)) };
        case 'put': {
          const { wanted, before, counter } = step;
          const current = space.put({ revision, index: index++ }, space.head(wanted.key), wanted);
          if (counter !== undefined) return { kind: 'increment', number: counter, current };
          return { kind: 'put', current, previous: shown(before) };
        }
        case 'remove':
          if (step.before !== undefined)
            space.remove({ revision, index: index++ }, step.key, step.before, 'delete');
          return { kind: 'delete', previous: shown(step.before) };
        case 'remove-many':
          for (const key of step.keys) {
            const before = must(space.head(key), 'a key of the range is there');
            space.remove({ revision, index: index++ }, key, before, 'delete');
          }
          return { kind: 'delete-range', deleted: step.keys.length, more: step.more };
        case 'touch':
          return { kind: 'touch', current: this.performTouch(step) };
      }
    });
    if (index > 0) space.globals.revision = revision;
    return results;
  }

  private performTouch(step: Extract<Step, { kind: 'touch' }>): KvVersion | undefined {
    const { key, before, until } = step;
    if (before === undefined) return undefined;
    if (before.expiresAtMs === until.expiresAtMs && before.lease === until.lease) return shown(before);
    this.touched = true;
    return shown(this.space.touch(key, before, until));
  }
}

function compares(order: number, comparison: KvCondition['comparison']): boolean {
  switch (comparison) {
    case 'equal':
      return order === 0;
    case 'not-equal':
      return order !== 0;
    case 'less':
      return order < 0;
    case 'greater':
      return order > 0;
  }
}

function numberOf(live: KvHead | undefined, target: 'version' | 'create' | 'mod'): number {
  if (live === undefined) return 0;
  switch (target) {
    case 'version':
      return live.version;
    case 'create':
      return live.createRevision;
    case 'mod':
      return live.modRevision;
  }
}

/** The integer that a value spells, as `increment` writes it; undefined where it is something else. */
function integerIn(live: KvHead): number | undefined {
  if (live.value === undefined) return undefined;
  const text = utf8Decode(live.value);
  const number = Number(text);
  const spelled = Number.isSafeInteger(number) && equalBytes(utf8Encode(String(number)), live.value);
  return spelled ? number : undefined;
}

/** A version as replies carry it. */
function shown(version: KvVersion | undefined): KvVersion | undefined {
  if (version === undefined) return undefined;
  const { createRevision, modRevision, expiresAtMs, lease, valueBytes, value } = version;
  return { createRevision, modRevision, version: version.version, expiresAtMs, lease, valueBytes, value };
}

function named(key: Uint8Array): string {
  return `'${utf8Decode(key).slice(0, 100)}'`;
}

function writtenTwice(key: Uint8Array): FlowError {
  return new FlowError('INVALID_ARGUMENT', `the transaction writes key ${named(key)} twice`, {
    hint: 'Each key may be written by one operation of a transaction.',
  });
}

function overlapping(): FlowError {
  return new FlowError('INVALID_ARGUMENT', 'two ranges to be deleted in the transaction overlap', {
    hint: 'Delete disjoint ranges.',
  });
}

function nothingToKeep(key: Uint8Array): FlowError {
  return new FlowError('PRECONDITION_FAILED', `key ${named(key)} is not there, so its value cannot be kept`, {
    hint: 'Put it with a value.',
  });
}

function noCounter(key: Uint8Array): FlowError {
  return new FlowError('PRECONDITION_FAILED', `the value of key ${named(key)} is no integer`, {
    hint: 'A counter holds a decimal integer as increment writes it; delete the key, or use another one.',
  });
}

function counterOverflow(key: Uint8Array): FlowError {
  return new FlowError('PRECONDITION_FAILED', `the counter ${named(key)} would leave ±(2^53 - 1)`, {
    hint: 'Start a new counter.',
  });
}

function noLease(lease: number): FlowError {
  return new FlowError('NOT_FOUND', `lease ${lease} is not there: never granted, expired or revoked`, {
    hint: 'Grant a lease and put the key with it.',
    details: { lease },
  });
}

function tooManyInRange(max: number): FlowError {
  return new FlowError(
    'PRECONDITION_FAILED',
    `the range holds more than ${max} keys: one transaction deletes no more`,
    {
      hint: 'Delete it in parts (DeleteRange does), or a smaller range.',
    },
  );
}
