/**
 * ShareFetch and ShareAcknowledge (KIP-932). A session says which partitions a member reads here; a call names what changes of that, and what the
 * member has to say of records that it was given before.
 *
 *   session ─► what is acknowledged, each partition by itself ─► acquire, unless it closes or only renews ─► answer: partitions with something to tell
 *      └─ closes (-1): what the member still has is given back
 */
import { FlowError, isFlowError } from '@flowmesh/base';
import { SHARE_VERDICTS, type ShareVerdicts } from '@flowmesh/engines';
import { ShareAcknowledge, ShareFetch } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { Acquired } from '../../services/stream/share-desk.ts';
import {
  SHARE_SESSION_CLOSES,
  SHARE_SESSION_OPENS,
  type SharedTopicPartition,
} from '../../services/stream/share-sessions.ts';
import type { Sharer } from '../../services/stream/stream-shares.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { groupName, memberId, toldOf } from './group-names.ts';
import { LeaderHints } from './leader-hints.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type FetchRequest = RequestOf<typeof ShareFetch>;
type FetchResponse = ResponseInput<typeof ShareFetch>;
type AcknowledgeResponse = ResponseInput<typeof ShareAcknowledge>;
type Topics = RequestOf<typeof ShareAcknowledge>['topics'];
type Batches = Topics[number]['partitions'][number]['acknowledgementBatches'];

/** One answer, whatever the client would take. */
const BYTES_MAX = 32 << 20;
const RECORDS_MAX = 10_000;
const WAIT_MS_MAX = 60_000;
/** Records up to the number that was asked for and no more, whatever batches they lie in. */
const RECORD_LIMIT_MODE = 1;

/** It stands beside every record that is under way. */
const MEMBER_CHARS_MAX = 64;

const NO_LEADER = { leaderId: -1, leaderEpoch: -1 };

export function shareFetchApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(ShareFetch, (request, context) => fetch(ports, request, context)),
    servedApi(ShareAcknowledge, (request, context) => acknowledge(ports, request, context)),
  ];
}

/** A partition of a call, with what came of it so far. */
interface Place extends SharedTopicPartition {
  /** Undefined: no topic has the id. */
  readonly stream: string | undefined;
  /** Undefined: nothing was said of its records. */
  acknowledged: FlowError | 'ok' | undefined;
  acquired: Acquired | FlowError | undefined;
}

async function fetch(
  ports: KafkaPorts,
  request: FetchRequest,
  context: RequestContext,
): Promise<FetchResponse> {
  const none = { throttleTimeMs: 0, acquisitionLockTimeoutMs: 0, responses: [], nodeEndpoints: [] };
  try {
    const sharer = sharerOf(ports, request, context);
    const forget = request.forgottenTopicsData.flatMap(({ topicId, partitions }) =>
      partitions.map((partition) => ({ topicId, partition })),
    );
    const call = new ShareCall(ports, sharer, request);
    const session = call.session(forget);
    await call.acknowledge();
    const closes = request.shareSessionEpoch === SHARE_SESSION_CLOSES;
    if (closes) await call.release(session);
    else if (!request.isRenewAck) await call.acquire(session, request, context.signal);
    const hints = new LeaderHints(ports);
    const responses = byTopic(call.told(), (place) => fetched(ports, place, hints));
    const acquisitionLockTimeoutMs = sharer.config.lockMs;
    return { ...none, ...ACCEPTED, acquisitionLockTimeoutMs, responses, nodeEndpoints: hints.endpoints() };
  } catch (thrown) {
    return { ...none, ...toldOf(ports, thrown, 'share') };
  }
}

async function acknowledge(
  ports: KafkaPorts,
  request: RequestOf<typeof ShareAcknowledge>,
  context: RequestContext,
): Promise<AcknowledgeResponse> {
  const none = { throttleTimeMs: 0, acquisitionLockTimeoutMs: 0, responses: [], nodeEndpoints: [] };
  try {
    const sharer = sharerOf(ports, request, context);
    const call = new ShareCall(ports, sharer, request);
    if (request.shareSessionEpoch === SHARE_SESSION_OPENS) throw opensByFetch();
    const session = call.session([]);
    await call.acknowledge();
    if (request.shareSessionEpoch === SHARE_SESSION_CLOSES) await call.release(session);
    const hints = new LeaderHints(ports);
    const responses = byTopic(call.told(), (place) => acknowledged(ports, place, hints));
    const acquisitionLockTimeoutMs = sharer.config.lockMs;
    return { ...none, ...ACCEPTED, acquisitionLockTimeoutMs, responses, nodeEndpoints: hints.endpoints() };
  } catch (thrown) {
    return { ...none, ...toldOf(ports, thrown, 'share') };
  }
}

function sharerOf(
  ports: KafkaPorts,
  request: { readonly groupId: string | undefined; readonly memberId: string | undefined },
  { caller }: RequestContext,
): Sharer {
  const group = groupName(request.groupId ?? '');
  const { memberId: id = '' } = request;
  if (id === '' || id.length > MEMBER_CHARS_MAX) {
    throw new FlowError('INVALID_ARGUMENT', 'a member of a share group has an id that is not too long', {
      hint: `It has 1 to ${MEMBER_CHARS_MAX} characters; the clients of Kafka make a uuid.`,
    });
  }
  const config = ports.coordination.shares.admit(caller, group);
  return { caller, group, member: memberId(id), config };
}

/** What both calls have in common. */
class ShareCall {
  private readonly ports: KafkaPorts;
  private readonly sharer: Sharer;
  private readonly epoch: number;
  private readonly topics: Topics;
  private readonly isRenewAck: boolean;
  private readonly places = new Map<string, Place>();

  constructor(
    ports: KafkaPorts,
    sharer: Sharer,
    request: { readonly shareSessionEpoch: number; readonly topics: Topics; readonly isRenewAck: boolean },
  ) {
    this.ports = ports;
    this.sharer = sharer;
    this.epoch = request.shareSessionEpoch;
    this.topics = request.topics;
    this.isRenewAck = request.isRenewAck;
  }

  /** Its partitions after this call, the one that is first changing from call to call. */
  session(forget: readonly SharedTopicPartition[]): readonly Place[] {
    const { group, member } = this.sharer;
    const add = this.topics.flatMap(({ topicId, partitions }) =>
      partitions.map(({ partitionIndex }) => ({ topicId, partition: partitionIndex })),
    );
    const says = this.topics.some(({ partitions }) => partitions.some((one) => saysSomething(one)));
    if (this.epoch === SHARE_SESSION_OPENS && says) {
      throw new FlowError('INVALID_ARGUMENT', 'a new share session acknowledges nothing', {
        hint: 'Acknowledge with the session that the records came by.',
      });
    }
    const { sessions } = this.ports.streams.shares;
    const all = sessions.call({ group, member, epoch: this.epoch, add, forget });
    const turn = all.length === 0 ? 0 : Math.max(0, this.epoch) % all.length;
    return [...all.slice(turn), ...all.slice(0, turn)].map((one) => this.place(one));
  }

  async acknowledge(): Promise<void> {
    const said = this.topics.flatMap(({ topicId, partitions }) =>
      partitions.filter(saysSomething).map((one) => ({ topicId, ...one })),
    );
    await Promise.all(
      said.map(async ({ topicId, partitionIndex, acknowledgementBatches }) => {
        const place = this.place({ topicId, partition: partitionIndex });
        const batches = verdictsOf(acknowledgementBatches, this.isRenewAck);
        if (place.stream === undefined) return;
        const at = { stream: place.stream, partition: place.partition };
        place.acknowledged =
          batches instanceof FlowError
            ? batches
            : ((await this.ports.streams.shares.acknowledge(this.sharer, at, batches)) ?? 'ok');
      }),
    );
  }

  /** What the member still has in its partitions. Where that cannot be said now, its locks run out. */
  async release(places: readonly Place[]): Promise<void> {
    await Promise.all(
      places.map(async ({ stream, partition }) => {
        if (stream !== undefined) await this.ports.streams.shares.release(this.sharer, { stream, partition });
      }),
    );
  }

  async acquire(places: readonly Place[], request: FetchRequest, signal: AbortSignal): Promise<void> {
    const known = places.filter(({ stream }) => stream !== undefined);
    const results = await this.ports.streams.shares.fetch(
      {
        sharer: this.sharer,
        partitions: known.map(({ stream = '', partition }) => ({ stream, partition })),
        recordsMax: Math.min(Math.max(request.maxRecords, 1), RECORDS_MAX),
        wholeBatches: request.shareAcquireMode !== RECORD_LIMIT_MODE,
        bytesMax: Math.min(Math.max(request.maxBytes, 1), BYTES_MAX),
        waitMs: Math.min(Math.max(request.maxWaitMs, 0), WAIT_MS_MAX),
      },
      signal,
    );
    for (const [i, place] of known.entries()) place.acquired = results[i];
  }

  /** Partitions of which there is something to tell. */
  told(): readonly Place[] {
    return [...this.places.values()].filter(
      ({ stream, acknowledged: said, acquired }) =>
        stream === undefined ||
        said !== undefined ||
        (acquired !== undefined && (isFlowError(acquired) || acquired.ranges.length > 0)),
    );
  }

  private place({ topicId, partition }: SharedTopicPartition): Place {
    const key = `${topicId}:${partition}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const stream = this.ports.cluster.streamName(topicId);
    const place = { topicId, partition, stream, acknowledged: undefined, acquired: undefined };
    this.places.set(key, place);
    return place;
  }
}

function saysSomething({ acknowledgementBatches }: { readonly acknowledgementBatches: Batches }): boolean {
  return acknowledgementBatches.length > 0;
}

function verdictsOf(batches: Batches, mayRenew: boolean): readonly ShareVerdicts[] | FlowError {
  const all: ShareVerdicts[] = [];
  for (const { firstOffset, lastOffset, acknowledgeTypes } of batches) {
    const verdicts = acknowledgeTypes.flatMap((type) => SHARE_VERDICTS[type] ?? []);
    const wrong = verdicts.length !== acknowledgeTypes.length || verdicts.length === 0;
    const nowhere = firstOffset < 0 || lastOffset < firstOffset || !Number.isSafeInteger(lastOffset);
    if (wrong || nowhere || (!mayRenew && verdicts.includes('renew'))) {
      return new FlowError('INVALID_ARGUMENT', 'records are acknowledged in a way that is not known', {
        hint: 'The types are 0 gap, 1 accept, 2 release, 3 reject, and 4 renew where the request says so.',
      });
    }
    all.push({ first: firstOffset, last: lastOffset, verdicts });
  }
  return all;
}

function byTopic<T>(
  places: readonly Place[],
  answer: (place: Place) => T,
): { readonly topicId: string; readonly partitions: readonly T[] }[] {
  const topics = new Map<string, T[]>();
  for (const place of places) {
    const list = topics.get(place.topicId) ?? [];
    topics.set(place.topicId, list);
    list.push(answer(place));
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }));
}

const UNKNOWN_TOPIC = refusal('UNKNOWN_TOPIC_ID');

function fetched(
  ports: KafkaPorts,
  place: Place,
  hints: LeaderHints,
): FetchResponse['responses'][number]['partitions'][number] {
  const { stream, partition, acquired } = place;
  const said = saidOf(ports, place);
  const failed = isFlowError(acquired) ? acquired : undefined;
  const { batches, ranges } = isFlowError(acquired) || acquired === undefined ? NONE : acquired;
  const refused = failed === undefined ? ACCEPTED : told(ports, failed);
  return {
    partitionIndex: partition,
    ...(stream === undefined ? UNKNOWN_TOPIC : refused),
    acknowledgeErrorCode: said.errorCode,
    acknowledgeErrorMessage: said.errorMessage,
    currentLeader: leaderOf(hints, failed, place),
    records: batches,
    acquiredRecords: ranges.map(({ first, last, attempts }) => ({
      firstOffset: first,
      lastOffset: last,
      deliveryCount: attempts,
    })),
  };
}

function acknowledged(
  ports: KafkaPorts,
  place: Place,
  hints: LeaderHints,
): AcknowledgeResponse['responses'][number]['partitions'][number] {
  return {
    partitionIndex: place.partition,
    ...saidOf(ports, place),
    currentLeader: leaderOf(hints, undefined, place),
  };
}

function saidOf(ports: KafkaPorts, { stream, acknowledged: said }: Place): Refusal {
  if (stream === undefined) return UNKNOWN_TOPIC;
  return isFlowError(said) ? told(ports, said) : ACCEPTED;
}

function told({ onFault }: KafkaPorts, error: FlowError): Refusal {
  if (error.code === 'INTERNAL') onFault(error, 'kafka-shares');
  return refusalOf(asFlowError(error), 'share');
}

function leaderOf(
  hints: LeaderHints,
  failed: FlowError | undefined,
  { acknowledged: said }: Place,
): { readonly leaderId: number; readonly leaderEpoch: number } {
  const error = failed ?? (isFlowError(said) ? said : undefined);
  return (error === undefined ? undefined : hints.of(error)) ?? NO_LEADER;
}

function opensByFetch(): FlowError {
  return new FlowError('STALE_MEMBER', 'a share session is opened by a fetch', {
    hint: 'Fetch with epoch 0.',
    details: { share: 'session' },
  });
}

const NONE: Acquired = { batches: [], ranges: [] };
