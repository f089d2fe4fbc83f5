/**
 * Which machine applies a group's log. The place in the list is what is stored: kinds are only ever added, at its end.
 */
import { type GroupId, METADATA_GROUP } from './ids.ts';

export const MACHINE_KINDS = ['catalog', 'stream', 'queue', 'bucket', 'coordinator'] as const;

export type MachineKind = (typeof MACHINE_KINDS)[number];

/** Of a group whose record names no kind: it was made when there were only metadata and streams. */
export function defaultMachineKind(group: GroupId): MachineKind {
  return group === METADATA_GROUP ? 'catalog' : 'stream';
}
