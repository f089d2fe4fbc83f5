/** What a shard promises, in the plainest way: maps and lists, everything kept, nothing clever. */
import { FlowError, utf8Decode } from '@flowmesh/base';
import type { KvCommand, KvOp, KvReply } from '../../src/index.ts';

interface ModelKey {
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly lease: number;
}

interface ModelLease {
  readonly ttlMs: number;
  expiresAtMs: number;
}

export class ModelShard {
  revision = 0;
  timeMs = 0;
  keys = new Map<string, ModelKey>();
  readonly leases = new Map<number, ModelLease>();
  readonly events: string[] = [];
  /** Keys as they were after each revision. */
  readonly snapshots: ReadonlyMap<string, ModelKey>[] = [new Map()];

  /** The reply as comparable text, or the code of the refusal. */
  apply(command: KvCommand): string {
    this.timeMs = Math.max(this.timeMs, command.timeMs);
    switch (command.kind) {
      case 'txn':
        return this.txn(command);
      case 'lease-grant':
        return this.grant(command.id, command.ttlMs);
      case 'lease-keep-alive':
        return command.ids.map((id) => String(this.keepAlive(id))).join();
      case 'lease-revoke':
        if (!this.leases.has(command.id)) return 'NOT_FOUND';
        return `revoked ${this.endLease(command.id, 'delete')}`;
      case 'expire':
        return this.expire();
      case 'compact':
      case 'configure':
        return 'done';
    }
  }

  live(name: string): ModelKey | undefined {
    const found = this.keys.get(name);
    return found === undefined || this.expired(found) ? undefined : found;
  }

  private expired({ expiresAtMs }: ModelKey): boolean {
    return expiresAtMs !== 0 && expiresAtMs <= this.timeMs;
  }

  private commit(changes: readonly string[]): void {
    if (changes.length === 0) return;
    this.revision++;
    for (const change of changes) this.events.push(`${this.revision} ${change}`);
    this.snapshots[this.revision] = new Map(this.keys);
  }

  private grant(id: number, ttlMs: number): string {
    const known = this.leases.get(id);
    if (known !== undefined && (known.ttlMs !== ttlMs || known.expiresAtMs <= this.timeMs))
      return 'ALREADY_EXISTS';
    this.leases.set(id, { ttlMs, expiresAtMs: this.timeMs + ttlMs });
    return `lease ${this.timeMs + ttlMs}`;
  }

  private keepAlive(id: number): boolean {
    const lease = this.leases.get(id);
    if (lease === undefined || lease.expiresAtMs <= this.timeMs) return false;
    lease.expiresAtMs = this.timeMs + lease.ttlMs;
    return true;
  }

  private expire(): string {
    const due = [...this.keys].filter(([, found]) => this.expired(found));
    due.sort(([a, x], [b, y]) => x.expiresAtMs - y.expiresAtMs || (a < b ? -1 : 1));
    for (const [name] of due) this.keys.delete(name);
    this.commit(due.map(([name]) => `expire ${name}`));
    let count = 0;
    const ended = [...this.leases].filter(([, { expiresAtMs }]) => expiresAtMs <= this.timeMs);
    for (const [id] of ended.sort(([a], [b]) => a - b)) count += this.endLease(id, 'expire');
    return `expired ${due.length + count}`;
  }

  private endLease(id: number, kind: string): number {
    const names = [...this.keys].filter(([, { lease }]) => lease === id).map(([name]) => name);
    names.sort();
    for (const name of names) this.keys.delete(name);
    this.leases.delete(id);
    this.commit(names.map((name) => `${kind} ${name}`));
    return names.length;
  }

  private txn(command: Extract<KvCommand, { kind: 'txn' }>): string {
    const holds = command.conditions.every(
      (each) => each.target === 'mod' && (this.live(utf8Decode(each.key))?.mod ?? 0) === each.number,
    );
    const before = { keys: new Map(this.keys), revision: this.revision, events: this.events.length };
    const ops = holds ? command.success : command.failure;
    const stale = ops
      .filter(({ kind }) => kind === 'put' || kind === 'increment')
      .map((op) => utf8Decode((op as { key: Uint8Array }).key))
      .filter((name) => this.keys.has(name) && this.live(name) === undefined);
    for (const name of stale) this.keys.delete(name);
    this.commit(stale.map((name) => `expire ${name}`));
    const changes: string[] = [];
    const results = ops.map((op) => this.op(op, changes));
    const refused = results.find((result) => result === 'NOT_FOUND' || result === 'PRECONDITION_FAILED');
    if (refused !== undefined) {
      this.keys = before.keys;
      this.revision = before.revision;
      this.events.length = before.events;
      return refused;
    }
    this.commit(changes);
    return `${holds} ${this.revision} ${results.join()}`;
  }

  private op(op: KvOp, changes: string[]): string {
    if (op.kind === 'delete-range') return this.deleteRange(op, changes);
    const name = utf8Decode(op.key);
    const live = this.live(name);
    const shown = live?.value ?? '-';
    switch (op.kind) {
      case 'get':
        return shown;
      case 'delete':
        if (live !== undefined) changes.push(`delete ${name}`);
        if (live !== undefined) this.keys.delete(name);
        return shown;
      case 'touch': {
        const until = this.until(op.expiry, live);
        if (until === undefined) return 'NOT_FOUND';
        if (live !== undefined) this.keys.set(name, { ...live, ...until });
        return shown;
      }
      case 'put':
      case 'increment':
        return this.write(op, name, live, changes);
    }
  }

  private write(
    op: Extract<KvOp, { kind: 'put' | 'increment' }>,
    name: string,
    live: ModelKey | undefined,
    changes: string[],
  ): string {
    const counts = op.kind === 'increment';
    const until = this.until(counts && live !== undefined ? { kind: 'keep' } : op.expiry, live);
    if (until === undefined) return 'NOT_FOUND';
    const value = counts ? added(live, op.by) : op.value === undefined ? live?.value : utf8Decode(op.value);
    if (value === undefined) return 'PRECONDITION_FAILED';
    const mod = this.revision + 1;
    const version = (live?.version ?? 0) + 1;
    this.keys.set(name, { value, create: live?.create ?? mod, mod, version, ...until });
    changes.push(`put ${name}=${value}`);
    return counts ? value : (live?.value ?? '-');
  }

  private deleteRange(op: Extract<KvOp, { kind: 'delete-range' }>, changes: string[]): string {
    const [from, to] = [utf8Decode(op.from), utf8Decode(op.to)];
    const found = [...this.keys.keys()]
      .filter((name) => name >= from && (to === '' || name < to) && this.live(name) !== undefined)
      .sort();
    if (found.length > op.max && !op.partial) return 'PRECONDITION_FAILED';
    const gone = found.slice(0, op.max);
    for (const name of gone) this.keys.delete(name);
    changes.push(...gone.map((name) => `delete ${name}`));
    return `${gone.length}${found.length > op.max}`;
  }

  private until(
    expiry: Extract<KvOp, { kind: 'put' }>['expiry'],
    live: ModelKey | undefined,
  ): Pick<ModelKey, 'expiresAtMs' | 'lease'> | undefined {
    switch (expiry.kind) {
      case 'ttl':
        return { expiresAtMs: this.timeMs + expiry.ttlMs, lease: 0 };
      case 'keep':
        return { expiresAtMs: live?.expiresAtMs ?? 0, lease: live?.lease ?? 0 };
      case 'lease':
        return (this.leases.get(expiry.lease)?.expiresAtMs ?? 0) > this.timeMs
          ? { expiresAtMs: 0, lease: expiry.lease }
          : undefined;
      case 'none':
      case 'default':
        return { expiresAtMs: 0, lease: 0 };
    }
  }
}

function added(live: ModelKey | undefined, by: number): string | undefined {
  const value = live?.value ?? '0';
  return /^(0|-?[1-9]\d*)$/.test(value) ? String(Number(value) + by) : undefined;
}

/** A reply of the machine in the words of the model. */
export function replyText(reply: KvReply | FlowError): string {
  if (reply instanceof FlowError) return reply.code;
  switch (reply.kind) {
    case 'txn': {
      const results = reply.results.map((result) => {
        switch (result.kind) {
          case 'get':
          case 'touch':
            return shownValue(result.current?.value);
          case 'put':
          case 'delete':
            return shownValue(result.previous?.value);
          case 'increment':
            return String(result.number);
          case 'delete-range':
            return `${result.deleted}${result.more}`;
        }
      });
      return `${reply.succeeded} ${reply.revision} ${results.join()}`;
    }
    case 'lease':
      return `lease ${reply.lease.expiresAtMs}`;
    case 'leases-kept':
      return String(reply.kept.length > 0);
    case 'lease-revoked':
      return `revoked ${reply.deleted}`;
    case 'expired':
      return `expired ${reply.keys}`;
    case 'compacted':
    case 'configured':
      return 'done';
  }
}

function shownValue(value: Uint8Array | undefined): string {
  return value === undefined ? '-' : utf8Decode(value);
}
