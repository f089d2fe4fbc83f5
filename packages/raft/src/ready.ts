/**
 * Collects what the core asks of its surroundings since the last time. Invariants: everything is handed out once; answers that
 * promise durability ride on the write they wait for, together with a `storage-appended` that tells how far the log is stable.
 */
import { type MemberId, NO_MEMBER } from '@flowmesh/base';
import type { Core } from './core.ts';
import { sendReadRound } from './read-index.ts';
import type {
  HardState,
  Message,
  PeerMessage,
  ReadState,
  Ready,
  Role,
  SoftState,
  StorageAppend,
} from './types.ts';

const NO_MESSAGES: readonly PeerMessage[] = [];
const NO_READS: readonly ReadState[] = [];

export class ReadyCollector {
  private readonly core: Core;
  private role: Role;
  private leader: MemberId = NO_MEMBER;
  private term: number;
  private vote: MemberId;
  private commit: number;

  constructor(core: Core) {
    this.core = core;
    this.role = core.role;
    this.term = core.term;
    this.vote = core.vote;
    this.commit = core.log.committed;
  }

  has(): boolean {
    const { core } = this;
    return (
      core.messages.length > 0 ||
      core.afterAppend.length > 0 ||
      core.log.unstable.hasNextEntries ||
      core.log.hasNextCommitted ||
      core.readStates.length > 0 ||
      core.reads.hasUnsent ||
      this.softStateChanged() ||
      this.hardStateChanged() ||
      core.log.unstable.nextSnapshot !== undefined
    );
  }

  take(): Ready {
    const { core } = this;
    sendReadRound(core);
    const softState = this.takeSoftState();
    const append = this.takeAppend();
    const committed = core.log.takeCommitted();
    const { messages, readStates } = core;
    if (messages.length > 0) core.messages = [];
    if (readStates.length > 0) core.readStates = [];
    return {
      softState,
      append,
      apply: committed.length > 0 ? { entries: committed } : undefined,
      messages: messages.length > 0 ? messages : NO_MESSAGES,
      readStates: readStates.length > 0 ? readStates : NO_READS,
    };
  }

  private softStateChanged(): boolean {
    return this.core.role !== this.role || this.core.leader !== this.leader;
  }

  private hardStateChanged(): boolean {
    const { core } = this;
    return core.term !== this.term || core.vote !== this.vote || core.log.committed !== this.commit;
  }

  private takeSoftState(): SoftState | undefined {
    if (!this.softStateChanged()) return undefined;
    this.role = this.core.role;
    this.leader = this.core.leader;
    return { role: this.role, leader: this.leader };
  }

  private takeAppend(): StorageAppend | undefined {
    const { core } = this;
    const { unstable } = core.log;
    const { hasNextEntries, nextSnapshot } = unstable;
    const hardChanged = this.hardStateChanged();
    if (!hasNextEntries && !hardChanged && nextSnapshot === undefined && core.afterAppend.length === 0)
      return undefined;
    const mustSync = hasNextEntries || core.term !== this.term || core.vote !== this.vote;
    const hardState = hardChanged ? this.takeHardState() : undefined;
    const entries = unstable.nextEntries();
    const responses: Message[] = core.afterAppend;
    core.afterAppend = [];
    // Also without entries of its own: entries whose report was ignored for its term are confirmed by the next one.
    const holdsEntries = unstable.entries.length > 0;
    if (holdsEntries || nextSnapshot !== undefined) {
      responses.push({
        kind: 'storage-appended',
        to: core.id,
        term: core.term,
        index: holdsEntries ? core.log.lastIndex : 0,
        logTerm: holdsEntries ? core.log.lastTerm : 0,
        snapshot: nextSnapshot,
      });
    }
    unstable.acceptInProgress();
    return { entries, hardState, snapshot: nextSnapshot, mustSync, responses };
  }

  private takeHardState(): HardState {
    const { core } = this;
    this.term = core.term;
    this.vote = core.vote;
    this.commit = core.log.committed;
    return { term: this.term, vote: this.vote, commit: this.commit };
  }
}
