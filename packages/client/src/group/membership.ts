/**
 * One member of a group: joins, sends heartbeats on its own timer whatever the application does, and tells what it may read.
 *
 *   joining ─► member ──heartbeat answered, waited for, again──► …
 *      ▲          │ MEMBER_UNKNOWN, or the session ran out unheard: everything is lost
 *      └──────────┘                                     MEMBER_FENCED: ended, another process took the instance id
 *
 * Where it ran out unheard, the coordinator may know the member still, and each new leader gives it another whole session. So it leaves as the
 * member that it was before it joins again; the others would wait for nobody.
 *
 * An assignment counts as taken over once `confirm` is called with its epoch: nothing else is read any more.
 */
import type { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import { backoffMs } from '../backoff.ts';
import type { CoordinatorPlaces } from '../routing/coordinator-call.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { pause } from '../system.ts';
import { asFlowError } from '../wire/errors.ts';
import { type CallLimits, callUnary, type NodeConnection } from '../wire/node-connection.ts';
import type { GroupConsumerOptions, TopicPartition } from './group-types.ts';

export const SESSION_TIMEOUT_MS = 30_000;
export const REBALANCE_TIMEOUT_MS = 60_000;
const ATTEMPT_MS = 5_000;
/** To leave as something that nobody may know. */
const LEAVE_UNHEARD_MS = 1_000;

export interface Assignment {
  readonly epoch: number;
  readonly partitions: readonly TopicPartition[];
}

export interface MembershipEvents {
  onJoined(memberId: string): void;
  onAssignment(assignment: Assignment): void;
  /** What was assigned may be another member's by now. */
  onLost(error: FlowError): void;
  onTrouble(error: FlowError): void;
  /** For good. */
  onEnded(error: FlowError): void;
}

const ASSIGNORS = {
  cooperative: flowmesh.v1.Assignor.ASSIGNOR_COOPERATIVE,
  sticky: flowmesh.v1.Assignor.ASSIGNOR_STICKY,
  range: flowmesh.v1.Assignor.ASSIGNOR_RANGE,
  'round-robin': flowmesh.v1.Assignor.ASSIGNOR_ROUND_ROBIN,
} as const;

export class Membership {
  private readonly deps: LeaderCallDeps;
  private readonly places: CoordinatorPlaces;
  private readonly options: GroupConsumerOptions;
  private readonly events: MembershipEvents;
  private readonly stop = new AbortController();
  private readonly sessionTimeoutMs: number;
  private id = '';
  /** Under which it joins next, or has joined. */
  private candidate: string | undefined;
  /** As which it was unheard for a session; left before it joins again. */
  private former: string | undefined;
  private told = 0;
  private confirmed = 0;
  private heardMs = 0;
  /** The heartbeat under way; aborted when there is something to say at once. */
  private beat: AbortController | undefined;
  private running: Promise<void> | undefined;

  constructor(
    deps: LeaderCallDeps & { readonly places: CoordinatorPlaces },
    options: GroupConsumerOptions,
    events: MembershipEvents,
  ) {
    this.deps = deps;
    this.places = deps.places;
    this.options = options;
    this.events = events;
    this.sessionTimeoutMs = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
  }

  get memberId(): string {
    return this.id;
  }

  /** Latest epoch that was taken over. */
  get epoch(): number {
    return this.confirmed;
  }

  start(): void {
    this.running ??= this.run().catch((error: unknown) => this.events.onEnded(asFlowError(error)));
  }

  /** The assignment of this epoch has been taken over. */
  confirm(epoch: number): void {
    if (epoch <= this.confirmed) return;
    this.confirmed = epoch;
    this.beat?.abort();
  }

  /** Ends the membership; static members stay members until their session is over. */
  async close(): Promise<void> {
    this.stop.abort();
    this.beat?.abort();
    await this.running;
    if (this.options.instanceId !== undefined) return;
    const timeoutMs = this.id === '' ? LEAVE_UNHEARD_MS : ATTEMPT_MS;
    const left = [this.former, this.candidate].map(async (memberId) => {
      if (memberId !== undefined) await this.leave(memberId, { timeoutMs });
    });
    // What could not be left ends with its session.
    await Promise.allSettled(left);
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        if (this.id === '') await this.join();
        else await this.heartbeat();
        attempt = -1;
      } catch (failure) {
        const error = asFlowError(failure);
        if (signal.aborted) return;
        if (!this.onFailure(error)) return;
        const { scheduler, random } = this.deps.surroundings;
        if (error.code !== 'CANCELLED')
          await pause(scheduler, backoffMs(Math.max(0, attempt), random), signal);
      }
    }
  }

  /** Whether to go on. */
  private onFailure(error: FlowError): boolean {
    // Our own, to say something at once.
    if (error.code === 'CANCELLED') return true;
    if (error.code === 'MEMBER_UNKNOWN') {
      this.lose(error);
      return true;
    }
    if (!error.retryable) {
      if (error.code === 'MEMBER_FENCED') this.events.onLost(error);
      this.events.onEnded(error);
      return false;
    }
    this.events.onTrouble(error);
    const silentMs = this.deps.surroundings.clock.monotonicMs() - this.heardMs;
    // By now the coordinator may have given everything to others, whether we hear of it or not.
    if (this.id === '' || silentMs <= this.sessionTimeoutMs) return true;
    // A static one takes the place of its instance.
    if (this.options.instanceId === undefined) this.former = this.id;
    this.lose(error);
    return true;
  }

  private lose(error: FlowError): void {
    this.id = '';
    this.candidate = undefined;
    this.told = 0;
    this.confirmed = 0;
    this.events.onLost(error);
  }

  private async leave(memberId: string, options: CallOptions): Promise<void> {
    const request = { group: this.options.group, memberId };
    await this.places.call(this.options.group, options, (connection, limits) =>
      callUnary(connection.groups.leaveGroup.bind(connection.groups), request, limits),
    );
  }

  private async leaveFormer(): Promise<void> {
    if (this.former === undefined) return;
    try {
      await this.leave(this.former, { timeoutMs: ATTEMPT_MS, signal: this.stop.signal });
    } catch (failure) {
      const error = asFlowError(failure);
      if (error.retryable || error.code === 'CANCELLED') throw error;
    }
    this.former = undefined;
  }

  private async join(): Promise<void> {
    await this.leaveFormer();
    const { group, streams = [], pattern = '', assignor, instanceId = '' } = this.options;
    // The same again while no answer comes: the first may have been heard.
    this.candidate ??= this.deps.surroundings.requestId();
    const memberId = this.candidate;
    const request = {
      group,
      memberId,
      instanceId,
      clientId: this.options.clientId ?? '',
      rack: this.options.rack ?? '',
      streams: [...streams],
      pattern,
      assignor: assignor === undefined ? flowmesh.v1.Assignor.ASSIGNOR_DEFAULT : ASSIGNORS[assignor],
      sessionTimeoutMs: this.sessionTimeoutMs,
      rebalanceTimeoutMs: this.options.rebalanceTimeoutMs ?? REBALANCE_TIMEOUT_MS,
    };
    const sentMs = this.deps.surroundings.clock.monotonicMs();
    const answer = await this.call(this.stop.signal, ATTEMPT_MS, (connection, limits) =>
      callUnary(connection.groups.joinGroup.bind(connection.groups), request, limits),
    );
    this.id = memberId;
    this.events.onJoined(memberId);
    this.onAnswer(answer, sentMs);
  }

  private async heartbeat(): Promise<void> {
    const waitMs = Math.min(3_000, Math.floor(this.sessionTimeoutMs / 3));
    const request = {
      group: this.options.group,
      memberId: this.id,
      instanceId: this.options.instanceId ?? '',
      epoch: this.told,
      confirmedEpoch: this.confirmed,
      waitMs,
    };
    const beat = new AbortController();
    this.beat = beat;
    const sentMs = this.deps.surroundings.clock.monotonicMs();
    const answer = await this.call(beat.signal, waitMs + ATTEMPT_MS, (connection, limits) =>
      callUnary(connection.groups.heartbeat.bind(connection.groups), request, limits),
    );
    this.onAnswer(answer, sentMs);
  }

  private call<T>(
    signal: AbortSignal,
    timeoutMs: number,
    call: (connection: NodeConnection, limits: CallLimits) => Promise<T>,
  ): Promise<T> {
    return this.places.call(this.options.group, { timeoutMs, signal }, call);
  }

  /** The session counts from when it was asked, at the latest. */
  private onAnswer(answer: flowmesh.v1.GroupAssignment, sentMs: number): void {
    this.heardMs = sentMs;
    if (answer.epoch <= this.told) return;
    this.told = answer.epoch;
    this.events.onAssignment({
      epoch: answer.epoch,
      partitions: answer.partitions.flatMap(({ stream, partitions }) =>
        (partitions ?? []).map((partition) => ({ stream: stream ?? '', partition })),
      ),
    });
  }
}
