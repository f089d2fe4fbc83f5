/**
 * Which life of a peer's data directory may be heard. A directory counts its starts; a node remembers for good the highest count that it
 * has seen of each. A lower one is an old copy put back: it has forgotten votes and entries that it promised, so it is refused, and told
 * so. A second process that claims a directory whose process is connected is a clone: the one that is there stays.
 *
 * A peer that never saw the later life cannot know: what was promised to nobody but nodes that are away may be forgotten unnoticed.
 */
import { FlowError } from '@flowmesh/base';
import type { Claim } from './handshake.ts';

/** Uuids remembered; more than a cluster has nodes in its life, so that strangers cannot fill it before peers are checked. */
const REMEMBERED_MAX = 100_000;

export interface PeerLivesOptions {
  /** Starts by uuid of the data directory, as remembered. */
  readonly remembered: ReadonlyMap<string, number>;
  /** To be made durable soon; called when a count rises. */
  readonly remember: (starts: ReadonlyMap<string, number>) => void;
}

export class PeerLives {
  private readonly options: PeerLivesOptions;
  private readonly starts: Map<string, number>;

  constructor(options: PeerLivesOptions) {
    this.options = options;
    this.starts = new Map(options.remembered);
  }

  /** Undefined where the claim may be heard. `connected`: the session of the process of this node that is connected now. */
  judge(claim: Claim, connected: string | undefined): FlowError | undefined {
    const seen = this.starts.get(claim.uuid) ?? 0;
    // Nodes of earlier builds do not count.
    if (claim.starts !== 0 && claim.starts < seen) return oldCopy(claim, seen);
    if (connected !== undefined && connected !== claim.session) return clone(claim);
    return undefined;
  }

  /** The claim was heard: whatever comes later must be of this life or a later one. */
  note(claim: Claim): void {
    if (claim.starts <= (this.starts.get(claim.uuid) ?? 0) || this.starts.size >= REMEMBERED_MAX) return;
    this.starts.set(claim.uuid, claim.starts);
    this.options.remember(this.starts);
  }
}

function oldCopy({ node, starts, uuid }: Claim, seen: number): FlowError {
  return new FlowError(
    'AMNESIA',
    `node ${node} presents an old copy of data directory ${uuid}: start ${starts}, seen was start ${seen}`,
    {
      hint: 'A directory restored from a backup has forgotten votes and data: it is set aside, and the node joins anew.',
      details: { node, starts, seen },
    },
  );
}

function clone({ node, uuid, session }: Claim): FlowError {
  return new FlowError(
    'IDENTITY_MISMATCH',
    `a second process claims data directory ${uuid} of node ${node}, whose process is connected`,
    {
      hint: 'The directory was copied: stop one of the two, and start it with an empty directory to join as a new node.',
      details: { node, heldAgainst: session },
    },
  );
}
