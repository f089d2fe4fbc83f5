/**
 * What one shard of a bucket should be after each committed command: the product's rules written down again, over plain maps, without tables,
 * caches and heads. It also keeps what readers and watchers may be told: every version of every key, and every change in order.
 */
import { compareBytes, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { KvCondition, KvExpiry, KvOp } from '@flowmesh/engines';
import type { KvCommand } from '../../../../packages/engines/src/kv/kv-command.ts';

interface ModelVersion {
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly lease: number;
}

export interface ModelEvent {
  readonly revision: number;
  readonly index: number;
  readonly kind: 'put' | 'delete' | 'expire';
  readonly key: string;
  readonly value: string;
}

/** A state that a key has been in. */
export interface PastVersion {
  readonly mod: number;
  /** Undefined: it was not there. */
  readonly value: string | undefined;
  /** Every time at which it was to go away, in order; 0: never. */
  readonly expiries: number[];
  readonly lease: boolean;
}

interface Lease {
  readonly ttlMs: number;
  expiresAtMs: number;
  dueMs: number;
  ending: 'no' | 'delete' | 'expire';
}

type Step = () => string;

const REQUEST_WINDOW_MS = 300_000;
const INLINE_BYTES_MAX = 512;

export class KvModel {
  revision = 0;
  timeMs = 0;
  readonly events: ModelEvent[] = [];
  /** Changes may have been given up: somebody asked, or there was a limit. */
  mayCompact = false;
  private readonly keys = new Map<string, ModelVersion>();
  private readonly past = new Map<string, PastVersion[]>();
  private readonly leases = new Map<number, Lease>();
  private readonly requests = new Map<string, { readonly answer: string; readonly atMs: number }>();
  private term = 0;
  private termStartMs = 0;
  private lastLease = 0;
  /** Place of the next change in the revision under way. */
  private nextIndex = 0;
  /** Changes of expiries alone. */
  private touches = 0;
  private configRevision = 0;
  private defaultTtlMs = -1;

  /** The reply that the machine should give, in words. */
  apply(term: number, command: KvCommand): string {
    this.timeMs = Math.max(this.timeMs, command.timeMs);
    if (term > this.term) {
      this.term = term;
      this.termStartMs = this.timeMs;
    }
    switch (command.kind) {
      case 'txn':
        return this.transact(command);
      case 'lease-grant':
        return this.grant(command.id, command.ttlMs);
      case 'lease-keep-alive': {
        const kept = command.ids.filter((id) => this.keepAlive(id));
        const gone = command.ids.filter((id) => !kept.includes(id));
        return `kept ${kept.join(',')} gone ${gone.join(',')}`;
      }
      case 'lease-revoke':
        return this.revoke(command.id);
      case 'compact':
        this.mayCompact = true;
        return command.revision > this.revision ? 'refused INVALID_ARGUMENT' : 'compacted';
      case 'expire':
        return this.expire();
      case 'configure':
        if (command.revision > this.configRevision) {
          this.configRevision = command.revision;
          this.defaultTtlMs = Number(command.config['ttl.default.ms'] ?? -1);
          if (command.config['history.retention.ms'] !== undefined) this.mayCompact = true;
        }
        return `configured ${this.configRevision}`;
    }
  }

  /** Versions of a key up to a revision, the newest last. */
  versionAt(key: string, revision: number): PastVersion | undefined {
    return this.past.get(key)?.findLast(({ mod }) => mod <= revision);
  }

  leaseIsThere(id: number): boolean {
    return this.leases.has(id);
  }

  // ---- transactions

  private transact(command: Extract<KvCommand, { kind: 'txn' }>): string {
    const id = utf8Decode(command.requestId);
    const known = this.requests.get(id);
    if (known !== undefined && known.atMs + REQUEST_WINDOW_MS > this.timeMs)
      return `repeated ${known.answer}`;
    const before = this.revision;
    const touches = this.touches;
    const held = command.conditions.every((condition) => this.holds(condition));
    const steps: Step[] = [];
    const ops = held ? command.success : command.failure;
    for (const op of ops) {
      const step = this.plan(op);
      if (typeof step === 'string') return step;
      steps.push(step);
    }
    this.recordExpired(ops);
    this.nextIndex = 0;
    const results = steps.map((step) => step());
    if (this.nextIndex > 0) this.revision++;
    const answer = `r${this.revision} ${held ? 'held' : 'failed'}`;
    if (id !== '' && (this.revision > before || this.touches > touches))
      this.requests.set(id, { answer, atMs: this.timeMs });
    return `${answer} ${results.join(' · ')}`;
  }

  private holds({ key, comparison, ...condition }: KvCondition): boolean {
    const live = this.live(utf8Decode(key));
    if (condition.target === 'value' && live === undefined) return false;
    const order =
      condition.target === 'value'
        ? compareBytes(utf8Encode(live?.value ?? ''), condition.value)
        : (live?.[condition.target] ?? 0) - condition.number;
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

  /** What it will do, or the refusal. */
  private plan(op: KvOp): Step | string {
    switch (op.kind) {
      case 'get': {
        const key = utf8Decode(op.key);
        return () => `get ${describe(this.live(key))}`;
      }
      case 'put': {
        const key = utf8Decode(op.key);
        const live = this.live(key);
        const until = this.until(op.expiry, live);
        if (until === undefined) return 'refused NOT_FOUND';
        if (op.value === undefined && live === undefined) return 'refused PRECONDITION_FAILED';
        const value = op.value === undefined ? (live?.value ?? '') : utf8Decode(op.value);
        return () => `put ${describe(this.put(key, value, until))} was ${describe(live)}`;
      }
      case 'delete': {
        const key = utf8Decode(op.key);
        const live = this.live(key);
        return () => {
          if (live !== undefined) this.remove(key, 'delete', this.revision + 1, this.nextIndex++);
          return `delete ${describe(live)}`;
        };
      }
      case 'increment':
        return this.planIncrement(utf8Decode(op.key), op);
      case 'touch': {
        const key = utf8Decode(op.key);
        const live = this.live(key);
        const until = this.until(op.expiry, live);
        if (until === undefined) return 'refused NOT_FOUND';
        return () => `touch ${describe(live === undefined ? undefined : this.touch(key, live, until))}`;
      }
      case 'delete-range': {
        const [from, to] = [utf8Decode(op.from), utf8Decode(op.to)];
        const found = [...this.keys.keys()].filter(
          (key) => key >= from && key < to && this.live(key) !== undefined,
        );
        return () => {
          for (const key of found.sort()) this.remove(key, 'delete', this.revision + 1, this.nextIndex++);
          return `delete-range ${found.length}`;
        };
      }
    }
  }

  private planIncrement(key: string, op: Extract<KvOp, { kind: 'increment' }>): Step | string {
    const live = this.live(key);
    const number = live === undefined ? 0 : Number(live.value);
    if (!Number.isSafeInteger(number) || (live !== undefined && String(number) !== live.value))
      return 'refused PRECONDITION_FAILED';
    const until = this.until(live === undefined ? op.expiry : { kind: 'keep' }, live);
    if (until === undefined) return 'refused NOT_FOUND';
    return () => `increment ${describe(this.put(key, String(number + op.by), until))}`;
  }

  private until(
    expiry: KvExpiry,
    live: ModelVersion | undefined,
  ): Pick<ModelVersion, 'expiresAtMs' | 'lease'> | undefined {
    switch (expiry.kind) {
      case 'none':
        return { expiresAtMs: 0, lease: 0 };
      case 'ttl':
        return { expiresAtMs: this.timeMs + expiry.ttlMs, lease: 0 };
      case 'keep':
        return live ?? this.until({ kind: 'default' }, live);
      case 'default':
        return { expiresAtMs: this.defaultTtlMs < 0 ? 0 : this.timeMs + this.defaultTtlMs, lease: 0 };
      case 'lease':
        return this.isAlive(expiry.lease) ? { expiresAtMs: 0, lease: expiry.lease } : undefined;
    }
  }

  /** Keys about to be written that have expired: one revision before that of the transaction. */
  private recordExpired(ops: readonly KvOp[]): void {
    let index = 0;
    for (const op of ops) {
      if (op.kind !== 'put' && op.kind !== 'increment') continue;
      const key = utf8Decode(op.key);
      if (this.keys.has(key) && this.live(key) === undefined)
        this.remove(key, 'expire', this.revision + 1, index++);
    }
    if (index > 0) this.revision++;
  }

  // ---- leases

  private grant(wanted: number, ttlMs: number): string {
    const id = wanted === 0 ? ++this.lastLease : wanted;
    const known = this.leases.get(id);
    if (known !== undefined) {
      if (wanted === 0 || known.ttlMs !== ttlMs || !this.isAlive(id)) return 'refused ALREADY_EXISTS';
      known.expiresAtMs = this.timeMs + ttlMs;
      return `lease ${id} ${known.expiresAtMs}`;
    }
    const expiresAtMs = this.timeMs + ttlMs;
    this.leases.set(id, { ttlMs, expiresAtMs, dueMs: expiresAtMs, ending: 'no' });
    return `lease ${id} ${expiresAtMs}`;
  }

  private keepAlive(id: number): boolean {
    const lease = this.leases.get(id);
    if (lease === undefined || !this.isAlive(id)) return false;
    lease.expiresAtMs = this.timeMs + lease.ttlMs;
    return true;
  }

  private revoke(id: number): string {
    if (!this.leases.has(id)) return 'refused NOT_FOUND';
    return `revoked ${this.end(id, 'delete')} r${this.revision}`;
  }

  private isAlive(id: number): boolean {
    const lease = this.leases.get(id);
    return lease?.ending === 'no' && this.endOf(lease) > this.timeMs;
  }

  private endOf(lease: Lease): number {
    return Math.max(lease.expiresAtMs, this.termStartMs + lease.ttlMs);
  }

  /** Takes its keys away; returns how many. */
  private end(id: number, kind: 'delete' | 'expire'): number {
    const keys = [...this.keys].filter(([, { lease }]) => lease === id).map(([key]) => key);
    for (const [index, key] of keys.sort().entries()) this.remove(key, kind, this.revision + 1, index);
    if (keys.length > 0) this.revision++;
    this.leases.delete(id);
    return keys.length;
  }

  // ---- time

  private expire(): string {
    const due = [...this.keys].filter(
      ([, { expiresAtMs }]) => expiresAtMs !== 0 && expiresAtMs <= this.timeMs,
    );
    due.sort(([a, x], [b, y]) => x.expiresAtMs - y.expiresAtMs || (a < b ? -1 : 1));
    for (const [index, [key]] of due.entries()) this.remove(key, 'expire', this.revision + 1, index);
    if (due.length > 0) this.revision++;
    let [keys, leases] = [due.length, 0];
    for (;;) {
      const next = [...this.leases].sort(([a, x], [b, y]) => x.dueMs - y.dueMs || a - b)[0];
      if (next === undefined || next[1].dueMs > this.timeMs) break;
      const [id, lease] = next;
      const endMs = this.endOf(lease);
      if (endMs > this.timeMs) lease.dueMs = endMs;
      else {
        keys += this.end(id, 'expire');
        leases++;
      }
    }
    return `expired ${keys} ${leases} r${this.revision}`;
  }

  // ---- keys

  private live(key: string): ModelVersion | undefined {
    const found = this.keys.get(key);
    if (found === undefined) return undefined;
    return found.expiresAtMs !== 0 && found.expiresAtMs <= this.timeMs ? undefined : found;
  }

  private put(
    key: string,
    value: string,
    { expiresAtMs, lease }: Pick<ModelVersion, 'expiresAtMs' | 'lease'>,
  ): ModelVersion {
    const before = this.keys.get(key);
    const mod = this.revision + 1;
    const create = before?.create ?? mod;
    const after = { value, create, mod, version: (before?.version ?? 0) + 1, expiresAtMs, lease };
    this.keys.set(key, after);
    this.note(key, { mod, value, expiries: [expiresAtMs], lease: lease !== 0 });
    this.events.push({ revision: mod, index: this.nextIndex++, kind: 'put', key, value });
    return after;
  }

  private touch(
    key: string,
    live: ModelVersion,
    { expiresAtMs, lease }: Pick<ModelVersion, 'expiresAtMs' | 'lease'>,
  ): ModelVersion {
    if (live.expiresAtMs === expiresAtMs && live.lease === lease) return live;
    this.touches++;
    const after = { ...live, expiresAtMs, lease };
    this.keys.set(key, after);
    this.past.get(key)?.at(-1)?.expiries.push(expiresAtMs);
    return after;
  }

  private remove(key: string, kind: 'delete' | 'expire', revision: number, index: number): void {
    this.keys.delete(key);
    this.note(key, { mod: revision, value: undefined, expiries: [], lease: false });
    this.events.push({ revision, index, kind, key, value: '' });
  }

  private note(key: string, version: PastVersion): void {
    const known = this.past.get(key);
    if (known === undefined) this.past.set(key, [version]);
    else known.push(version);
  }
}

function describe(version: ModelVersion | undefined): string {
  if (version === undefined) return 'nothing';
  const { value, create, mod, expiresAtMs, lease } = version;
  // Replies carry no large values.
  const told = value.length > INLINE_BYTES_MAX ? '' : value;
  return `${create}/${mod}/${version.version}/${expiresAtMs}/${lease}=${told}`;
}
