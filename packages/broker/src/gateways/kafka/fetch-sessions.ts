/**
 * Fetch sessions (KIP-227): what a client reads here is remembered, so that its requests name only what changes, and answers only partitions with
 * something new. Soft state of the listener: a client whose session is lost is told so, and names everything again.
 *
 *   id 0, epoch 0 ─► opened, the next request is 1 ─► 2 ─► … ─► 2³¹-1 ─► 1
 *   epoch -1: no session, one that is named ends · id, epoch 0: that one ends, another is opened
 *
 * Where there is no room, the one that was idle longest gives way, once it was idle for a while; else the client goes on without one.
 */
import type { Clock } from '@flowmesh/base';
import type { Fetch, RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { KafkaErrorName } from '@flowmesh/kafka/protocol';

type FetchRequest = RequestOf<typeof Fetch>;
export type FetchTopic = FetchRequest['topics'][number];
type Answered = ResponseInput<typeof Fetch>['responses'][number];
type AskedPartition = FetchTopic['partitions'][number];
type AnsweredPartition = Answered['partitions'][number];

/** What was asked of a partition last, and told of it. */
interface Remembered {
  readonly topic: string;
  readonly topicId: string;
  readonly asked: AskedPartition;
  told: Marks | undefined;
}

interface Marks {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
}

interface Session {
  readonly id: number;
  /** That the next request has to name. */
  epoch: number;
  usedMs: number;
  /** It names topics by id. */
  readonly byId: boolean;
  /** Those that brought records last are at the end: the others have the room first. */
  readonly partitions: Map<string, Remembered>;
}

export interface FetchSessionLimits {
  readonly sessionsMax: number;
  readonly partitionsMax: number;
  readonly idleMs: number;
}

/** What a request comes to: all that is to be read, and what becomes of the answer. */
export interface SessionFetch {
  readonly sessionId: number;
  readonly topics: readonly FetchTopic[];
  /** What of the answer is to be told. */
  answered(responses: readonly Answered[]): readonly Answered[];
}

const NO_SESSION = 0;
const OPENS = 0;
const CLOSES = -1;
const EPOCH_MAX = 0x7fffffff;

export class FetchSessions {
  private readonly clock: Clock;
  private readonly newId: () => number;
  private readonly limits: FetchSessionLimits;
  /** The one that was used last is at the end. */
  private readonly sessions = new Map<number, Session>();
  private partitions = 0;

  /** `newId`: at random, so that nobody meets the session of another by chance. */
  constructor(clock: Clock, newId: () => number, limits: FetchSessionLimits) {
    this.clock = clock;
    this.newId = newId;
    this.limits = limits;
  }

  get size(): number {
    return this.sessions.size;
  }

  /** The error that the client is told where its session is not what it takes it for. */
  begin(request: FetchRequest, byId: boolean): SessionFetch | KafkaErrorName {
    const { sessionId, sessionEpoch } = request;
    if (sessionEpoch === OPENS || sessionEpoch === CLOSES) {
      const former = this.sessions.get(sessionId);
      if (former !== undefined) this.drop(former);
      return sessionEpoch === OPENS ? this.open(request, byId) : whole(request);
    }
    const session = this.sessions.get(sessionId);
    if (session === undefined) return 'FETCH_SESSION_ID_NOT_FOUND';
    if (session.epoch !== sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
    if (session.byId !== byId) return 'FETCH_SESSION_TOPIC_ID_ERROR';
    if (!this.change(session, request)) {
      this.drop(session);
      return 'FETCH_SESSION_ID_NOT_FOUND';
    }
    session.epoch = session.epoch === EPOCH_MAX ? 1 : session.epoch + 1;
    this.use(session);
    return { sessionId, topics: topicsOf(session), answered: (all) => changedOf(session, all) };
  }

  private open(request: FetchRequest, byId: boolean): SessionFetch {
    this.makeRoom();
    if (this.sessions.size >= this.limits.sessionsMax) return whole(request);
    let id = this.newId();
    while (id === NO_SESSION || this.sessions.has(id)) id = this.newId();
    const session: Session = { id, epoch: 1, usedMs: 0, byId, partitions: new Map() };
    if (!this.change(session, request)) {
      this.partitions -= session.partitions.size;
      return whole(request);
    }
    this.use(session);
    const { topics } = request;
    return {
      sessionId: id,
      topics,
      answered: (all) => {
        changedOf(session, all);
        return all;
      },
    };
  }

  /** False where there are too many partitions. */
  private change(session: Session, { topics, forgottenTopicsData }: FetchRequest): boolean {
    for (const { topic, topicId, partitions } of forgottenTopicsData) {
      for (const partition of partitions)
        if (session.partitions.delete(keyOf({ topic, topicId }, partition))) this.partitions--;
    }
    for (const { topic, topicId, partitions } of topics) {
      for (const asked of partitions) {
        const key = keyOf({ topic, topicId }, asked.partition);
        const known = session.partitions.get(key);
        if (known === undefined && this.partitions >= this.limits.partitionsMax) return false;
        if (known === undefined) this.partitions++;
        session.partitions.set(key, { topic, topicId, asked, told: known?.told });
      }
    }
    return true;
  }

  private use(session: Session): void {
    session.usedMs = this.clock.monotonicMs();
    this.sessions.delete(session.id);
    this.sessions.set(session.id, session);
  }

  private makeRoom(): void {
    if (this.sessions.size < this.limits.sessionsMax) return;
    for (const session of this.sessions.values()) {
      if (session.usedMs + this.limits.idleMs <= this.clock.monotonicMs()) this.drop(session);
      return;
    }
  }

  private drop(session: Session): void {
    this.sessions.delete(session.id);
    this.partitions -= session.partitions.size;
  }
}

/** Without a session: everything that was asked for is answered. */
function whole({ topics }: FetchRequest): SessionFetch {
  return { sessionId: NO_SESSION, topics, answered: (all) => all };
}

function topicsOf({ partitions }: Session): readonly FetchTopic[] {
  const topics: { topic: string; topicId: string; partitions: AskedPartition[] }[] = [];
  for (const { topic, topicId, asked } of partitions.values()) {
    const last = topics.at(-1);
    if (last?.topic === topic && last.topicId === topicId) last.partitions.push(asked);
    else topics.push({ topic, topicId, partitions: [asked] });
  }
  return topics;
}

/** Partitions with records, an error, or other marks than the client knows; of those with an error it knows nothing any more. */
function changedOf(session: Session, all: readonly Answered[]): readonly Answered[] {
  const changed: Answered[] = [];
  for (const one of all) {
    const partitions = one.partitions.filter((partition) => isNew(session, one, partition));
    if (partitions.length > 0) changed.push({ ...one, partitions });
  }
  return changed;
}

function isNew(session: Session, of: Answered, partition: AnsweredPartition): boolean {
  const key = keyOf(of, partition.partitionIndex);
  const known = session.partitions.get(key);
  if (known === undefined) return true;
  const { highWatermark, lastStableOffset = -1, logStartOffset = -1, errorCode } = partition;
  const brings = bytesOf(partition) > 0;
  const { told } = known;
  const same =
    told?.highWatermark === highWatermark &&
    told.lastStableOffset === lastStableOffset &&
    told.logStartOffset === logStartOffset;
  known.told = errorCode === 0 ? { highWatermark, lastStableOffset, logStartOffset } : undefined;
  if (brings) {
    session.partitions.delete(key);
    session.partitions.set(key, known);
  }
  return brings || errorCode !== 0 || !same;
}

function bytesOf({ records }: AnsweredPartition): number {
  if (records === undefined) return 0;
  return Array.isArray(records) ? records.length : (records as Uint8Array).length;
}

/** Of the name and the id, one is there. */
function keyOf(of: { readonly topic?: string; readonly topicId?: string }, partition: number): string {
  return `${of.topic ?? ''}\n${of.topicId ?? ''}\n${partition}`;
}
