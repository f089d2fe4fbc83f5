/**
 * ElectLeaders. Preferred leaders are elected wherever the partition is led now. An unclean election is none of the things that a client
 * can ask for: Raft elects by itself whoever may lead without loss, and giving data up is the operator's, with flowmesh-admin recover.
 */
import { ElectLeaders } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { PartitionView } from '../../services/metadata/partition-views.ts';
import { ACCEPTED, asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Request = RequestOf<typeof ElectLeaders>;
type Response = ResponseInput<typeof ElectLeaders>;

const PREFERRED = 0;
const UNCLEAN = 1;
const TIMEOUT_MS_MAX = 600_000;
/** Elections of one request that are under way at once. */
const CONCURRENT_MAX = 32;
const ELECTION_NOT_NEEDED = refusal('ELECTION_NOT_NEEDED', 'the preferred leader leads already');

interface Candidate {
  readonly topic: string;
  readonly partition: number;
  /** Undefined: there is no such partition. */
  readonly view: PartitionView | undefined;
}

export function electionApi(ports: KafkaPorts): ServedApi {
  return servedApi(ElectLeaders, (request, context) => electLeaders(ports, request, context));
}

async function electLeaders(
  ports: KafkaPorts,
  request: Request,
  { caller, signal }: RequestContext,
): Promise<Response> {
  const { electionType, topicPartitions, timeoutMs } = request;
  if (electionType !== PREFERRED && electionType !== UNCLEAN)
    return { throttleTimeMs: 0, errorCode: refusal('INVALID_REQUEST').errorCode, replicaElectionResults: [] };
  const closed = ports.door.authorise(caller, 'cluster-admin', 'elections');
  if (closed !== undefined)
    return { throttleTimeMs: 0, ...refusalOf(closed, 'admin'), replicaElectionResults: [] };
  const deadline = AbortSignal.timeout(Math.min(Math.max(timeoutMs, 1), TIMEOUT_MS_MAX));
  const within = AbortSignal.any([signal, deadline]);
  const elect = async ({ view }: Candidate): Promise<Refusal> => {
    if (view === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION');
    if (electionType === UNCLEAN) return uncleanly(view);
    if (view.leader !== undefined && view.leader === view.replicas[0]) return ELECTION_NOT_NEEDED;
    return await ports.handover.toPreferred(caller, view, within).then(
      () => ACCEPTED,
      (thrown: unknown) => {
        const error = asFlowError(thrown);
        if (error.code === 'INTERNAL') ports.onFault(error, 'kafka-ElectLeaders');
        return refusalOf(error, 'election');
      },
    );
  };
  const candidates = candidatesOf(ports, topicPartitions);
  const outcomes = await inTurns(candidates, elect);
  // Whoever names none is told of those alone that something was to be done for.
  const told = candidates
    .map((candidate, at) => ({ ...candidate, outcome: outcomes[at] ?? ACCEPTED }))
    .filter(
      ({ outcome }) => topicPartitions !== undefined || outcome.errorCode !== ELECTION_NOT_NEEDED.errorCode,
    );
  const topics = [...new Set(told.map(({ topic }) => topic))];
  const replicaElectionResults = topics.map((topic) => ({
    topic,
    partitionResult: told
      .filter((one) => one.topic === topic)
      .map(({ partition, outcome }) => ({ partitionId: partition, ...outcome })),
  }));
  return { throttleTimeMs: 0, errorCode: 0, replicaElectionResults };
}

function candidatesOf(
  { admin, cluster }: KafkaPorts,
  named: Request['topicPartitions'],
): readonly Candidate[] {
  const viewsOf = (topic: string): readonly PartitionView[] =>
    admin.find(topic) === undefined ? [] : (cluster.partitionsOf(topic, Number.MAX_SAFE_INTEGER) ?? []);
  if (named === undefined) {
    return cluster
      .streamNames()
      .flatMap((topic) => viewsOf(topic).map((view) => ({ topic, partition: view.partition, view })));
  }
  return named.flatMap(({ topic, partitions }) => {
    const views = viewsOf(topic);
    return partitions.map((partition) => ({ topic, partition, view: views[partition] }));
  });
}

function uncleanly({ leader }: PartitionView): Refusal {
  if (leader !== undefined) return refusal('ELECTION_NOT_NEEDED', 'the partition has a leader');
  return refusal(
    'ELIGIBLE_LEADERS_NOT_AVAILABLE',
    'no replica can lead without the risk of losing what was acknowledged; to accept that: flowmesh-admin recover',
  );
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += CONCURRENT_MAX)
    results.push(...(await Promise.all(items.slice(at, at + CONCURRENT_MAX).map(work))));
  return results;
}
