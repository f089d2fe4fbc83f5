/**
 * Work: the first message says of which queue; jobs are pushed as far as credit reaches, and settled the other way.
 *
 *   waiting ─ start ─► working ─ credit, settle, heartbeat … ─ half-closed ─► settling ─ all answered ─► ended
 *                         └─ cancelled, bad message, the node stops ─► ended
 *
 * While the client does not read, no more jobs are leased for it: credit that it has granted is held back until it does.
 */
import { type FlowError, isFlowError } from '@flowmesh/base';
import type { ReceiptResult } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../../services/ports.ts';
import type { LeasedJob } from '../../services/queue/leased-job.ts';
import { checkCredit } from '../../services/queue/queue-checks.ts';
import type { QueueService } from '../../services/queue/queue-service.ts';
import type { Settlement } from '../../services/queue/settlement.ts';
import type { WorkSession, WorkSink } from '../../services/queue/work-session.ts';
import { Unacceptable } from './calls.ts';
import { asFlowError, errorMessage, statusOf } from './errors.ts';
import { extendItems, nackItems, receipts, wireLeased, wireSettled } from './queue-wire.ts';
import { integer, invalid, streamName } from './request-checks.ts';

type Request = flowmesh.v1.WorkRequest;
type Response = flowmesh.v1.WorkResponse.$Properties;
export type WorkCall = ServerDuplexStream<Request, Response>;

export interface WorkStreamOptions {
  readonly call: WorkCall;
  readonly caller: Caller;
  readonly queues: QueueService;
  /** Called once, when nothing of the call is left. */
  readonly onEnd: () => void;
}

const SHARDS_MAX = 10_000;
/** Of jobs in one message; a larger one travels alone. */
const BATCH_BYTES_MAX = 256 << 10;

export class WorkStreamCall implements WorkSink {
  private readonly options: WorkStreamOptions;
  private session: WorkSession | undefined;
  private queue = '';
  /** The worker takes several jobs in one message. */
  private batches = false;
  private ended = false;
  private congested = false;
  /** Settlements that are not answered. */
  private settling = 0;
  /** The client says nothing more: it is told what became of what it said. */
  private halfClosed = false;
  /** Granted while the client does not read. */
  private held = 0;

  constructor(options: WorkStreamOptions) {
    this.options = options;
    const { call } = options;
    call.on('data', (request: Request) => this.receive(request));
    call.on('end', () => this.drain());
    call.on('drain', () => this.drained());
    call.on('cancelled', () => this.finish());
    call.on('error', () => this.finish());
  }

  /** Ends the call; with `error` as its status, or well. */
  end(error: FlowError | undefined): void {
    if (this.ended) return;
    this.finish();
    const { call } = this.options;
    if (error === undefined) call.end();
    else call.emit('error', statusOf(error));
  }

  private drain(): void {
    this.halfClosed = true;
    this.session?.close();
    if (this.settling === 0) this.end(undefined);
  }

  jobs(jobs: readonly LeasedJob[]): void {
    if (!this.batches) {
      for (const job of jobs) this.write({ job: wireLeased(job) });
      return;
    }
    let batch: LeasedJob[] = [];
    let bytes = 0;
    for (const job of jobs) {
      const size = job.body.payload.length;
      if (batch.length > 0 && bytes + size > BATCH_BYTES_MAX) {
        this.write({ jobs: { jobs: batch.map(wireLeased) } });
        batch = [];
        bytes = 0;
      }
      batch.push(job);
      bytes += size;
    }
    this.write({ jobs: { jobs: batch.map(wireLeased) } });
  }

  shardEnded(shard: number, error: FlowError): void {
    this.write({ shardEnded: { shard, error: errorMessage(error) } });
  }

  private write(response: Response): void {
    if (this.ended) return;
    if (!this.options.call.write(response)) this.congested = true;
  }

  private drained(): void {
    this.congested = false;
    const { held } = this;
    this.held = 0;
    if (held > 0) this.session?.grant(held);
  }

  private receive(request: Request): void {
    if (this.ended) return;
    try {
      const received: unknown = request;
      if (received instanceof Unacceptable) throw received.error;
      const { start, credit, settle, heartbeat } = request;
      if (start !== null && start !== undefined) this.start(start);
      else if (this.session === undefined) throw invalid('kind', 'is not start, which has to come first');
      else if (credit !== null && credit !== undefined) this.grant(credit);
      else if (settle !== null && settle !== undefined) this.settle(settle);
      else if (heartbeat === null || heartbeat === undefined) throw invalid('kind', 'is missing');
      this.session?.heard();
    } catch (error) {
      this.end(asFlowError(error));
    }
  }

  private start(start: flowmesh.v1.WorkStart.$Properties): void {
    if (this.session !== undefined) throw invalid('start', 'may come only once');
    const shards = start.shards ?? [];
    if (shards.length > SHARDS_MAX) throw invalid('start.shards', 'has too many elements');
    for (const shard of shards) integer(shard, 'start.shards', { min: 0, max: 1_000_000 });
    this.queue = streamName(start.queue ?? '', 'start.queue');
    this.batches = start.batches ?? false;
    const { caller, queues } = this.options;
    this.session = queues.work(
      { caller, queue: this.queue },
      {
        peer: caller.address,
        worker: start.worker ?? '',
        visibilityMs: start.visibilityTimeoutMs ?? undefined,
        credit: start.credit ?? 0,
        shards: shards.length === 0 ? undefined : new Set(shards),
      },
      this,
    );
  }

  private grant(credit: number): void {
    const bad = checkCredit(credit);
    if (bad !== undefined) throw bad;
    if (this.congested) this.held += credit;
    else this.session?.grant(credit);
  }

  private settle(settle: flowmesh.v1.WorkSettle.$Properties): void {
    const correlation = settle.correlation ?? 0;
    const parts = settlements(settle);
    const results: (readonly ReceiptResult[])[] = parts.map(() => []);
    let left = parts.length;
    let failure: FlowError | undefined;
    if (left === 0) throw invalid('settle', 'is empty');
    this.settling++;
    for (const [i, { shard, settlement }] of parts.entries()) {
      const name = { caller: this.options.caller, queue: this.queue, shard };
      this.options.queues.settle(name, settlement, (result) => {
        if (isFlowError(result)) failure ??= result;
        else {
          results[i] = result;
          this.session?.settled(settlement.kind, result);
        }
        if (--left > 0) return;
        if (failure === undefined)
          this.write({ settled: { correlation, results: results.flat().map(wireSettled) } });
        else this.write({ settled: { correlation, error: errorMessage(failure) } });
        this.settling--;
        if (this.halfClosed && this.settling === 0) this.end(undefined);
      });
    }
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.session?.close();
    this.options.onEnd();
  }
}

/** In the order in which their results are answered. */
function settlements(settle: flowmesh.v1.WorkSettle.$Properties): {
  readonly shard: number;
  readonly settlement: Settlement;
}[] {
  const parts: { readonly shard: number; readonly settlement: Settlement }[] = [];
  if ((settle.ack ?? []).length > 0) {
    const { shard, receipts: acked } = receipts(settle.ack ?? []);
    parts.push({ shard, settlement: { kind: 'ack', receipts: acked, transaction: undefined } });
  }
  if ((settle.nack ?? []).length > 0) {
    const { shard, items } = nackItems(settle.nack ?? []);
    parts.push({ shard, settlement: { kind: 'nack', items } });
  }
  if ((settle.extend ?? []).length > 0) parts.push(extendItems(settle.extend ?? []));
  if ((settle.release ?? []).length > 0) {
    const { shard, receipts: released } = receipts(settle.release ?? []);
    parts.push({ shard, settlement: { kind: 'release', receipts: released, undelivered: true } });
  }
  return parts;
}
