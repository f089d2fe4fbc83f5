/**
 * Founding by number (`cluster.bootstrapExpect: N`): new directories that see each other make exactly one founders' list, whatever is
 * lost, crashes or is seen by only some of them. One directory, the *maker*, asks N-1 others for a *grant*; with all of them it writes the
 * list, and from then on the cluster exists.
 *
 *   free ── grants a maker (durable, before it says so) ──► bound ── the list names it ──► founder
 *    │ ▲                                                      │
 *    │ └── the maker says that this attempt gave up, or made a list without it ◄──┘
 *    └── lowest free uuid of N that it sees ──► making attempt k (k durable) ── N-1 grants for k ──► list written ──► founder
 *         ▲                                          │
 *         └── too few grants, or a lower uuid asks ◄─┘   attempt k never counts again
 *
 * Why there is never a second list with the same directory in it:
 * - A directory is bound to one (maker, attempt) at a time, and while it makes a list it is bound to nobody else.
 * - Attempts of a maker only grow, also over restarts. Grants live in its memory: an attempt that is not under way is given up for ever.
 * - A bound directory becomes free only when its maker answers that the attempt gave up, or that its list is another. A maker that is
 *   silent keeps it bound: the list may exist. The one exception is a maker whose own address answers with another, new directory for
 *   `makerGoneMs` while its uuid is seen nowhere: it was wiped.
 * - While the list is being written, questions wait; where writing fails, nothing is answered any more.
 * Two lists without a common directory need 2N of them: with fewer new directories of one cluster id there is one cluster. A cluster
 * that is seen already is joined: nobody makes a list or grants one then.
 */
import { type Clock, FlowError, nodeId } from '@flowmesh/base';
import type { ClusterLog } from '../cluster-log.ts';
import type { KnownPeer } from '../known-peer.ts';
import type { FoundingRecord } from './founding-record.ts';

/** Where a directory is reached. */
export interface FounderAddresses {
  readonly peer: string;
  readonly grpc: string;
  readonly http: string;
}

export interface FoundingAsk {
  readonly kind: 'grant' | 'status';
  readonly clusterId: string;
  readonly uuid: string;
  readonly address: string;
  readonly expects: number;
  readonly attempt: number;
}

export type FoundingAnswer =
  | { readonly kind: 'granted'; readonly uuid: string; readonly addresses: FounderAddresses }
  | { readonly kind: 'refused' | 'holds' | 'gave-up'; readonly uuid: string }
  | { readonly kind: 'founded'; readonly uuid: string; readonly founders: readonly KnownPeer[] };

/** What was found out about other directories just now. */
export interface FoundingView {
  /** New directories with the same cluster id and the same N. */
  readonly forming: readonly { readonly address: string; readonly uuid: string; readonly bound: boolean }[];
  /** Nodes that belong to the cluster, so that it exists. */
  readonly settled: readonly { readonly address: string; readonly uuid: string }[];
}

export interface FoundingOptions {
  readonly clusterId: string;
  readonly uuid: string;
  readonly addresses: FounderAddresses;
  readonly expects: number;
  readonly record: FoundingRecord;
  /** Durable once it resolves. */
  readonly save: (record: FoundingRecord) => Promise<void>;
  /** Rejects with a FlowError where nobody answers. */
  readonly ask: (address: string, ask: FoundingAsk) => Promise<FoundingAnswer>;
  readonly clock: Clock;
  readonly log: ClusterLog;
  readonly makerGoneMs: number;
}

type Grants = ReadonlyMap<string, FounderAddresses>;

/** A bound directory asks at most so many of the cluster's nodes about the list. */
const SETTLED_ASKED_MAX = 16;

export class Founding {
  private readonly options: FoundingOptions;
  private record: FoundingRecord;
  private making: number | undefined;
  private joining = false;
  private broken = false;
  private turn: Promise<unknown> = Promise.resolve();
  private makerGoneSinceMs: number | undefined;

  constructor(options: FoundingOptions) {
    this.options = options;
    this.record = options.record;
  }

  get bound(): boolean {
    return this.record.grant !== undefined;
  }

  /** For people: what this directory waits for. */
  get state(): string {
    const { grant } = this.record;
    if (grant !== undefined) return `promised to the directory ${grant.uuid} at ${grant.address}`;
    return this.making === undefined ? 'free' : 'making the list of founders';
  }

  /** While the directory asks to be admitted to a cluster that exists it grants nothing: it cannot be in two places. */
  async setJoining(joining: boolean): Promise<boolean> {
    return await this.exclusive(async () => {
      this.joining = joining && this.record.grant === undefined && this.making === undefined;
      return this.joining;
    });
  }

  /** Another directory asks. WRONG_CLUSTER or PRECONDITION_FAILED where it means another founding. */
  async answer(ask: FoundingAsk): Promise<FoundingAnswer> {
    const { clusterId, expects } = this.options;
    if (ask.clusterId !== clusterId) {
      throw new FlowError('WRONG_CLUSTER', `this node forms cluster ${clusterId}, not ${ask.clusterId}`, {
        hint: 'Correct cluster.id on one of the two.',
      });
    }
    if (ask.expects !== expects) {
      throw new FlowError(
        'PRECONDITION_FAILED',
        `this node expects ${expects} founders, not ${ask.expects}`,
        {
          hint: 'Set the same cluster.bootstrapExpect on every node.',
        },
      );
    }
    return await this.exclusive(() => (ask.kind === 'grant' ? this.grant(ask) : this.status(ask)));
  }

  /** One round with what is seen now; the founders once there is a list with this directory in it. */
  async step(view: FoundingView): Promise<readonly KnownPeer[] | undefined> {
    if (this.record.founders !== undefined) return this.record.founders;
    if (this.record.grant !== undefined) return await this.followUp(view);
    if (view.settled.length === 0 && this.shouldMake(view)) return await this.make(view);
    return undefined;
  }

  // ---- one change of state at a time

  private async exclusive<T>(change: () => Promise<T>): Promise<T> {
    const run = this.turn.then(() => {
      if (this.broken) throw new FlowError('UNAVAILABLE', 'the record of the founding could not be written');
      return change();
    });
    this.turn = run.catch(() => undefined);
    return await run;
  }

  private async write(record: FoundingRecord): Promise<void> {
    try {
      await this.options.save(record);
    } catch (error) {
      this.broken = true;
      throw error;
    }
    this.record = record;
  }

  // ---- what others ask

  private async grant(ask: FoundingAsk): Promise<FoundingAnswer> {
    const { uuid, addresses } = this.options;
    const { founders, grant } = this.record;
    if (founders !== undefined) return { kind: 'founded', uuid, founders };
    if (this.joining || ask.uuid === uuid) return { kind: 'refused', uuid };
    if (grant !== undefined) {
      if (grant.uuid !== ask.uuid || ask.attempt < grant.attempt) return { kind: 'refused', uuid };
      if (grant.attempt === ask.attempt) return { kind: 'granted', uuid, addresses };
    }
    if (this.making !== undefined) {
      if (ask.uuid > uuid) return { kind: 'refused', uuid };
      this.making = undefined;
    }
    const { attempt } = this.record;
    await this.write({ attempt, grant: { uuid: ask.uuid, address: ask.address, attempt: ask.attempt } });
    this.makerGoneSinceMs = undefined;
    return { kind: 'granted', uuid, addresses };
  }

  private async status(ask: FoundingAsk): Promise<FoundingAnswer> {
    const { uuid } = this.options;
    const { founders } = this.record;
    if (founders !== undefined) return { kind: 'founded', uuid, founders };
    return { kind: this.making === ask.attempt ? 'holds' : 'gave-up', uuid };
  }

  // ---- the maker

  /** The lowest of those that are free to found, where they are enough. */
  private shouldMake({ forming }: FoundingView): boolean {
    const { uuid, expects } = this.options;
    const free = new Set(forming.filter((one) => !one.bound).map((one) => one.uuid));
    free.delete(uuid);
    return free.size + 1 >= expects && [...free].every((other) => other > uuid);
  }

  private async make(view: FoundingView): Promise<readonly KnownPeer[] | undefined> {
    const attempt = await this.exclusive(async () => {
      if (this.record.grant !== undefined || this.joining) return undefined;
      const next = this.record.attempt + 1;
      await this.write({ attempt: next });
      this.making = next;
      return next;
    });
    if (attempt === undefined) return undefined;
    const grants = await this.collect(view, attempt);
    return await this.exclusive(async () => {
      if (this.making !== attempt) return undefined;
      try {
        if (grants.size < this.options.expects - 1) return undefined;
        const founders = this.foundersOf(grants);
        await this.write({ attempt, founders });
        return founders;
      } finally {
        this.making = undefined;
      }
    });
  }

  /** Asks the lowest first, and others in the place of those that refuse. */
  private async collect({ forming }: FoundingView, attempt: number): Promise<Grants> {
    const { uuid, expects } = this.options;
    const candidates = forming
      .filter((one) => one.uuid !== uuid && !one.bound)
      .sort((a, b) => (a.uuid < b.uuid ? -1 : 1))
      .values();
    const grants = new Map<string, FounderAddresses>();
    const worker = async (): Promise<void> => {
      for (const { address } of candidates) {
        const answer = await this.tell(address, 'grant', attempt);
        if (answer?.kind !== 'granted' || answer.uuid === uuid || grants.has(answer.uuid)) continue;
        grants.set(answer.uuid, answer.addresses);
        return;
      }
    };
    await Promise.all(Array.from({ length: expects - 1 }, worker));
    return grants;
  }

  private foundersOf(grants: Grants): readonly KnownPeer[] {
    const { uuid, addresses } = this.options;
    return [...grants, [uuid, addresses] as const]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([founder, { peer, grpc, http }], place) => ({
        node: nodeId(place + 1),
        uuid: founder,
        address: peer,
        services: { grpc, http },
      }));
  }

  private async tell(
    address: string,
    kind: FoundingAsk['kind'],
    attempt: number,
  ): Promise<FoundingAnswer | undefined> {
    const { clusterId, uuid, addresses, expects, ask, log } = this.options;
    try {
      return await ask(address, { kind, clusterId, uuid, address: addresses.peer, expects, attempt });
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      log.debug({ address, err: error }, 'no answer about the founding');
      return undefined;
    }
  }

  // ---- a bound directory

  private async followUp(view: FoundingView): Promise<readonly KnownPeer[] | undefined> {
    const { grant } = this.record;
    if (grant === undefined) return undefined;
    const { uuid } = this.options;
    const seen = [...view.forming, ...view.settled].filter((one) => one.uuid === grant.uuid);
    const settled = view.settled.slice(0, SETTLED_ASKED_MAX);
    const addresses = new Set([...seen, ...settled].map((one) => one.address).concat(grant.address));
    const answers = await Promise.all(
      [...addresses].map(async (address) => ({
        address,
        answer: await this.tell(address, 'status', grant.attempt),
      })),
    );
    let wiped = false;
    for (const { address, answer } of answers) {
      if (answer === undefined) continue;
      const fromMaker = answer.uuid === grant.uuid;
      if (answer.kind === 'founded') {
        if (answer.founders.some((founder) => founder.uuid === uuid)) return answer.founders;
        const decided = answer.founders.some((founder) => founder.uuid === grant.uuid);
        if (fromMaker || decided) return await this.release(grant, 'its list was made without this one');
      }
      if (fromMaker && answer.kind === 'gave-up') return await this.release(grant, 'it gave up');
      wiped ||= address === grant.address && !fromMaker && answer.kind !== 'founded';
    }
    const alive = seen.length > 0 || answers.some(({ answer }) => answer?.uuid === grant.uuid);
    return await this.watchMaker(grant, wiped && !alive);
  }

  private async release(grant: FoundingRecord['grant'], reason: string): Promise<undefined> {
    await this.exclusive(async () => {
      const held = this.record.grant;
      if (held === undefined || held.uuid !== grant?.uuid || held.attempt !== grant.attempt) return;
      await this.write({ attempt: this.record.attempt });
      this.options.log.debug({ maker: held.uuid, reason }, 'free again to found');
    });
  }

  private async watchMaker(grant: FoundingRecord['grant'], gone: boolean): Promise<undefined> {
    const nowMs = this.options.clock.monotonicMs();
    if (!gone) {
      this.makerGoneSinceMs = undefined;
      return;
    }
    this.makerGoneSinceMs ??= nowMs;
    if (nowMs - this.makerGoneSinceMs < this.options.makerGoneMs) return;
    this.options.log.warn(
      { maker: grant?.uuid, address: grant?.address },
      'the directory that made the list of founders was wiped: its founding is given up',
    );
    await this.release(grant, 'it was wiped');
  }
}
