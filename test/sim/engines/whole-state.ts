/**
 * Equal state, to the last key: all members of a group at one applied index hold the same keys and values, and a machine that is loaded from
 * them is the machine that applied its way there.
 */
import { crc32c, type GroupId, isFlowError, type MachineKind } from '@flowmesh/base';
import { keyName, type Machine, makeMachine, type StateReader } from '@flowmesh/engines';
import type { Replica } from '../../../packages/broker/src/replica/replica-api.ts';
import { violated } from '../check/violation.ts';
import type { SimProcess } from '../world/sim-process.ts';

export interface StateWorld {
  processes(): readonly SimProcess[];
  members(): ReadonlyMap<GroupId, readonly number[]>;
  failed(error: unknown): void;
}

export interface StateLooks {
  kindOf(group: GroupId): MachineKind;
  /** Every key of one replica. */
  inspect(group: GroupId, applied: number, keys: Iterable<string>): void;
}

interface Copy {
  readonly applied: number;
  readonly digest: string;
  readonly by: string;
  readonly rows: ReadonlyMap<string, number>;
}

const PAGE = 500;
const ROUNDS_MAX = 200;
const FIRST: Uint8Array = new Uint8Array(0);
const LAST: Uint8Array = Uint8Array.of(0xff);

/** Begins to read; `left` counts the readings that have not come to their end. */
export function compareStates(world: StateWorld, looks: StateLooks): { readonly left: number } {
  const progress = { left: 0 };
  const copies = new Map<GroupId, Copy[]>();
  const members = world.members();
  for (const process of world.processes()) {
    for (const replica of process.replicas?.all() ?? []) {
      const { group } = replica;
      if (members.get(group)?.includes(replica.member) !== true || replica.failure !== undefined) continue;
      progress.left++;
      const reading = new Reading(process, replica, looks.kindOf(group), (copy) => {
        progress.left--;
        looks.inspect(group, copy.applied, copy.rows.keys());
        const known = copies.get(group) ?? [];
        compare(group, known, copy);
        known.push(copy);
        copies.set(group, known);
      });
      process.run('whole-state', () => {
        reading.run().catch((error: unknown) => {
          progress.left--;
          // A replica may be removed while it is read.
          if (!isFlowError(error) || error.code !== 'UNAVAILABLE') world.failed(error);
        });
      });
    }
  }
  return progress;
}

/** One replica's state, read again while commands change it. */
class Reading {
  private readonly process: SimProcess;
  private readonly replica: Replica;
  private readonly kind: MachineKind;
  private readonly done: (copy: Copy) => void;

  constructor(process: SimProcess, replica: Replica, kind: MachineKind, done: (copy: Copy) => void) {
    this.process = process;
    this.replica = replica;
    this.kind = kind;
    this.done = done;
  }

  async run(): Promise<void> {
    const { replica, process } = this;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const { applied } = replica;
      const digest = replica.machine.digest();
      const rows = await allRows(replica.state);
      const loaded: Machine<unknown> = makeMachine(this.kind);
      await loaded.load(replica.state);
      if (replica.applied !== applied) continue;
      if (loaded.digest() !== digest) {
        violated(
          'equal-state',
          `${process.name}, group ${replica.group}: loaded from its state at ${applied} the machine is ${loaded.digest()}, not ${digest}`,
        );
      }
      this.done({ applied, digest, by: process.name, rows });
      return;
    }
    violated('liveness', `${process.name}, group ${replica.group}: its state never stays the same`);
  }
}

async function allRows(state: StateReader): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  let from = FIRST;
  for (;;) {
    const page = await state.scan({ from, to: LAST, limit: PAGE });
    for (const [key, value] of page) rows.set(keyName(key), crc32c(value));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return rows;
    from = Uint8Array.of(...last[0], 0);
  }
}

function compare(group: GroupId, known: readonly Copy[], copy: Copy): void {
  const other = known.find(({ applied }) => applied === copy.applied);
  if (other === undefined) return;
  const keys = new Set([...other.rows.keys(), ...copy.rows.keys()]);
  for (const key of keys) {
    const hex = Buffer.from(key, 'latin1').toString('hex');
    if (other.rows.get(key) === copy.rows.get(key)) continue;
    violated(
      'equal-state',
      `group ${group}: at applied index ${copy.applied} the value of key ${hex} differs between ${other.by} and ${copy.by}`,
    );
  }
}
