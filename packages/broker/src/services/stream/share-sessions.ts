/**
 * Share sessions: which partitions a member reads at this node, so that its fetches name only what changes. Soft state: a member whose session is
 * lost opens another one, and what it has acquired stays its own.
 *
 *   epoch 0 ─► open, the next call is 1 ─► 2 ─► … ─► -1: closed, its records are given back
 *                └─ not used for a while, when room is wanted ─► forgotten
 */
import { type Clock, FlowError } from '@flowmesh/base';

export interface SharedTopicPartition {
  readonly topicId: string;
  readonly partition: number;
}

interface Session {
  /** That the next call has to name. */
  epoch: number;
  usedMs: number;
  readonly partitions: Map<string, SharedTopicPartition>;
}

export interface ShareSessionLimits {
  readonly sessionsMax: number;
  readonly partitionsMax: number;
  /** A session that was not used for so long gives way to a new one. */
  readonly idleMs: number;
}

export interface SessionCall {
  readonly group: string;
  readonly member: string;
  readonly epoch: number;
  /** What is to be read from here on; with epoch 0 all of it. */
  readonly add: readonly SharedTopicPartition[];
  readonly forget: readonly SharedTopicPartition[];
}

export const SHARE_SESSION_OPENS = 0;
export const SHARE_SESSION_CLOSES = -1;
const EPOCH_MAX = 0x7fffffff;

export class ShareSessions {
  private readonly clock: Clock;
  private readonly limits: ShareSessionLimits;
  private readonly sessions = new Map<string, Session>();
  private partitions = 0;

  constructor(clock: Clock, limits: ShareSessionLimits) {
    this.clock = clock;
    this.limits = limits;
  }

  get size(): number {
    return this.sessions.size;
  }

  /**
   * The partitions of the session after this call, in the order in which they came. NOT_FOUND where there is no session, STALE_MEMBER
   * where the epoch is not the next, OVERLOADED where there are too many.
   */
  call(call: SessionCall): readonly SharedTopicPartition[] {
    const name = nameOf(call);
    const known = this.sessions.get(name);
    if (call.epoch === SHARE_SESSION_OPENS) {
      if (known !== undefined) this.drop(name, known);
      return this.open(name, call);
    }
    if (known === undefined) throw noSession(call);
    if (call.epoch === SHARE_SESSION_CLOSES) {
      const all = [...known.partitions.values()];
      this.drop(name, known);
      return all;
    }
    if (call.epoch !== known.epoch) throw otherEpoch(call, known.epoch);
    known.epoch = known.epoch === EPOCH_MAX ? 1 : known.epoch + 1;
    known.usedMs = this.clock.monotonicMs();
    this.change(known, call);
    return [...known.partitions.values()];
  }

  private open(name: string, call: SessionCall): readonly SharedTopicPartition[] {
    if (this.sessions.size >= this.limits.sessionsMax) this.dropIdle();
    if (this.sessions.size >= this.limits.sessionsMax) {
      throw new FlowError('OVERLOADED', `${this.sessions.size} share sessions are open on this node`, {
        hint: 'Close consumers that are not used; a session that is idle gives way after some minutes.',
        details: { share: 'sessions' },
      });
    }
    const session: Session = { epoch: 1, usedMs: this.clock.monotonicMs(), partitions: new Map() };
    this.sessions.set(name, session);
    try {
      this.change(session, call);
    } catch (error) {
      this.drop(name, session);
      throw error;
    }
    return [...session.partitions.values()];
  }

  private change(session: Session, { add, forget }: SessionCall): void {
    for (const one of forget) if (session.partitions.delete(keyOf(one))) this.partitions--;
    for (const one of add) {
      if (session.partitions.has(keyOf(one))) continue;
      if (this.partitions >= this.limits.partitionsMax) {
        throw new FlowError('OVERLOADED', 'share sessions of this node have too many partitions', {
          hint: 'Subscribe to fewer topics.',
          details: { share: 'sessions' },
        });
      }
      session.partitions.set(keyOf(one), { topicId: one.topicId, partition: one.partition });
      this.partitions++;
    }
  }

  private dropIdle(): void {
    const before = this.clock.monotonicMs() - this.limits.idleMs;
    for (const [name, session] of this.sessions) if (session.usedMs < before) this.drop(name, session);
  }

  private drop(name: string, session: Session): void {
    this.sessions.delete(name);
    this.partitions -= session.partitions.size;
  }
}

/** Neither holds a control character. */
function nameOf({ group, member }: SessionCall): string {
  return `${group}\n${member}`;
}

function keyOf({ topicId, partition }: SharedTopicPartition): string {
  return `${topicId}:${partition}`;
}

function noSession({ group, member }: SessionCall): FlowError {
  return new FlowError('NOT_FOUND', `member ${member} of share group ${group} has no session on this node`, {
    hint: 'Open one with epoch 0.',
    details: { share: 'session' },
  });
}

function otherEpoch({ member, epoch }: SessionCall, expected: number): FlowError {
  return new FlowError('STALE_MEMBER', `${member} names session epoch ${epoch}; the next is ${expected}`, {
    hint: 'Open the session anew with epoch 0.',
    details: { share: 'session', expected },
  });
}
