/**
 * Which life of a peer's data directory may be heard. A directory counts its starts; a node remembers for good the latest life that it
 * has seen of each, as its number and its session. A lower number, or the same one of another session, is an old copy put back: it has
 * forgotten votes and entries that it promised, so it is refused, and told so. A second process that claims a directory whose process is connected is a clone: the one that is there stays.
 *
 * A peer that never saw the later life cannot know: what was promised to nobody but nodes that are away may be forgotten unnoticed.
 */
import { FlowError } from '@flowmesh/base';
import type { Claim } from './handshake.ts';

/** Uuids remembered; more than a cluster has nodes in its life, so that strangers cannot fill it before peers are checked. */
const REMEMBERED_MAX = 100_000;

export interface Life {
  readonly starts: number;
  readonly session: string;
}

export interface PeerLivesOptions {
  /** Latest lives by uuid of the data directory. */
  readonly remembered: ReadonlyMap<string, Life>;
  /** To be made durable soon; called for every later life. */
  readonly remember: (lives: ReadonlyMap<string, Life>) => void;
}

export class PeerLives {
  private readonly options: PeerLivesOptions;
  private readonly latest: Map<string, Life>;

  constructor(options: PeerLivesOptions) {
    this.options = options;
    this.latest = new Map(options.remembered);
  }

  /** Undefined where the claim may be heard. `connected`: the session of the process of this node that is connected now. */
  judge(claim: Claim, connected: string | undefined): FlowError | undefined {
    // First, because a copy beside its original must not be told to give up: that would make it take the original's place.
    if (connected !== undefined && connected !== claim.session) return clone(claim);
    const seen = this.latest.get(claim.uuid);
    // Nodes of earlier builds do not count, nor do those that keep nothing.
    if (claim.starts !== 0 && seen !== undefined) {
      const early = claim.starts < seen.starts;
      if (early || (claim.starts === seen.starts && claim.session !== seen.session))
        return oldCopy(claim, seen.starts);
    }
    return undefined;
  }

  /** The claim was heard: whatever comes later must be of this life or a later one. */
  note(claim: Claim): void {
    const { uuid, starts, session } = claim;
    if (starts <= (this.latest.get(uuid)?.starts ?? 0) || this.latest.size >= REMEMBERED_MAX) return;
    this.latest.set(uuid, { starts, session });
    this.options.remember(this.latest);
  }
}

function oldCopy({ node, starts, uuid }: Claim, seen: number): FlowError {
  return new FlowError(
    'AMNESIA',
    `node ${node} presents an old copy of data directory ${uuid}: its start ${starts}, seen was start ${seen} of another process`,
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
