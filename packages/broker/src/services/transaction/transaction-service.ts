/**
 * Transactions as protocols see them, at the leader of the coordinator shard that the transactional id falls on:
 *
 *   init ─► producer id and epoch ─► add (before the first write to a partition, queue or group) ─► end ─► the next epoch
 *
 * `end` is answered once the decision is durable and, as long as the caller waits, every participant has confirmed; the next
 * transaction can begin then. Repeating any of them is safe.
 */
import { FlowError, type GroupId, type Scheduler } from '@flowmesh/base';
import {
  type CoordinatorReply,
  epochsUsedUp,
  type Participant,
  qualifiedName,
  TRANSACTION_TIMEOUT_DEFAULT_MS,
  TRANSACTION_TIMEOUT_MAX_MS,
} from '@flowmesh/engines';
import { atMost } from '../forward/within.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from '../group/coordinator-shards.ts';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import { isDecided, type TransactionDriver, transactionOf } from './transaction-driver.ts';

const PROPOSE_TIMEOUT_MS = 10_000;

export interface TransactionServicePorts {
  readonly shards: CoordinatorShards;
  readonly driver: TransactionDriver;
  readonly catalog: CatalogPort;
  readonly door: Door;
  readonly scheduler: Scheduler;
  readonly freshProducerId: () => Promise<number>;
}

export interface ProducerOfTransaction {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface TransactionClaim extends ProducerOfTransaction {
  readonly caller: Caller;
  readonly id: string;
}

/** What a transaction is about to touch. */
export type TransactionTarget =
  | { readonly kind: 'stream'; readonly stream: string; readonly partition: number }
  | { readonly kind: 'queue'; readonly queue: string; readonly shard: number }
  | { readonly kind: 'offsets'; readonly group: string };

export interface EndedAnswer extends ProducerOfTransaction {
  /** Every participant has confirmed; otherwise the coordinator goes on by itself. */
  readonly complete: boolean;
}

export class TransactionService {
  private readonly ports: TransactionServicePorts;

  constructor(ports: TransactionServicePorts) {
    this.ports = ports;
  }

  /** Fences whoever used the id before, and ends what it left open. `timeoutMs` 0: the default. */
  async init(caller: Caller, id: string, timeoutMs: number, waitMs: number): Promise<ProducerOfTransaction> {
    this.pass(caller, id);
    if (timeoutMs > TRANSACTION_TIMEOUT_MAX_MS) {
      throw new FlowError('INVALID_ARGUMENT', `a transaction timeout of ${timeoutMs} ms is too long`, {
        hint: `At most ${TRANSACTION_TIMEOUT_MAX_MS} ms: readers of committed records wait for open transactions.`,
        details: { field: 'timeout_ms' },
      });
    }
    const shard = this.ports.shards.shardFor(id);
    const before = shard.machine.transactions.get(id);
    const wanted = before === undefined || epochsUsedUp(before);
    const init = {
      kind: 'init-transactions',
      id,
      timeoutMs: timeoutMs === 0 ? TRANSACTION_TIMEOUT_DEFAULT_MS : timeoutMs,
      ...(wanted ? { freshProducerId: await this.ports.freshProducerId() } : {}),
    } as const;
    try {
      return producerOf(await proposeTo(shard, init, PROPOSE_TIMEOUT_MS));
    } catch (error) {
      const known = shard.machine.transactions.get(id);
      if (known === undefined || !isDecided(known)) throw error;
      // The former transaction of the id is being ended: by when the caller asks again that may be done.
      await this.completion(shard, id, waitMs);
      throw error;
    }
  }

  async add(claim: TransactionClaim, targets: readonly TransactionTarget[]): Promise<void> {
    const { caller, ...of } = claim;
    this.pass(caller, claim.id);
    const participants = targets.map((target) => this.participant(caller, target));
    const shard = this.ports.shards.shardFor(claim.id);
    await proposeTo(shard, { kind: 'add-participants', ...of, participants }, PROPOSE_TIMEOUT_MS);
  }

  async end(claim: TransactionClaim, commit: boolean, waitMs: number): Promise<EndedAnswer> {
    const { caller, ...of } = claim;
    this.pass(caller, claim.id);
    const shard = this.ports.shards.shardFor(claim.id);
    await proposeTo(shard, { kind: 'end-transaction', ...of, commit }, PROPOSE_TIMEOUT_MS);
    await this.completion(shard, claim.id, waitMs);
    const { state, producerId, producerEpoch } = transactionOf(shard.machine, claim.id);
    return { producerId, producerEpoch, complete: state === 'empty' || state === 'ongoing' };
  }

  private async completion(shard: CoordinatorShard, id: string, waitMs: number): Promise<void> {
    await atMost(this.ports.scheduler, waitMs, this.ports.driver.completed(shard, id));
  }

  private participant(caller: Caller, target: TransactionTarget): Participant {
    switch (target.kind) {
      case 'stream':
        this.passFor(caller, 'append', target.stream);
        return { kind: 'stream', group: this.groupOf(target.stream, target.partition, target.stream) };
      case 'queue': {
        const name = qualifiedName('queue', target.queue);
        return { kind: 'queue', group: this.groupOf(name, target.shard, target.queue) };
      }
      case 'offsets': {
        this.passFor(caller, 'group', target.group);
        const group = this.ports.shards.groupFor(target.group);
        if (group === undefined) throw new FlowError('NO_LEADER', 'the coordinators are not there yet');
        return { kind: 'offsets', group };
      }
    }
  }

  private groupOf(qualified: string, part: number, shown: string): GroupId {
    const resource = this.ports.catalog.machine.streamByName(qualified);
    const group = resource?.groups[part];
    if (group !== undefined) return group;
    throw resource === undefined
      ? new FlowError('NOT_FOUND', `${shown} does not exist`, {
          hint: 'A transaction names streams, queues and groups that are there.',
        })
      : new FlowError('INVALID_ARGUMENT', `${shown} has no part ${part}`, {
          hint: `Its parts are 0 to ${resource.groups.length - 1}.`,
        });
  }

  private pass(caller: Caller, id: string): void {
    this.passFor(caller, 'transaction', id);
  }

  private passFor(caller: Caller, action: 'transaction' | 'append' | 'group', resource: string): void {
    const closed = this.ports.door.authorise(caller, action, resource);
    if (closed !== undefined) throw closed;
  }
}

function producerOf(reply: CoordinatorReply): ProducerOfTransaction {
  if (reply.kind === 'producer') {
    const { producerId, producerEpoch } = reply;
    return { producerId, producerEpoch };
  }
  throw new FlowError('INTERNAL', `the coordinator answered ${reply.kind} where a producer was asked for`);
}
