/**
 * Where partitions of streams begin, end, or had a record at some time, asked at whatever node leads them: for the lag of groups and for
 * resets. Answers about lag are kept for a moment, so that watching many groups costs little.
 */
import { type Clock, FlowError, type GroupId, utf8Decode, utf8Encode } from '@flowmesh/base';
import { ByteBudget } from '../byte-budget.ts';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import type { Caller, CatalogPort } from '../ports.ts';
import type { OffsetQuestion } from '../stream/offset-finder.ts';
import type { StreamService } from '../stream/stream-service.ts';

const KEPT_MS = 1_000;
const KEPT_MAX = 10_000;
/** Partitions asked about at once, for one request. */
const ASKED_AT_ONCE = 32;

/** The node itself: what it asks for was allowed to whoever asked it. */
const INTERNAL: Caller = {
  id: 0,
  protocol: 'internal',
  address: '',
  principal: undefined,
  inFlight: new ByteBudget(1),
};

export interface PositionQuestion {
  readonly group: GroupId;
  readonly at: OffsetQuestion;
  /** Tells the time of the first record at or after this offset, too. */
  readonly timeOf?: number;
}

export interface PartitionPosition {
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly leaderEpoch: number;
  /** What was asked; -1 where no record is as late. */
  readonly offset: number;
  /** Of the first record at or after `timeOf`; -1 where there is none. */
  readonly timestampMs: number;
}

export interface StreamPositionsPorts {
  readonly calls: LeaderCalls;
  readonly streams: Pick<StreamService, 'offsets' | 'read' | 'recordsOf'>;
  readonly catalog: CatalogPort;
  readonly clock: Clock;
}

interface Kept {
  readonly atMs: number;
  readonly position: PartitionPosition;
}

export class StreamPositions {
  private readonly ports: StreamPositionsPorts;
  private readonly kept = new Map<string, Kept>();

  constructor(ports: StreamPositionsPorts) {
    this.ports = ports;
    ports.calls.handle('positions', async (group, payload, signal) => {
      const asked = JSON.parse(utf8Decode(payload)) as Omit<PositionQuestion, 'group'>;
      return utf8Encode(JSON.stringify(await this.answer({ ...asked, group }, signal)));
    });
  }

  /** Answers in the order of the questions; a partition that cannot be asked has its error. */
  async all(
    questions: readonly PositionQuestion[],
    signal: AbortSignal,
  ): Promise<readonly (PartitionPosition | FlowError)[]> {
    const answers: (PartitionPosition | FlowError)[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < questions.length) {
        const at = next++;
        answers[at] = await this.one(questions[at] as PositionQuestion, signal).catch(orFlowError);
      }
    };
    await Promise.all(Array.from({ length: Math.min(ASKED_AT_ONCE, questions.length) }, worker));
    return answers;
  }

  private async one(question: PositionQuestion, signal: AbortSignal): Promise<PartitionPosition> {
    const { group, at, timeOf } = question;
    const name = `${group} ${JSON.stringify(at)} ${timeOf ?? ''}`;
    const nowMs = this.ports.clock.monotonicMs();
    const known = this.kept.get(name);
    if (known !== undefined && nowMs - known.atMs < KEPT_MS) return known.position;
    const payload = utf8Encode(JSON.stringify({ at, timeOf }));
    const answer = await this.ports.calls.call('positions', group, payload, signal);
    const position = JSON.parse(utf8Decode(answer)) as PartitionPosition;
    if (this.kept.size >= KEPT_MAX) this.kept.clear();
    this.kept.set(name, { atMs: nowMs, position });
    return position;
  }

  /** At the leader. */
  private async answer(question: PositionQuestion, signal: AbortSignal): Promise<PartitionPosition> {
    const { machine } = this.ports.catalog;
    const place = machine.partitionOfGroup(question.group);
    const stream = place?.stream === undefined ? undefined : machine.streamByUuid(place.stream);
    if (place === undefined || stream === undefined) {
      throw new FlowError('NOT_FOUND', `group ${question.group} is no partition of a stream`);
    }
    const name = { caller: INTERNAL, stream: stream.name, partition: place.partition };
    const found = await this.ports.streams.offsets(name, { at: question.at, isolation: 'committed' }, signal);
    const { logStartOffset, highWatermark, leaderEpoch, offset } = found;
    const from = Math.max(question.timeOf ?? highWatermark, logStartOffset);
    const timestampMs = from >= highWatermark ? -1 : await this.timeAt({ ...name, offset: from }, signal);
    return { logStartOffset, highWatermark, leaderEpoch, offset, timestampMs };
  }

  private async timeAt(
    where: {
      readonly caller: Caller;
      readonly stream: string;
      readonly partition: number;
      readonly offset: number;
    },
    signal: AbortSignal,
  ): Promise<number> {
    const { streams } = this.ports;
    const one = { bytesMax: 1, bytesMin: 0, waitMs: 0, isolation: 'uncommitted' } as const;
    const page = await streams.read({ ...where, ...one }, signal);
    const records = streams.recordsOf(page.batches, where.offset);
    return records instanceof FlowError ? -1 : (records[0]?.timestampMs ?? -1);
  }
}

function orFlowError(error: unknown): FlowError {
  if (error instanceof FlowError) return error;
  throw error;
}
