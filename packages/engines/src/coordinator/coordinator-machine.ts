/**
 * The machine of a coordinator shard: consumer groups and transactions whose names fall on the shard. Heartbeats are no business of
 * its: sessions are soft state of the shard's leader, and what comes of them (`expire-members`) is a command.
 *
 * Invariants: a partition has one owner in a native group, revoking ones included; a generation of a classic group has one assignment; a
 * committed offset goes back by a reset alone, or by its owner where that says so (`rewind`); a decided transaction is never decided otherwise, and a marker touches the round it names; time is the greatest that a command has brought.
 */
import { ByteWriter, crc32c, FlowError } from '@flowmesh/base';
import type { ApplyMeta, Machine, Reply, StateReader, StateWriter } from '../machine.ts';
import { applyClassicJoin, applyClassicLeave, applyClassicSync } from './classic-commands.ts';
import { expireClassic } from './classic-rounds.ts';
import {
  addsData,
  type CoordinatorAction,
  type CoordinatorReply,
  decodeCoordinatorCommand,
  type Expire,
} from './coordinator-command.ts';
import { CoordinatorState, type Group } from './coordinator-state.ts';
import type { Transaction } from './coordinator-types.ts';
import {
  applyAssign,
  applyConfirm,
  applyDeleteGroup,
  applyExpireMembers,
  applyJoin,
  applyLeave,
  applyMatch,
} from './group-commands.ts';
import {
  applyAdmit,
  applyCommit,
  applyDeleteOffsets,
  applyMark,
  applyReset,
  applyStage,
  applyUndoReset,
} from './offset-commands.ts';
import { applyForgetShared, applyShareJoin } from './share-members.ts';
import { applyAdd, applyComplete, applyEnd, applyInit, timeOut } from './transaction-commands.ts';

/** Whose change an observer at the leader may want to act on. */
export type CoordinatorEffect =
  | { readonly kind: 'group-changed'; readonly group: string }
  | { readonly kind: 'transaction-changed'; readonly id: string };

export class CoordinatorMachine implements Machine<CoordinatorEffect> {
  readonly name = 'coordinator/1';
  private readonly state = new CoordinatorState();
  private effects: CoordinatorEffect[] = [];

  get timeMs(): number {
    return this.state.globals.timeMs;
  }

  get configRevision(): number {
    return this.state.globals.configRevision;
  }

  get groups(): ReadonlyMap<string, Group> {
    return this.state.groups;
  }

  get transactions(): ReadonlyMap<string, Transaction> {
    return this.state.transactions;
  }

  async load(state: StateReader): Promise<void> {
    await this.state.load(state);
  }

  apply(
    meta: ApplyMeta,
    bytes: Uint8Array,
    writer: StateWriter,
  ): { readonly reply: Reply; readonly effects: readonly CoordinatorEffect[] } {
    const { globals } = this.state;
    const place = new ByteWriter(16).u64(meta.index).u64(meta.term).view8();
    globals.chain = crc32c(bytes, crc32c(place, globals.chain));
    const command = decodeCoordinatorCommand(bytes);
    globals.timeMs = Math.max(globals.timeMs, command.timeMs);
    this.effects = [];
    const outcome = this.run(command, writer);
    this.state.saveGlobals(writer);
    const reply: Reply =
      outcome instanceof FlowError ? { ok: false, error: outcome } : { ok: true, value: outcome };
    return { reply, effects: [...effectsOf(command), ...this.effects] };
  }

  /** New transactions wait until there is room; whatever ends or frees something passes while the disk is full, and so do consumers. */
  needsRoom(bytes: Uint8Array): boolean {
    return addsData(bytes);
  }

  neededFrom(applied: number): number {
    return applied + 1;
  }

  /** Earliest machine time at which `expire` would change something. */
  dueAtMs(): number | undefined {
    return this.state.firstDue()?.atMs;
  }

  digest(): string {
    const { globals, groups, transactions, offsetCount } = this.state;
    return JSON.stringify([globals, groups.size, transactions.size, offsetCount]);
  }

  private run(command: CoordinatorAction, writer: StateWriter): CoordinatorReply | FlowError {
    const { state } = this;
    switch (command.kind) {
      case 'join':
        return applyJoin(state, command, writer);
      case 'leave':
        return applyLeave(state, command, writer);
      case 'expire-members':
        return applyExpireMembers(state, command, writer);
      case 'assign':
        return applyAssign(state, command, writer);
      case 'match-streams':
        return applyMatch(state, command, writer);
      case 'confirm':
        return applyConfirm(state, command, writer);
      case 'classic-join':
        return applyClassicJoin(state, command, writer);
      case 'classic-leave':
        return applyClassicLeave(state, command, writer);
      case 'classic-sync':
        return applyClassicSync(state, command, writer);
      case 'share-join':
        return applyShareJoin(state, command, writer);
      case 'forget-shared':
        return applyForgetShared(state, command, writer);
      case 'commit-offsets':
        return applyCommit(state, command, writer);
      case 'reset-offsets':
        return applyReset(state, command, writer);
      case 'undo-reset':
        return applyUndoReset(state, command, writer);
      case 'delete-offsets':
        return applyDeleteOffsets(state, command, writer);
      case 'delete-group':
        return applyDeleteGroup(state, command, writer);
      case 'init-transactions':
        return applyInit(state, command, writer);
      case 'add-participants':
        return applyAdd(state, command, writer);
      case 'end-transaction':
        return applyEnd(state, command, writer);
      case 'complete-transaction':
        return applyComplete(state, command, writer);
      case 'admit-offsets':
        return applyAdmit(state, command, writer);
      case 'stage-offsets':
        return applyStage(state, command, writer);
      case 'mark-offsets':
        return applyMark(state, command, writer);
      case 'expire':
        return this.expire(command, writer);
      case 'configure':
        state.globals.configRevision = Math.max(state.globals.configRevision, command.revision);
        return { kind: 'changed' };
    }
  }

  private expire({ max }: Expire, writer: StateWriter): CoordinatorReply {
    const { state } = this;
    let count = 0;
    for (; count < max; count++) {
      const due = state.firstDue();
      if (due === undefined || due.atMs > state.globals.timeMs) break;
      this.expireOne(due.thing, writer);
    }
    return { kind: 'expired', count };
  }

  private expireOne(
    thing: NonNullable<ReturnType<CoordinatorState['firstDue']>>['thing'],
    writer: StateWriter,
  ): void {
    const { state } = this;
    switch (thing.kind) {
      case 'group': {
        const group = state.groups.get(thing.id);
        if (group !== undefined) state.deleteGroup(group, writer);
        return;
      }
      case 'classic': {
        const group = state.groups.get(thing.id);
        if (group !== undefined) expireClassic(state, group, writer);
        this.effects.push({ kind: 'group-changed', group: thing.id });
        return;
      }
      case 'transaction': {
        const transaction = state.transactions.get(thing.id);
        if (transaction?.state !== 'ongoing') {
          state.deleteTransaction(thing.id, writer);
          return;
        }
        timeOut(state, transaction, writer);
        this.effects.push({ kind: 'transaction-changed', id: thing.id });
        return;
      }
      case 'producer':
        state.deleteProducer(thing.id, writer);
    }
  }
}

function effectsOf(command: CoordinatorAction): readonly CoordinatorEffect[] {
  switch (command.kind) {
    case 'join':
    case 'leave':
    case 'expire-members':
    case 'assign':
    case 'match-streams':
    case 'confirm':
    case 'classic-join':
    case 'classic-leave':
    case 'classic-sync':
    case 'share-join':
    case 'delete-group':
      return [{ kind: 'group-changed', group: command.group }];
    case 'init-transactions':
    case 'end-transaction':
    case 'complete-transaction':
      return [{ kind: 'transaction-changed', id: command.id }];
    case 'expire':
    case 'add-participants':
    case 'forget-shared':
    case 'commit-offsets':
    case 'reset-offsets':
    case 'undo-reset':
    case 'delete-offsets':
    case 'admit-offsets':
    case 'stage-offsets':
    case 'mark-offsets':
    case 'configure':
      return [];
  }
}
