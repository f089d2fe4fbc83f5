/**
 * The first start of a data directory: founds the cluster together with the other initial members, or is admitted to it.
 *
 *   new ──► ask everybody ─► admitted ──────────────────────────────► a node with an id of its own
 *              │  ▲   └────► founder: the founders' list names me ──► the initial member that I am
 *              └──┘
 *              └─ I am the first of the list, and all others are new too ─► I make the founders' list
 *
 * What protects votes: a cluster is founded with one list of {node id, directory uuid}, made by the first initial member only when
 * every other one has answered and is new. Whoever is in the list with its own uuid may vote as that member; a wiped disk has another
 * uuid, so it never is, and waits to be admitted as a new node. Nothing found by discovery takes part in this.
 */
import { type Clock, type FlowError, isFlowError, type NodeId, nodeId, type Scheduler } from '@flowmesh/base';
import type { NodeIntroduction } from '@flowmesh/engines';
import type { ClusterLog } from './cluster-log.ts';
import type { JoinAnswer, JoinAsk, KnownPeer, LostIdentity } from './join-wire.ts';

export interface InitialMemberAddress {
  readonly id: number;
  readonly peerAddress: string;
}

export interface AdmissionOptions {
  readonly clusterId: string;
  readonly introduction: NodeIntroduction;
  readonly initialMembers: readonly InitialMemberAddress[];
  readonly seeds: readonly string[];
  /** Undefined: this directory may not found a cluster, only join one. */
  readonly initialId: NodeId | undefined;
  readonly replaces: LostIdentity | undefined;
  readonly ask: (address: string, ask: JoinAsk) => Promise<JoinAnswer>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly retryMs: number;
  readonly reportIntervalMs: number;
  readonly signal: AbortSignal;
}

export type Admitted =
  | { readonly kind: 'founder'; readonly self: NodeId; readonly founders: readonly KnownPeer[] }
  | Extract<JoinAnswer, { kind: 'admitted' }>;

type Heard = { readonly address: string; readonly answer: JoinAnswer | FlowError };

export class Admission {
  private readonly options: AdmissionOptions;
  private lastReportMs = Number.NEGATIVE_INFINITY;

  constructor(options: AdmissionOptions) {
    this.options = options;
  }

  /** What this directory answers while it belongs to no cluster. */
  answer(): JoinAnswer {
    return { kind: 'forming', uuid: this.options.introduction.uuid, initialId: this.options.initialId };
  }

  /** Asks until it is settled; undefined when `signal` ends it. */
  async run(): Promise<Admitted | undefined> {
    const { signal, retryMs, scheduler } = this.options;
    while (!signal.aborted) {
      const heard = await this.askAll();
      const settled = this.settle(heard);
      if (settled !== undefined) return settled;
      this.report(heard);
      await new Promise<void>((resolve) => {
        const timer = scheduler.after(retryMs, done);
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

  private async askAll(): Promise<readonly Heard[]> {
    const { initialMembers, seeds, introduction, clusterId, initialId, replaces, ask } = this.options;
    const own = introduction.addresses.peer;
    const listed = initialMembers
      .filter((member) => member.id !== initialId)
      .map((member) => member.peerAddress);
    const addresses = [...new Set([...listed, ...seeds])].filter((address) => address !== own);
    const request: JoinAsk = { clusterId, introduction, initialId, replaces };
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
    return this.found(heard);
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

  private report(heard: readonly Heard[]): void {
    const { clock, reportIntervalMs, log, replaces, initialId } = this.options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.lastReportMs < reportIntervalMs) return;
    this.lastReportMs = nowMs;
    const answers = heard.map(({ address, answer }) => ({
      address,
      said: isFlowError(answer) ? `${answer.code}: ${answer.message}` : answer.kind,
    }));
    const message =
      replaces === undefined && initialId !== undefined
        ? 'waiting for the other initial members'
        : 'waiting to be admitted to the cluster';
    log.info({ answers }, message);
  }
}
