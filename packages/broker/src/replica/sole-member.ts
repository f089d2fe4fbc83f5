/**
 * Unsafe recovery of a group that lost its majority: rewrites what one replica has stored so that it is the whole group. An operator
 * decided that; what only the others had is lost.
 *
 *   changes of members that are in the log but not applied ─► empty entries: none of them may bring the others back
 *   term + 1, no vote ─► what is left of the former leaders is of an older term
 *   configuration ─► this member alone, together with the machine's state as far as it was applied
 *
 * The last write is the switch; before it a crash leaves the group as it was, and the recovery is carried out again.
 */
import type { FlowError } from '@flowmesh/base';
import { NO_MEMBER } from '@flowmesh/base';
import type { Entry } from '@flowmesh/raft';
import type { GroupStore, StateWrite } from '@flowmesh/storage';

const READ_BYTES = 4 << 20;
const EMPTY = new Uint8Array(0);

export async function makeSoleMember(
  store: GroupStore,
  state: Omit<StateWrite, 'conf'>,
  flush: () => void,
): Promise<void> {
  const entries = await withoutMemberChanges(store, state.applied + 1);
  const { hardState } = store.initialState();
  const raised = { ...hardState, term: hardState.term + 1, vote: NO_MEMBER };
  const conf = {
    voters: [store.member],
    votersOutgoing: [],
    learners: [],
    learnersNext: [],
    autoLeave: false,
  };
  const written = [
    done((callback) => store.append({ entries, hardState: raised, mustSync: true }, callback)),
    done((callback) => store.writeState({ ...state, conf }, callback)),
    // Written after the state, and synced: what was written before it is durable with it.
    done((callback) => store.append({ entries: [], hardState: raised, mustSync: true }, callback)),
  ];
  flush();
  await Promise.all(written);
}

/** The log from its first change of members that is not applied, with all of these emptied; nothing where there is none. */
async function withoutMemberChanges(store: GroupStore, from: number): Promise<readonly Entry[]> {
  const rewritten: Entry[] = [];
  const end = store.lastIndex() + 1;
  for (let low = Math.max(from, store.firstIndex()); low < end; ) {
    const entries = await store.read(low, end, READ_BYTES);
    for (const entry of entries) {
      if (entry.kind === 'conf-change') rewritten.push({ ...entry, kind: 'normal', data: EMPTY });
      else if (rewritten.length > 0) rewritten.push({ ...entry, data: entry.data.slice() });
    }
    low += entries.length;
  }
  return rewritten;
}

async function done(write: (callback: (error: FlowError | undefined) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    write((error) => (error === undefined ? resolve() : reject(error)));
  });
}
