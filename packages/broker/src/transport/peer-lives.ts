/**
 * Which life of a peer's data directory may be heard. A directory counts its starts; a node remembers for good the latest life that it
 * has seen of each: its number, its session, and the most operations of its engine that it told were durable. A lower number, the same one
 * of another session, or a later life that begins with fewer operations is an old copy put back: it has forgotten votes and entries that it
 * promised, so it is refused, and told so. A second process that claims a directory whose process is connected is a clone: the one that
 * is there stays.
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
  /** Operations that were durable, the most that was heard. */
  readonly durable: number;
}

export interface PeerLivesOptions {
  /** Latest lives by uuid of the data directory. */
  readonly remembered: ReadonlyMap<string, Life>;
  /** To be made durable soon; called for every later life, and now and then for what it told. */
  readonly remember: (lives: ReadonlyMap<string, Life>) => void;
}

/** What a life told since is remembered in steps of so many operations: remembering is an operation, too, and idle nodes are to fall silent. */
const DURABLE_STEP = 200;

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
      const again = claim.starts === seen.starts && claim.session !== seen.session;
      const shorter = claim.starts > seen.starts && claim.recovered !== 0 && claim.recovered < seen.durable;
      if (early || again || shorter) return oldCopy(claim, seen);
    }
    return undefined;
  }

  /** The claim was heard: whatever comes later must be of this life or a later one. */
  note(claim: Claim): void {
    const { uuid, starts, session, recovered } = claim;
    const before = this.latest.get(uuid);
    if (starts <= (before?.starts ?? 0) || this.latest.size >= REMEMBERED_MAX) return;
    this.latest.set(uuid, { starts, session, durable: Math.max(recovered, before?.durable ?? 0) });
    this.options.remember(this.latest);
  }

  /** The process of this directory tells that so many operations are durable there. */
  told(uuid: string, durable: number): void {
    const life = this.latest.get(uuid);
    if (life === undefined || durable <= life.durable) return;
    this.latest.set(uuid, { ...life, durable });
    const step = (operations: number): number => Math.floor(operations / DURABLE_STEP);
    if (step(durable) > step(life.durable)) this.options.remember(this.latest);
  }
}

function oldCopy({ node, starts, uuid, recovered }: Claim, seen: Life): FlowError {
  return new FlowError(
    'AMNESIA',
    `node ${node} presents an old copy of data directory ${uuid}: its start ${starts} with ${recovered} operations, seen was start ${seen.starts} with ${seen.durable}`,
    {
      hint: 'A directory restored from a backup has forgotten votes and data: it is set aside, and the node joins anew.',
      details: { node, starts, recovered, seenStarts: seen.starts, seenDurable: seen.durable },
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
