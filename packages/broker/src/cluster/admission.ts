/**
 * The first start of a data directory: founds the cluster together with the other initial members, or is admitted to it.
 *
 *   new ──► ask everybody ─► admitted ──────────────────────────────► a node with an id of its own
 *              │  ▲   └────► founder: the founders' list names me ──► the initial member that I am
 *              └──┘
 *              └─ I am the first of the list, all others are new too, and no address that I know of is
 *                 a node of the cluster ─► I make the founders' list
 *
 * What protects votes: a cluster is founded with one list of {node id, directory uuid}, made by the first initial member only when
 * every other one has answered and is new. Whoever is in the list with its own uuid may vote as that member; a wiped disk has another
 * uuid, so it never is, and waits to be admitted as a new node. Nothing found by discovery takes part in this, but it can forbid it: a
 * list that names only a node that was removed and emptied would found the cluster a second time. Where every node of the cluster is out
 * of reach at that moment nothing can forbid it: whoever joins should list nobody.
 *
 * With `cluster.bootstrapExpect` instead of a list, `discovery/founding.ts` makes it; a directory with neither only waits to be admitted.
 */
import { type Clock, type FlowError, isFlowError, type NodeId, nodeId, type Scheduler } from '@flowmesh/base';
import type { NodeIntroduction } from '@flowmesh/engines';
import type { ClusterLog } from './cluster-log.ts';
import type { Expectation, Sighting } from './discovery/expectation.ts';
import type { Identity, IdentifyAsk } from './discovery/identify.ts';
import type { JoinAnswer, JoinAsk, JoinToken, LostIdentity } from './join-wire.ts';
import type { KnownPeer } from './known-peer.ts';

export interface InitialMemberAddress {
  readonly id: number;
  readonly peerAddress: string;
}

export interface AdmissionOptions {
  readonly clusterId: string;
  readonly introduction: NodeIntroduction;
  readonly initialMembers: readonly InitialMemberAddress[];
  /** Addresses beside those of the initial members: what the sources find. */
  readonly addresses: () => readonly string[];
  /** Undefined: this directory does not found by number. */
  readonly expectation: Expectation | undefined;
  readonly token: JoinToken | undefined;
  /** Undefined: this directory may not found a cluster, only join one. */
  readonly initialId: NodeId | undefined;
  readonly replaces: LostIdentity | undefined;
  readonly ask: (address: string, ask: JoinAsk) => Promise<JoinAnswer>;
  readonly identify: (address: string, ask: IdentifyAsk) => Promise<Identity>;
  /** So long the sources are given to find a node of the cluster before it is founded. */
  readonly lookMs: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly retryMs: () => number;
  readonly reportIntervalMs: number;
  readonly signal: AbortSignal;
}

export type Admitted =
  | { readonly kind: 'founder'; readonly self: NodeId; readonly founders: readonly KnownPeer[] }
  | Extract<JoinAnswer, { kind: 'admitted' }>;

type Heard = { readonly address: string; readonly answer: JoinAnswer | FlowError };

export class Admission {
  private readonly options: AdmissionOptions;
  private readonly startedMs: number;
  private lastReportMs = Number.NEGATIVE_INFINITY;

  constructor(options: AdmissionOptions) {
    this.options = options;
    this.startedMs = options.clock.monotonicMs();
  }

  /** What this directory answers while it belongs to no cluster. */
  answer(): JoinAnswer {
    return { kind: 'forming', uuid: this.options.introduction.uuid, initialId: this.options.initialId };
  }

  /** Asks until it is settled; undefined when `signal` ends it. */
  async run(): Promise<Admitted | undefined> {
    const { signal, retryMs, scheduler } = this.options;
    while (!signal.aborted) {
      const settled = await (this.options.expectation === undefined
        ? this.attempt()
        : this.expect(this.options.expectation));
      if (settled !== undefined) return settled;
      await new Promise<void>((resolve) => {
        const timer = scheduler.after(retryMs(), done);
        function done(): void {
          timer.cancel();
          signal.removeEventListener('abort', done);
          resolve();
        }
        signal.addEventListener('abort', done, { once: true });
      });
    }
    return undefined;
  }

  private async attempt(): Promise<Admitted | undefined> {
    const { initialMembers, initialId, addresses } = this.options;
    const listed = initialMembers
      .filter((member) => member.id !== initialId)
      .map((member) => member.peerAddress);
    const heard = await this.askAll([...listed, ...addresses()]);
    const settled = this.settle(heard);
    if (settled !== undefined) return settled;
    const founded = this.found(heard);
    const members = founded === undefined ? [] : await this.members(heard);
    if (founded === undefined || members.length > 0) this.report(heard, members);
    else if (this.options.clock.monotonicMs() - this.startedMs >= this.options.lookMs) return founded;
    return undefined;
  }

  /** Who of those at the addresses that were asked belongs to the cluster already. */
  private async members(heard: readonly Heard[]): Promise<readonly string[]> {
    const { clusterId, introduction, identify } = this.options;
    const { uuid, addresses } = introduction;
    const ask: IdentifyAsk = { clusterId, uuid, node: undefined, address: addresses.peer };
    const seen = await Promise.all(
      heard.map(async ({ address }): Promise<readonly string[]> => {
        try {
          const { node, ...identity } = await identify(address, ask);
          const member = node !== undefined && identity.clusterId === clusterId && identity.uuid !== uuid;
          return member ? [`node ${node} at ${address}`] : [];
        } catch (error) {
          if (!isFlowError(error)) throw error;
          return [];
        }
      }),
    );
    return seen.flat();
  }

  private async expect(expectation: Expectation): Promise<Admitted | undefined> {
    const { introduction } = this.options;
    const round = await expectation.round();
    if (round.kind === 'founded') {
      const me = round.founders.find((founder) => founder.uuid === introduction.uuid);
      return me === undefined ? undefined : { kind: 'founder', self: me.node, founders: round.founders };
    }
    if (round.kind === 'waiting') {
      this.reportSightings(round.sightings, expectation.state);
      return undefined;
    }
    try {
      const heard = await this.askAll(round.addresses);
      const settled = this.settle(heard);
      if (settled === undefined) this.report(heard);
      return settled;
    } finally {
      await round.finish();
    }
  }

  private async askAll(candidates: readonly string[]): Promise<readonly Heard[]> {
    const { introduction, clusterId, initialId, replaces, token, ask } = this.options;
    const own = introduction.addresses.peer;
    const addresses = [...new Set(candidates)].filter((address) => address !== own);
    const request: JoinAsk = { clusterId, introduction, initialId, replaces, token };
    return await Promise.all(
      addresses.map(async (address): Promise<Heard> => {
        try {
          return { address, answer: await ask(address, request) };
        } catch (error) {
          if (!isFlowError(error)) throw error;
          return { address, answer: error };
        }
      }),
    );
  }

  private settle(heard: readonly Heard[]): Admitted | undefined {
    const { initialId, introduction } = this.options;
    for (const { answer } of heard) {
      if (isFlowError(answer)) continue;
      if (answer.kind === 'admitted') return answer;
      if (answer.kind === 'founder' && initialId !== undefined) {
        const me = answer.founders.find((founder) => founder.node === initialId);
        if (me?.uuid === introduction.uuid)
          return { kind: 'founder', self: initialId, founders: answer.founders };
      }
    }
    return undefined;
  }

  /** Only the first initial member makes the list, and only when it knows a new directory behind every other name. */
  private found(heard: readonly Heard[]): Admitted | undefined {
    const { initialId, initialMembers, introduction, replaces } = this.options;
    const first = Math.min(...initialMembers.map((member) => member.id));
    if (initialId === undefined || replaces !== undefined || initialId !== first) return undefined;
    const founders: KnownPeer[] = [];
    for (const member of [...initialMembers].sort((a, b) => a.id - b.id)) {
      const uuid = member.id === initialId ? introduction.uuid : this.newDirectory(member, heard);
      if (uuid === undefined) return undefined;
      founders.push({ node: nodeId(member.id), uuid, address: member.peerAddress });
    }
    if (new Set(founders.map((founder) => founder.uuid)).size !== founders.length) return undefined;
    return { kind: 'founder', self: initialId, founders };
  }

  private newDirectory(member: InitialMemberAddress, heard: readonly Heard[]): string | undefined {
    const answer = heard.find((one) => one.address === member.peerAddress)?.answer;
    if (answer === undefined || isFlowError(answer) || answer.kind !== 'forming') return undefined;
    return answer.initialId === member.id ? answer.uuid : undefined;
  }

  private report(heard: readonly Heard[], members: readonly string[] = []): void {
    const { replaces, initialId } = this.options;
    const answers = heard.map(({ address, answer }) => ({ address, said: said(answer) }));
    if (members.length > 0) {
      this.say(
        { members, answers, hint: hintOf(heard, false) },
        'the cluster exists already: it is not founded again, this node waits to be admitted',
      );
      return;
    }
    const founding = replaces === undefined && initialId !== undefined;
    this.say(
      { answers, hint: hintOf(heard, founding) },
      founding ? 'waiting for the other initial members' : 'waiting to be admitted to the cluster',
    );
  }

  private reportSightings(sightings: readonly Sighting[], state: string): void {
    const { expectation, clusterId } = this.options;
    const answers = sightings.map(({ address, seen }) => ({ address, said: sighted(seen, clusterId) }));
    const hint =
      'The cluster is founded once so many new directories with the same cluster.id and cluster.bootstrapExpect see each other. Start the ' +
      'others, and check cluster.seeds, cluster.discovery and the peer addresses that they advertise.';
    this.say({ expects: expectation?.expects, state, answers, hint }, 'waiting for the other founders');
  }

  private say(fields: object, message: string): void {
    const { clock, reportIntervalMs, log } = this.options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.lastReportMs < reportIntervalMs) return;
    this.lastReportMs = nowMs;
    log.info(fields, message);
  }
}

function said(answer: JoinAnswer | FlowError): string {
  return isFlowError(answer) ? `${answer.code}: ${answer.message}` : answer.kind;
}

function sighted(seen: Identity | FlowError, clusterId: string): string {
  if (isFlowError(seen)) return said(seen);
  if (seen.clusterId !== clusterId) return `belongs to another cluster: ${seen.clusterId}`;
  if (seen.node !== undefined) return `node ${seen.node} of the cluster`;
  return seen.expects === 0 ? 'new, founds nothing' : `new, expects ${seen.expects} founders`;
}

/** What to do: what a refusal says, or the common reasons. */
function hintOf(heard: readonly Heard[], founding: boolean): string {
  const refused = heard.find(({ answer }) => isFlowError(answer) && !answer.retryable)?.answer;
  if (isFlowError(refused) && refused.hint !== undefined) return refused.hint;
  if (founding) return 'Start the other initial members, and check that their peer addresses can be reached.';
  if (heard.length === 0)
    return 'No peer is found: check cluster.seeds (--seed host:50052) and cluster.discovery.';
  const forming = heard.every(({ answer }) => !isFlowError(answer) && answer.kind === 'forming');
  if (forming)
    return 'All nodes found are new, and none may found: set cluster.bootstrapExpect or cluster.initialMembers.';
  return 'Check that a node of the cluster runs at one of these addresses and that the network lets this one through.';
}
