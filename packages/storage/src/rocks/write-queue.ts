/**
 * Turns of writes from the event loop to the writer worker: gathering, handed over, answered in order. A turn keeps its operations until it
 * is answered, so that after a full disk it can be handed over again: writing the same keys twice ends in the same state.
 */
import type { FlowError } from '@flowmesh/base';
import type { WriteOp } from '../kv-engine.ts';
import { opsBytes } from './op-codec.ts';

export type Done = (error: FlowError | undefined) => void;

export interface Turn {
  readonly lists: (readonly WriteOp[])[];
  readonly dones: Done[];
  bytes: number;
  sync: boolean;
}

function emptyTurn(): Turn {
  return { lists: [], dones: [], bytes: 0, sync: false };
}

export class WriteQueue {
  private gathering: Turn = emptyTurn();
  private readonly waiting: Turn[] = [];
  private backlog = 0;

  /** Bytes of operations not yet answered. */
  get bytes(): number {
    return this.backlog;
  }

  get idle(): boolean {
    return this.waiting.length === 0 && this.gathering.dones.length === 0;
  }

  add(ops: readonly WriteOp[], sync: boolean, done: Done): void {
    const bytes = opsBytes(ops);
    this.gathering.lists.push(ops);
    this.gathering.dones.push(done);
    this.gathering.bytes += bytes;
    this.gathering.sync ||= sync;
    this.backlog += bytes;
  }

  /** Ends the turn; undefined where nothing was written in it. */
  endTurn(): Turn | undefined {
    if (this.gathering.dones.length === 0) return undefined;
    const turn = this.gathering;
    this.gathering = emptyTurn();
    this.waiting.push(turn);
    return turn;
  }

  unanswered(): readonly Turn[] {
    return this.waiting;
  }

  /** Takes the oldest `count` turns off; the caller calls their `dones`. */
  answer(count: number): Turn[] {
    const turns = this.waiting.splice(0, count);
    for (const turn of turns) this.backlog -= turn.bytes;
    return turns;
  }
}
