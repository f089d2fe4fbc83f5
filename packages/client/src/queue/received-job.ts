/** A job in the hands of a receiver: to be acknowledged, refused, held longer or given back, each by its lease. */
import type { CallOptions } from '../routing/router.ts';
import type { ValueCodec } from '../value-codecs.ts';
import type { JobInfo, JobReceipt, NackOptions, SettleOutcome } from './queue-types.ts';
import { leaseLost, type SettleItem } from './settler.ts';

export interface Settling {
  settle(item: SettleItem, options: CallOptions): Promise<SettleOutcome>;
}

export class ReceivedJob<T> {
  readonly info: JobInfo;
  readonly receipt: JobReceipt;
  private readonly settling: Settling;
  private readonly codec: ValueCodec<T>;
  private decoded: { readonly payload: T } | undefined;

  constructor(
    info: JobInfo,
    receipt: JobReceipt,
    by: { readonly settling: Settling; readonly codec: ValueCodec<T> },
  ) {
    this.info = info;
    this.receipt = receipt;
    this.settling = by.settling;
    this.codec = by.codec;
  }

  get id(): string {
    return this.info.id;
  }

  /** Throws where the bytes are no such payload. */
  get payload(): T {
    this.decoded ??= { payload: this.codec.decode(this.info.payload) };
    return this.decoded.payload;
  }

  /** Which delivery this is since it was enqueued or redriven; 1 is the first. */
  get attempt(): number {
    return this.info.attempts;
  }

  /** The first header of the name, as text. */
  header(name: string): string | undefined {
    const found = this.info.headers.find(({ key }) => key === name)?.value;
    return found === undefined ? undefined : new TextDecoder().decode(found);
  }

  /** It is done, and gone. PRECONDITION_FAILED where the lease was lost. */
  async ack(options: CallOptions = {}): Promise<void> {
    await this.held({ kind: 'ack', receipt: this.receipt }, options);
  }

  /** Deliver it again, later, or bury it where its attempts are used up. */
  async nack(options: NackOptions = {}): Promise<SettleOutcome> {
    const { delayMs, error = '' } = options;
    return await this.held({ kind: 'nack', receipt: this.receipt, delayMs, error }, options);
  }

  /** Holds it for so long from now. Returns until when, by the clock of the cluster. */
  async extend(visibilityMs: number, options: CallOptions = {}): Promise<number> {
    return (await this.held({ kind: 'extend', receipt: this.receipt, visibilityMs }, options)).until;
  }

  /** Gives it back as if it had not been delivered. */
  async release(options: CallOptions = {}): Promise<void> {
    await this.held({ kind: 'release', receipt: this.receipt }, options);
  }

  private async held(item: SettleItem, options: CallOptions): Promise<SettleOutcome> {
    const outcome = await this.settling.settle(item, options);
    if (outcome.outcome === 'stale' || outcome.outcome === 'gone')
      throw leaseLost(this.info.id, outcome.outcome);
    return outcome;
  }
}
