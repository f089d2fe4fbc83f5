/**
 * Groups of Kafka's classic protocol, whose members agree on an assignment among themselves: one of them, the leader, computes it for all, and
 * the coordinator passes it on unread.
 *
 *   empty ──a member joins──► joining ──all have joined, or the time is up──► syncing ──the leader hands in the assignment──► stable
 *     ▲                          ▲                                               │                                              │
 *     │                          └── a member joins, leaves, is let go, or wants something else ◄──────────────────────────────┘
 *     └── the last member is gone, from anywhere
 *
 * Every way into `syncing` is a generation of its own. A generation has one protocol, one leader and at most one assignment. The state is
 * replicated as a whole, so whoever leads the shard next goes on where the former leader stopped; times are those of the log.
 */

export type ClassicPhase = 'empty' | 'joining' | 'syncing' | 'stable';

/** What is known of a classic group beside its members. */
export interface ClassicHead {
  readonly phase: ClassicPhase;
  /** Grows with every generation; 0 before the first. */
  readonly generation: number;
  /** Of joining: it begins when a generation ends. Members that have joined in it carry its number. */
  readonly round: number;
  /** What members speak, `consumer` for consumers; empty before the first one. */
  readonly protocolType: string;
  /** Chosen for the generation; empty while there is none. */
  readonly protocol: string;
  /** Member that assigns; empty while there is none. */
  readonly leader: string;
  /** The first members of a group: whoever else is about to come is waited for. */
  readonly initial: boolean;
  readonly startedAtMs: number;
  /** Joining ends at this time with the members that are there; undefined in other phases. */
  readonly joinUntilMs: number | undefined;
  /** Ids given to members that are to come back with them, and until when they are waited for. */
  readonly announced: Readonly<Record<string, number>>;
}

/** A way to assign that a member knows, with what it tells the leader for it. */
export interface ClassicProtocol {
  readonly name: string;
  /** Base64. */
  readonly metadata: string;
}

export interface ClassicMember {
  readonly id: string;
  /** Static members: the name that outlives restarts; empty: none. */
  readonly instanceId: string;
  readonly clientId: string;
  readonly host: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly joinedAtMs: number;
  /** The best first. */
  readonly protocols: readonly ClassicProtocol[];
  /** Streams that it subscribes to, ascending; undefined where its metadata do not tell. */
  readonly streams: readonly string[] | undefined;
  /** Latest round that it has joined in. */
  readonly round: number;
  /** Base64; of the generation beside it. */
  readonly assignment: string;
  readonly assignedIn: number;
  /** Why it joined, in its client's words; empty: not told. */
  readonly reason: string;
}

/** A generation, as a member that has joined in it is told. */
export interface ClassicGeneration {
  readonly generation: number;
  readonly protocolType: string;
  readonly protocol: string;
  readonly leader: string;
  /** For the leader: everybody, with what they say for the chosen protocol (base64). Empty for others. */
  readonly members: ReadonlyArray<{
    readonly id: string;
    readonly instanceId: string;
    readonly metadata: string;
  }>;
  /** The leader came back to an assignment that stands: it is not to make another one. */
  readonly skipAssignment: boolean;
}
