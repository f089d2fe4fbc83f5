/**
 * Transactions as protocols see them, at the leader of the coordinator shard that the transactional id falls on:
 *
 *   init ─► producer id and epoch ─► add (before the first write to a partition, queue or group) ─► end ─► the next transaction
 *
 * `add` is answered once what was added is durable here, so that it will be ended, and lets the transaction in. `end` is answered once the decision is durable and, as long as the caller waits, every participant has confirmed; the next
 * transaction can begin then. Repeating any of them is safe.
 */
import { FlowError, type GroupId, type Scheduler } from '@flowmesh/base';
import {
  type CoordinatorReply,
  epochsUsedUp,
  type Participant,
  type ProducerEpoch,
  qualifiedName,
  type Transaction,
  TRANSACTION_TIMEOUT_DEFAULT_MS,
  TRANSACTION_TIMEOUT_MAX_MS,
} from '@flowmesh/engines';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import { atMost, within } from '../forward/within.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from '../group/coordinator-shards.ts';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import { admitAt } from './participants.ts';
import type { OpenTransaction } from './participant.ts';
import { isDecided, type TransactionDriver, transactionOf } from './transaction-driver.ts';

const PROPOSE_TIMEOUT_MS = 10_000;
const BARRIER_TIMEOUT_MS = 5_000;
/** For all that is added at once, and one attempt of it. */
const ADMIT_TIMEOUT_MS = 5_000;
const RETRY_FIRST_MS = 20;
const RETRY_LAST_MS = 500;
const NEVER: AbortSignal = new AbortController().signal;

export interface TransactionServicePorts {
  readonly shards: CoordinatorShards;
  readonly driver: TransactionDriver;
  readonly calls: LeaderCalls;
  readonly catalog: CatalogPort;
  readonly door: Door;
  readonly scheduler: Scheduler;
  readonly freshProducerId: () => Promise<number>;
}

export interface TransactionClaim extends ProducerEpoch {
  readonly caller: Caller;
  readonly id: string;
}

/** What a transaction is about to touch. */
export type TransactionTarget =
  | { readonly kind: 'stream'; readonly stream: string; readonly partition: number }
  | { readonly kind: 'queue'; readonly queue: string; readonly shard: number }
  | { readonly kind: 'offsets'; readonly group: string };

/** How a process takes its id. */
export interface InitRequest {
  readonly caller: Caller;
  readonly id: string;
  /** 0: the default. */
  readonly timeoutMs: number;
  /** How long the end of the former transaction is waited for. */
  readonly waitMs: number;
  /** As in the machine's command. */
  readonly expected?: ProducerEpoch | undefined;
  readonly reusesEpoch?: boolean;
}

export interface TransactionDescription extends ProducerEpoch {
  readonly id: string;
  readonly state: Transaction['state'];
  readonly round: number;
  readonly timeoutMs: number;
  /** 0 where none is under way. */
  readonly startedAtMs: number;
  /** How the one before it ended; undefined where there was none. */
  readonly ended: Transaction['ended'];
  /** Those that are partitions of streams and are still there. */
  readonly partitions: readonly { readonly stream: string; readonly partition: number }[];
}

export interface EndedAnswer extends ProducerEpoch {
  /** Every participant has confirmed; otherwise the coordinator goes on by itself. */
  readonly complete: boolean;
}

export class TransactionService {
  private readonly ports: TransactionServicePorts;

  constructor(ports: TransactionServicePorts) {
    this.ports = ports;
  }

  /** Fences whoever used the id before, and ends what it left open. */
  async init(request: InitRequest): Promise<ProducerEpoch> {
    const { caller, id, timeoutMs, waitMs, expected, reusesEpoch } = request;
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
      ...(expected === undefined ? {} : { expected }),
      ...(reusesEpoch === true ? { reusesEpoch } : {}),
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
    const command = { kind: 'add-participants', ...of, participants } as const;
    const reply = await proposeTo(shard, command, PROPOSE_TIMEOUT_MS);
    if (reply.kind !== 'added')
      throw new FlowError('INTERNAL', `the coordinator answered ${reply.kind} where something was added`);
    const { producerId, producerEpoch, id } = claim;
    const open = { producerId, producerEpoch, round: reply.round };
    await Promise.all(participants.map((one) => this.admit({ shard, id }, one, open)));
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

  /** NOT_FOUND where nobody has the id. */
  async describe(caller: Caller, id: string): Promise<TransactionDescription> {
    this.passFor(caller, 'describe', `transaction:${id}`);
    const shard = this.ports.shards.shardFor(id);
    await shard.readBarrier(BARRIER_TIMEOUT_MS);
    return this.describedAs(transactionOf(shard.machine, id));
  }

  /** Of the coordinator shards that this node leads, in no order; those that the caller may not see are left out. */
  list(caller: Caller): readonly TransactionDescription[] {
    const { shards, door } = this.ports;
    return [...shards.table.all()]
      .flatMap(({ machine }) => [...machine.transactions.values()])
      .filter(({ id }) => door.authorise(caller, 'describe', `transaction:${id}`) === undefined)
      .map((one) => this.describedAs(one));
  }

  private describedAs(transaction: Transaction): TransactionDescription {
    const { machine } = this.ports.catalog;
    const { participants, id, state, round, timeoutMs, startedAtMs, ended } = transaction;
    const { producerId, producerEpoch } = transaction;
    const partitions = participants.flatMap(({ kind, group }) => {
      const placed = kind === 'stream' ? machine.partitionOfGroup(group) : undefined;
      const stream = placed?.stream === undefined ? undefined : machine.streamByUuid(placed.stream);
      if (placed === undefined || stream === undefined) return [];
      return [{ stream: stream.name, partition: placed.partition }];
    });
    return { id, state, producerId, producerEpoch, round, timeoutMs, startedAtMs, ended, partitions };
  }

  /** Again and again while that may help and there is time: the client would have to begin the transaction anew. */
  private async admit(
    of: { readonly shard: CoordinatorShard; readonly id: string },
    participant: Participant,
    open: OpenTransaction,
  ): Promise<void> {
    const { scheduler, calls } = this.ports;
    await within(scheduler, ADMIT_TIMEOUT_MS, NEVER, async (signal) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await admitAt(calls, participant, open, signal);
        } catch (error) {
          if (!(error instanceof FlowError) || !error.retryable) throw asRefusal(error, of);
          if (signal.aborted || !of.shard.alive) throw notAdmitted(participant, error);
        }
        const delayMs = Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt, 10));
        await new Promise<void>((resolve) => void scheduler.after(delayMs, resolve));
      }
    });
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

  private passFor(
    caller: Caller,
    action: 'transaction' | 'append' | 'group' | 'describe',
    resource: string,
  ): void {
    const closed = this.ports.door.authorise(caller, action, resource);
    if (closed !== undefined) throw closed;
  }
}

function notAdmitted({ kind, group }: Participant, cause: FlowError): FlowError {
  return new FlowError('UNAVAILABLE', `group ${group} (${kind}) has not let the transaction in`, {
    hint: 'Retry: it takes a leader. What has been added stays a part of the transaction.',
    cause,
  });
}

/** A participant knows that the transaction has ended; the coordinator knows why. */
function asRefusal(
  error: unknown,
  { shard, id }: { readonly shard: CoordinatorShard; readonly id: string },
): unknown {
  if (!(error instanceof FlowError) || error.code !== 'PRODUCER_FENCED') return error;
  const known = shard.machine.transactions.get(id);
  if ((known?.ending ?? known?.ended?.reason) !== 'timeout') return error;
  return new FlowError('TRANSACTION_ABORTED', `the time of the transaction of ${id} was up`, {
    hint: 'Nothing of it is to be seen. Do it again in another transaction.',
    cause: error,
  });
}

function producerOf(reply: CoordinatorReply): ProducerEpoch {
  if (reply.kind === 'producer') {
    const { producerId, producerEpoch } = reply;
    return { producerId, producerEpoch };
  }
  throw new FlowError('INTERNAL', `the coordinator answered ${reply.kind} where a producer was asked for`);
}
