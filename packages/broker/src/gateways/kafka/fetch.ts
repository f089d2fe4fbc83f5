/**
 * Fetch. Batches go out as they are stored; control batches and aborted transactions come along with the list of what was aborted, and
 * the client leaves them out. In a session (`fetch-sessions.ts`) a request names what changes, and its answer what is new.
 *
 *   read all ─► enough, or an error? ─ yes ─► answer          time is up, or a topic has found a new leader ─► answer as it is
 *      ▲              └ no ─► wait until one of them has more ─┐
 *      └───────────────────────────────────────────────────────┘
 *
 * The first batch of the first partition that has any is always in the answer, however large (KIP-74); whatever does not fit comes
 * with the next request.
 */
import { randomInt } from 'node:crypto';
import { Fetch } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { refusal } from './errors.ts';
import {
  FETCH_SESSION_IDLE_MS,
  FETCH_SESSION_PARTITIONS_MAX,
  FETCH_SESSIONS_MAX,
} from '../../config/limits.ts';
import { AnswerBudget, FetchedPartition } from './fetched-partition.ts';
import { FetchSessions, type SessionFetch } from './fetch-sessions.ts';
import { LeaderHints } from './leader-hints.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type FetchRequest = RequestOf<typeof Fetch>;
type FetchResponse = ResponseInput<typeof Fetch>;

/** One answer, whatever the client would take. */
const BYTES_MAX = 32 << 20;
const WAIT_MS_MAX = 60_000;
const BY_ID_SINCE = 13;
const READ_COMMITTED = 1;

export function fetchApi(ports: KafkaPorts): ServedApi {
  const sessions = new FetchSessions(ports.clock, randomId, {
    sessionsMax: FETCH_SESSIONS_MAX,
    partitionsMax: FETCH_SESSION_PARTITIONS_MAX,
    idleMs: FETCH_SESSION_IDLE_MS,
  });
  return servedApi(Fetch, async (request, context) => {
    const session = sessions.begin(request, context.version >= BY_ID_SINCE);
    if (typeof session !== 'string') return await new FetchCall(ports, request, context, session).run();
    return { throttleTimeMs: 0, errorCode: refusal(session).errorCode, responses: [] };
  });
}

function randomId(): number {
  return randomInt(1, 0x7fffffff);
}

interface FetchedTopic {
  readonly topic: string;
  readonly topicId: string;
  /** Undefined where there is none of that id. */
  readonly stream: string | undefined;
  readonly partitions: readonly FetchedPartition[];
}

class FetchCall {
  private readonly ports: KafkaPorts;
  private readonly request: FetchRequest;
  private readonly session: SessionFetch;
  private readonly context: RequestContext;
  private readonly hints: LeaderHints;
  private readonly topics: readonly FetchedTopic[];
  private readonly all: readonly FetchedPartition[];
  private readonly budget: AnswerBudget;

  constructor(ports: KafkaPorts, request: FetchRequest, context: RequestContext, session: SessionFetch) {
    this.ports = ports;
    this.request = request;
    this.session = session;
    this.context = context;
    this.hints = new LeaderHints(ports);
    this.budget = new AnswerBudget(Math.min(Math.max(request.maxBytes, 1), BYTES_MAX));
    this.topics = session.topics.map((topic) => this.topic(topic));
    this.all = this.topics.flatMap(({ partitions }) => partitions);
  }

  async run(): Promise<FetchResponse> {
    const { request, ports } = this;
    const untilMs = ports.clock.monotonicMs() + Math.min(Math.max(request.maxWaitMs, 0), WAIT_MS_MAX);
    // In the order of the request: the first ones have the room.
    for (const partition of this.all) await partition.begin(this.context.signal);
    if (!this.settled()) await this.wait(untilMs);
    return this.answer();
  }

  private async wait(untilMs: number): Promise<void> {
    const { ports, context } = this;
    const ended = new AbortController();
    const signal = AbortSignal.any([context.signal, ended.signal]);
    const forget = ports.changes.watch(this.streams(), () => ended.abort());
    try {
      while (!this.settled() && !signal.aborted) {
        const waitMs = untilMs - ports.clock.monotonicMs();
        if (waitMs <= 0) break;
        await this.waitForOne(waitMs, signal);
      }
    } finally {
      forget();
    }
  }

  private streams(): ReadonlySet<string> {
    return new Set(this.topics.flatMap(({ stream }) => stream ?? []));
  }

  private topic({ topic, topicId, partitions }: FetchRequest['topics'][number]): FetchedTopic {
    const byId = this.context.version >= BY_ID_SINCE;
    const stream = byId ? this.ports.cluster.streamName(topicId) : topic;
    const isolation = this.request.isolationLevel === READ_COMMITTED ? 'committed' : 'uncommitted';
    const { caller } = this.context;
    return {
      topic,
      topicId,
      stream,
      partitions: partitions.map(
        (partition) =>
          new FetchedPartition(this.ports, { caller, stream, isolation, partition, budget: this.budget }),
      ),
    };
  }

  private bytes(): number {
    return this.all.reduce((sum, partition) => sum + partition.bytes, 0);
  }

  private wanted(): number {
    return Math.min(this.request.minBytes, this.budget.bytesMax);
  }

  private settled(): boolean {
    const enough = this.bytes() >= this.wanted() || this.budget.left() <= 0;
    return enough || this.all.every((one) => one.full) || this.all.some((one) => one.error !== undefined);
  }

  /** Until one partition has more, or something happened to it; the others go on from where they are. */
  private async waitForOne(waitMs: number, until: AbortSignal): Promise<void> {
    const one = new AbortController();
    const signal = AbortSignal.any([until, one.signal]);
    // Where there is but one, it may as well wait for all that is missing.
    const bytesMin = this.all.length === 1 ? this.wanted() - this.bytes() : 1;
    const open = this.all.filter((partition) => !partition.full);
    const reads = open.map(async (partition) => {
      // One that only turned out to be full is no reason to look at the others again.
      if (await partition.read({ waitMs, bytesMin, signal })) one.abort();
    });
    await Promise.all(reads);
  }

  private answer(): FetchResponse {
    const { ports, hints, session } = this;
    const all = this.topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map((partition) => partition.answer(hints)),
    }));
    for (const { fault } of this.all) if (fault !== undefined) ports.onFault(fault, 'kafka-Fetch');
    const { sessionId } = session;
    const responses = session.answered(all);
    return { throttleTimeMs: 0, errorCode: 0, sessionId, responses, nodeEndpoints: hints.endpoints() };
  }
}
