/**
 * Runs the interaction scenarios: several nodes, one queue of messages between them, and for each the work of its storage
 * threads. The core always writes asynchronously; for scenarios of the synchronous mode the environment writes, applies and
 * answers within the handling of one Ready, as a synchronous host would.
 */
import { type MemberId, type Random } from '@flowmesh/base';
import {
  type ConfState,
  decodeConfChange,
  type Entry,
  type LocalMessage,
  type Message,
  type PeerMessage,
  RaftNode,
  type RaftConfig,
  type RaftTrace,
  type Ready,
  type SnapshotMeta,
  type StorageAppend,
} from '@flowmesh/raft';
import { EMPTY_CONF, MemoryLog } from '../support/memory-log.ts';
import {
  describeMessage,
  describeReady,
  printedAppended,
  type PrintedMessage,
  printedPeer,
} from './format.ts';
import { logLine } from './log-lines.ts';
import { ScenarioOutput } from './output.ts';

export interface NodeOptions {
  readonly config: Partial<RaftConfig>;
  readonly async: boolean;
  readonly index: number;
  readonly conf: ConfState;
}

/** A message under way, with what is printed for it. */
interface Queued {
  readonly to: number;
  /** From a node to itself or from its storage: never lost. */
  readonly local: boolean;
  readonly type: string;
  readonly text: string;
  readonly message: Message;
}

interface AppendWork {
  readonly printed: PrintedMessage;
  readonly append: StorageAppend;
  readonly responses: readonly Queued[];
}

interface ApplyWork {
  readonly printed: PrintedMessage;
  readonly entries: readonly Entry[];
  readonly response: Queued;
}

interface ScenarioNode {
  readonly id: number;
  readonly node: RaftNode;
  readonly log: MemoryLog;
  readonly async: boolean;
  readonly appendWork: AppendWork[];
  readonly applyWork: ApplyWork[];
  /** A snapshot for every applied entry, so that the newest covers all of them. */
  readonly history: SnapshotMeta[];
}

/** Election timeouts do not matter unless a scenario sets them. */
const LOWEST: Random = { below: () => 0, unit: () => 0 };

export const ELECTION_TICKS = 3;

export class InteractionEnv {
  readonly output = new ScenarioOutput();
  readonly nodes: ScenarioNode[] = [];
  private queue: Queued[] = [];
  /** Set by the core when it drops what was just proposed. */
  private proposalDropped = false;

  get(id: number): ScenarioNode {
    const node = this.nodes[id - 1];
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  addNode(options: NodeOptions): void {
    const id = this.nodes.length + 1;
    const log = new MemoryLog();
    const first: SnapshotMeta = {
      index: options.index,
      term: options.index === 0 ? 0 : 1,
      conf: options.conf,
      data: new Uint8Array(0),
    };
    const history = [first];
    log.applySnapshot(first);
    log.latestSnapshot = () => history[history.length - 1] as SnapshotMeta;
    const node = new RaftNode({
      electionTicks: ELECTION_TICKS,
      heartbeatTicks: 1,
      preVote: false,
      checkQuorum: false,
      readOnly: 'quorum',
      appendBytesMax: Number.MAX_SAFE_INTEGER,
      inflightMessagesMax: 2 ** 31,
      inflightBytesMax: Number.MAX_SAFE_INTEGER,
      applyBytesMax: Number.MAX_SAFE_INTEGER,
      uncommittedBytesMax: Number.MAX_SAFE_INTEGER,
      proposalForwarding: true,
      restarted: false,
      stepDownOnRemoval: false,
      confChangeChecks: 'elected-log',
      ...options.config,
      id: id as MemberId,
      log,
      random: LOWEST,
      applied: options.index,
      applyUnstable: !options.async,
      trace: (event) => this.traced(id, event),
    });
    this.nodes.push({ id, node, log, async: options.async, appendWork: [], applyWork: [], history });
  }

  private traced(id: number, event: RaftTrace): void {
    if (event.kind === 'peer-not-found') this.output.line('raft: cannot step as peer not found');
    if (event.kind === 'proposal-dropped') this.proposalDropped = true;
    const line = logLine(id, event);
    if (line !== undefined) this.output.log(line.level, line.text);
  }

  propose(id: number, entry: Pick<Entry, 'kind' | 'data'>): void {
    const self = id as MemberId;
    this.proposalDropped = false;
    const entries = [{ term: 0, index: 0, ...entry }];
    this.get(id).node.step({ kind: 'propose', from: self, to: self, term: 0, entries });
    if (this.proposalDropped) this.output.write('raft proposal dropped');
  }

  processReady(id: number): void {
    const { node, async } = this.get(id);
    const ready = node.ready();
    if (async) this.handleAsync(id, ready);
    else this.handleSync(id, ready);
  }

  private handleSync(id: number, ready: Ready): void {
    const { node } = this.get(id);
    const own: Message[] = [];
    const queued = ready.messages.map((message) => peer(message));
    for (const response of ready.append?.responses ?? []) {
      if (response.to === id) own.push(response);
      else queued.push(peer(response as PeerMessage));
    }
    const printed = queued.map((item) => printedPeer(item.message as PeerMessage));
    this.output.write(describeReady(ready, printed));
    if (ready.append !== undefined) this.write(id, ready.append);
    if (ready.apply !== undefined) {
      this.apply(id, ready.apply.entries);
      own.push(appliedReport(id, ready.apply.entries));
    }
    this.queue.push(...queued);
    for (const message of own) node.step(message);
  }

  private handleAsync(id: number, ready: Ready): void {
    const { appendWork, applyWork } = this.get(id);
    const queued = ready.messages.map((message) => peer(message));
    const printed = queued.map((item) => printedPeer(item.message as PeerMessage));
    if (ready.append !== undefined) {
      const responses = ready.append.responses.map((message) => response(message));
      const work = { append: ready.append, responses, printed: printedAppend(id, ready.append) };
      printed.push({ ...work.printed, responses: ready.append.responses.map(printedResponse) });
      appendWork.push(work);
    }
    if (ready.apply !== undefined) {
      const { entries } = ready.apply;
      const work = applyOf(id, entries);
      printed.push({ ...work.printed, responses: [printedApplied(id, entries)] });
      applyWork.push(work);
    }
    this.output.write(describeReady(ready, printed));
    this.queue.push(...queued);
  }

  processAppendThread(id: number): void {
    const work = this.get(id).appendWork.shift();
    if (work === undefined) {
      this.output.write('no append work to perform');
      return;
    }
    this.output.line('Processing:');
    this.output.line(describeMessage(work.printed));
    this.write(id, work.append);
    this.respond(work.responses);
  }

  processApplyThread(id: number): void {
    const work = this.get(id).applyWork.shift();
    if (work === undefined) {
      this.output.write('no apply work to perform');
      return;
    }
    this.output.line('Processing:');
    this.output.line(describeMessage(work.printed));
    this.apply(id, work.entries);
    this.respond([work.response]);
  }

  private respond(responses: readonly Queued[]): void {
    this.output.line('Responses:');
    for (const item of responses) this.output.line(item.text);
    this.queue.push(...responses);
  }

  private write(id: number, { hardState, snapshot, entries }: StorageAppend): void {
    const { log } = this.get(id);
    if (hardState !== undefined) log.hardState = hardState;
    if (snapshot !== undefined) log.applySnapshot(snapshot);
    log.append(entries);
  }

  private apply(id: number, entries: readonly Entry[]): void {
    const { node, history } = this.get(id);
    for (const entry of entries) {
      const { conf } = history[history.length - 1] as SnapshotMeta;
      const changed = entry.kind === 'conf-change' ? node.applyConfChange(entry.data) : conf;
      const data = entry.kind === 'conf-change' ? decodeConfChange(entry.data).context : entry.data;
      history.push({ index: entry.index, term: entry.term, conf: changed, data });
    }
  }

  sendSnapshot(from: number, to: number): void {
    const { history, node } = this.get(from);
    const snapshot = history[history.length - 1] as SnapshotMeta;
    const message: PeerMessage = {
      kind: 'snapshot',
      from: from as MemberId,
      to: to as MemberId,
      term: node.term,
      snapshot,
    };
    this.queue.push(peer(message));
    this.output.write(describeMessage(printedPeer(message)));
  }

  /** Delivers, or drops, what waits for `to`. Returns how many messages that were. */
  deliver(to: number, filter: { readonly type?: string | undefined; readonly drop: boolean }): number {
    const matching = this.queue.filter((item) => this.selects(item, to, filter));
    this.queue = this.queue.filter((item) => !this.selects(item, to, filter));
    for (const item of matching) {
      this.output.line(filter.drop ? `dropped: ${item.text}` : item.text);
      if (!filter.drop) this.get(to).node.step(item.message);
    }
    return matching.length;
  }

  private selects(
    item: Queued,
    to: number,
    filter: { readonly type?: string | undefined; readonly drop: boolean },
  ): boolean {
    if (item.to !== to || (filter.drop && item.local)) return false;
    return filter.type === undefined || item.type === filter.type;
  }

  stabilize(ids: readonly number[]): void {
    const { output } = this;
    const nodes = (ids.length === 0 ? this.nodes.map((node) => node.id) : ids).map((id) => this.get(id));
    for (let done = false; !done; ) {
      done = true;
      for (const { id, node } of nodes) {
        if (!node.hasReady()) continue;
        output.line(`> ${id} handling Ready`);
        output.indented(() => this.processReady(id));
        done = false;
      }
      for (const { id } of nodes) {
        if (!this.queue.some((item) => item.to === id)) continue;
        output.line(`> ${id} receiving messages`);
        output.indented(() => this.deliver(id, { drop: false }));
        done = false;
      }
      for (const { id, appendWork } of nodes) {
        if (appendWork.length === 0) continue;
        output.line(`> ${id} processing append thread`);
        while (appendWork.length > 0) output.indented(() => this.processAppendThread(id));
        done = false;
      }
      for (const { id, applyWork } of nodes) {
        if (applyWork.length === 0) continue;
        output.line(`> ${id} processing apply thread`);
        while (applyWork.length > 0) output.indented(() => this.processApplyThread(id));
        done = false;
      }
    }
  }
}

function isLocal(message: Message): message is LocalMessage {
  return message.kind === 'storage-appended' || message.kind === 'storage-applied';
}

function peer(message: PeerMessage): Queued {
  const printed = printedPeer(message);
  return {
    to: message.to,
    local: message.from === message.to,
    type: printed.type,
    text: describeMessage(printed),
    message,
  };
}

function printedResponse(message: Message): PrintedMessage {
  if (message.kind === 'storage-appended') return printedAppended(message);
  if (isLocal(message)) throw new Error('an applied report among the responses of a write');
  return printedPeer(message);
}

function response(message: Message): Queued {
  const printed = printedResponse(message);
  const local = isLocal(message) || message.from === message.to;
  return { to: message.to, local, type: printed.type, text: describeMessage(printed), message };
}

function printedAppend(id: number, append: StorageAppend): PrintedMessage {
  const { hardState, entries, snapshot } = append;
  const head = { from: `${id}`, to: 'AppendThread', type: 'MsgStorageAppend', entries, snapshot };
  if (hardState === undefined) return { ...head, term: 0 };
  return { ...head, term: hardState.term, vote: hardState.vote, commit: hardState.commit };
}

function printedApplied(id: number, entries: readonly Entry[]): PrintedMessage {
  return { from: 'ApplyThread', to: `${id}`, type: 'MsgStorageApplyResp', term: 0, entries };
}

function appliedReport(id: number, entries: readonly Entry[]): LocalMessage {
  const last = entries[entries.length - 1] as Entry;
  return { kind: 'storage-applied', to: id as MemberId, index: last.index, bytes: 0 };
}

function applyOf(id: number, entries: readonly Entry[]): ApplyWork {
  const answer = printedApplied(id, entries);
  const message = appliedReport(id, entries);
  return {
    printed: { from: `${id}`, to: 'ApplyThread', type: 'MsgStorageApply', term: 0, entries },
    entries,
    response: { to: id, local: true, type: answer.type, text: describeMessage(answer), message },
  };
}

export { EMPTY_CONF };
