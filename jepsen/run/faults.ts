/** Carries a schedule out: begins and ends faults at their times and writes both to the history. What cannot be begun is written down too. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NEMESIS } from '../history/operation.ts';
import type { Records } from '../history/recorder.ts';
import { nemesisNamed } from '../nemeses/nemeses.ts';
import type { Arena, PlannedFault } from '../nemeses/nemesis.ts';

export interface FaultsOptions {
  readonly arena: Arena;
  readonly recorder: Records;
  readonly schedule: readonly PlannedFault[];
  /** Ends whatever holds. */
  readonly signal: AbortSignal;
}

/** As it stands in the history. */
export interface FaultEvent {
  /** Its place in the schedule. */
  readonly fault: number;
  readonly variant: string;
  /** `found`: the leader was looked up, and what happens to it happens at once. */
  readonly phase: 'begin' | 'found' | 'end' | 'failed';
  readonly note?: unknown;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function carryOut(place: number, planned: PlannedFault, options: FaultsOptions): Promise<void> {
  const { arena, recorder, signal } = options;
  const write = (phase: FaultEvent['phase'], note: unknown): void => {
    const value: FaultEvent = { fault: place, variant: planned.variant, phase, note };
    recorder.record({ process: NEMESIS, type: 'info', f: planned.nemesis, value });
  };
  await sleep(planned.atMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) return;
  const nemesis = nemesisNamed(planned.nemesis);
  const asked: Arena = {
    ...arena,
    leader: async () => {
      const leader = await arena.leader();
      write('found', { leader });
      return leader;
    },
  };
  try {
    const begun = nemesis.begin(asked, planned, `${planned.nemesis}-${place}`);
    // It is in the history before it can have any effect, but whom it met is known only then.
    write('begin', { order: planned.order });
    const fault = await begun;
    write('begin', fault.note);
    await sleep(planned.forMs, undefined, { signal }).catch(() => undefined);
    write('end', await fault.end());
  } catch (error) {
    write('failed', { message: messageOf(error) });
    arena.log(`${planned.nemesis}:${planned.variant} failed: ${messageOf(error)}`);
  }
}

/** Resolves when everything that was begun has ended. */
export async function carryOutAll(options: FaultsOptions): Promise<void> {
  await Promise.all(options.schedule.map((planned, place) => carryOut(place, planned, options)));
}
