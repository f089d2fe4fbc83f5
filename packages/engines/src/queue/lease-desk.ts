/**
 * Deliveries and what becomes of them. A delivery makes a lease: {seq, lease epoch} is its receipt, and epochs are never used twice, so that who held
 * an earlier lease is refused. A lease lasts until `expire` ends it: a holder who is late, but before that, still counts.
 *
 * An attempt is counted when the job is delivered, in the command that makes the lease, and never again. A job that has used up its
 * attempts dies when its last lease ends; nothing makes it vanish.
 */
import { assert } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { JobTable } from './job-table.ts';
import type { QueueCommandBody } from './queue-command.ts';
import { readTimeKey } from './queue-keys.ts';
import type { Delivery, ReceiptResult } from './queue-reply.ts';
import type { Failure, JobMeta, Lease, Receipt, TransactionTag } from './queue-types.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { StagedWork } from './staged-work.ts';

const FAILURES_MAX = 5;
const ERROR_CHARS_MAX = 512;

type Command<K extends QueueCommandBody['kind']> = Extract<QueueCommandBody, { readonly kind: K }>;

/** A job under the lease that a receipt shows, or why not. */
type Held = { readonly kind: 'held'; readonly meta: JobMeta; readonly lease: Lease } | ReceiptResult;

export class LeaseDesk {
  private readonly table: JobTable;
  private readonly staged: StagedWork;

  constructor(table: JobTable, staged: StagedWork) {
    this.table = table;
    this.staged = staged;
  }

  receive(command: Command<'receive'>, writer: StateWriter): readonly Delivery[] {
    const { globals, config } = this.table;
    const room = config.maxInFlight < 0 ? command.max : config.maxInFlight - globals.leased;
    const max = Math.min(command.max, room);
    const deadlineMs = globals.timeMs + (command.visibilityMs ?? config.visibilityTimeoutMs);
    const jobs: Delivery[] = [];
    let bytes = 0;
    while (jobs.length < max) {
      const seq = this.table.ready.first();
      if (seq === undefined) break;
      const meta = this.table.indexed(seq);
      bytes += meta.bytes;
      if (jobs.length > 0 && bytes > command.bytesMax) break;
      const lease = {
        worker: command.worker,
        leasedAtMs: globals.timeMs,
        deadlineMs,
        transaction: undefined,
      };
      jobs.push({ meta: this.table.makeLeased(meta, lease, writer), body: this.table.bodies.get(seq) });
    }
    globals.totals.delivered += jobs.length;
    return jobs;
  }

  ack(command: Command<'ack'>, writer: StateWriter): readonly ReceiptResult[] {
    const { transaction } = command;
    return command.receipts.map((receipt) =>
      transaction === undefined ? this.ackNow(receipt, writer) : this.ackStaged(receipt, transaction, writer),
    );
  }

  private ackNow(receipt: Receipt, writer: StateWriter): ReceiptResult {
    const held = this.held(receipt);
    if (held.kind !== 'held') return held;
    this.table.remove(held.meta, writer);
    this.table.globals.totals.completed += 1;
    return { kind: 'done' };
  }

  private ackStaged(receipt: Receipt, tag: TransactionTag, writer: StateWriter): ReceiptResult {
    const meta = this.table.get(receipt.seq);
    const own = meta?.lease?.transaction;
    const again = own !== undefined && own.producerId === tag.producerId && own.epoch === tag.epoch;
    if (again && meta?.leaseEpoch === receipt.leaseEpoch) return { kind: 'done' };
    const held = this.held(receipt);
    if (held.kind !== 'held') return held;
    this.table.changeLease(held.meta, { ...held.lease, transaction: tag }, writer);
    this.staged.note(held.meta.seq, tag, writer);
    return { kind: 'done' };
  }

  nack(command: Command<'nack'>, writer: StateWriter): readonly ReceiptResult[] {
    return command.items.map((item) => {
      const held = this.held(item);
      if (held.kind !== 'held') return held;
      return this.fail(held.meta, { error: item.error, delayMs: item.delayMs }, writer);
    });
  }

  extend(command: Command<'extend'>, writer: StateWriter): readonly ReceiptResult[] {
    return command.items.map((item) => {
      const held = this.held(item);
      if (held.kind !== 'held') return held;
      const leasedAtMs = this.table.globals.timeMs;
      const deadlineMs = leasedAtMs + item.visibilityMs;
      this.table.changeLease(held.meta, { ...held.lease, leasedAtMs, deadlineMs }, writer);
      return { kind: 'extended', deadlineMs };
    });
  }

  release(command: Command<'release'>, writer: StateWriter): readonly ReceiptResult[] {
    return command.receipts.map((receipt) => {
      const held = this.held(receipt);
      if (held.kind !== 'held') return held;
      const { meta } = held;
      // The lease epoch stays counted: the receipt of a delivery that nobody saw must not fit the next one.
      const seen = command.undelivered ? 0 : 1;
      const attempts = meta.attempts - 1 + seen;
      const totalAttempts = meta.totalAttempts - 1 + seen;
      this.table.makeAvailable({ ...meta, attempts, totalAttempts }, 0, writer);
      return { kind: 'done' };
    });
  }

  /**
   * Ends the lease that runs out first, if its time has come; one that an earlier leader gave, or lengthened, has its full time again from this one's first
   * command: what that leader's clock says may be far ahead of the time that has passed. False: nothing is due.
   */
  expireNext(writer: StateWriter): boolean {
    const { globals, config, leases } = this.table;
    const entry = leases.first();
    if (entry === undefined) return false;
    const { atMs, seq } = readTimeKey(entry.key);
    if (atMs > globals.timeMs) return false;
    const meta = this.table.indexed(seq);
    const { lease } = meta;
    const { termStartMs } = globals;
    const lastsMs = lease === undefined ? 0 : lease.deadlineMs - lease.leasedAtMs;
    if (lease !== undefined && termStartMs + lastsMs > globals.timeMs) {
      const renewed = { ...lease, leasedAtMs: termStartMs, deadlineMs: termStartMs + lastsMs };
      this.table.changeLease(meta, renewed, writer);
      return true;
    }
    const worker = lease?.worker ?? '';
    globals.totals.leaseExpired += 1;
    const delayMs = config.expiredLeaseRetry === 'immediate' ? 0 : undefined;
    this.fail(meta, { error: `lease expired\nworker ${worker}`, delayMs }, writer);
    return true;
  }

  private fail(
    meta: JobMeta,
    why: { readonly error: string; readonly delayMs: number | undefined },
    writer: StateWriter,
  ): ReceiptResult {
    const { globals, config } = this.table;
    const failure: Failure = {
      attempt: meta.totalAttempts,
      atMs: globals.timeMs,
      error: why.error.slice(0, ERROR_CHARS_MAX).toWellFormed(),
    };
    const failed: JobMeta = { ...meta, failures: [...meta.failures.slice(1 - FAILURES_MAX), failure] };
    const attemptsMax = meta.attemptsMax ?? config.attemptsMax;
    if (attemptsMax >= 0 && meta.attempts >= attemptsMax) {
      this.table.makeDead(failed, 'attempts', writer);
      return { kind: 'dead' };
    }
    globals.totals.retried += 1;
    const dueAtMs = globals.timeMs + (why.delayMs ?? retryDelayMs(config, meta));
    this.table.makeAvailable(failed, dueAtMs, writer);
    return { kind: 'retried', dueAtMs };
  }

  private held(receipt: Receipt): Held {
    const meta = this.table.get(receipt.seq);
    if (meta === undefined) return { kind: 'gone' };
    if (meta.state !== 'leased' || meta.leaseEpoch !== receipt.leaseEpoch) return { kind: 'stale' };
    const { lease } = meta;
    assert(lease !== undefined, 'a leased job has a lease');
    return lease.transaction === undefined ? { kind: 'held', meta, lease } : { kind: 'stale' };
  }
}
