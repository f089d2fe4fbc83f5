/**
 * Every bound of the node that is no matter of taste and so no configuration: each with its reason. Rooms with limits of their
 * own protocol (frames, credits) keep those beside the code; here are the node's.
 */

/**
 * A metadata command waits this long for a leader and its commit before its caller gets TIMEOUT: longer than an election, shorter than
 * clients wait for one answer, so that they are told why.
 */
export const METADATA_PROPOSE_TIMEOUT_MS = 4_000;
/** Metadata commands under way from one node: a stuck metadata group must not collect memory. */
export const METADATA_PROPOSALS_MAX = 256;
/** Between attempts while the metadata group has no leader: an election takes one to two seconds. */
export const METADATA_RETRY_MS = 50;
/** A node that knows no metadata leader asks others for it this often. */
export const METADATA_SEEK_MS = 3_000;
/** One attempt at the metadata leader; a retry with the same request id cannot duplicate. */
export const METADATA_ATTEMPT_TIMEOUT_MS = 3_000;
/** A starting node waits this long for a metadata leader before it serves with the copy that it has. */
export const METADATA_CATCH_UP_MAX_MS = 10_000;

/** Replicas created or removed by the reconciler at once: each is a synced write. */
export const RECONCILE_CONCURRENCY = 16;
/** Membership changes that the leaders on one node drive at once: each may stream a whole log. */
export const MEMBER_CHANGES_MAX = 8;
/** Safety net for reconciling; changes of the catalog and of leadership trigger it at once. */
export const RECONCILE_INTERVAL_MS = 1_000;
/** A learner is made a voter once it is at most this many entries behind. */
export const CAUGHT_UP_ENTRIES_MAX = 64;

/** While groups move, their leaders look this often what the next step is. */
export const MOVE_STEP_INTERVAL_MS = 200;
/** Reports of finished moves under way from one node: they must leave room for other metadata commands. */
export const MOVE_FINISHES_MAX = 32;
export const MOVE_FINISH_RETRY_MS = 1_000;
/** A new member that confirmed nothing for so long holds up no other; a snapshot of a large partition may take long. */
export const MOVE_STALLED_MS = 30_000;
export const MOVE_SNAPSHOT_STALLED_MS = 600_000;
/** A leadership that was not taken over within an election timeout stays; it is offered again later, each time twice as late. */
export const TRANSFER_RETRY_MS = 2_000;
export const TRANSFER_RETRY_MAX_MS = 60_000;
/** An operator's transfer is answered after this time at the latest: an election takes one to two seconds. */
export const TRANSFER_TIMEOUT_MS = 5_000;

/** Placement is looked over this often, and this soon after a move has ended. */
export const CONTROL_INTERVAL_MS = 1_000;
export const CONTROL_SOON_MS = 200;
/** Planning costs tens of milliseconds in a large cluster; where nothing has changed but sizes, this often is enough. */
export const CONTROL_IDLE_PLAN_MS = 10_000;
/** Moves at one time in the whole cluster, and in one command: each is an entry of the metadata log. */
export const CONTROL_MOVES_MAX = 400;
export const CONTROL_BATCH_MAX = 100;
/** Partitions with too few replicas that one plan looks at: each costs as much as a plan of its own. */
export const CONTROL_REFILLS_MAX = 8;
/** After a node came or changed its mode: others may be about to follow, and each would change the plan. */
export const CONTROL_SETTLE_MS = 10_000;
/** A refused change of the controller is proposed again after this time. */
export const CONTROL_REFUSAL_PAUSE_MS = 5_000;
/** A feature level that all nodes know is finalised after this time, in case one of them is taken back. */
export const CONTROL_FEATURE_SETTLE_MS = 30_000;
/** Steps of a rebalance plan that is shown to people. */
export const PLAN_STEPS_MAX = 1_000;

/** Leaders are looked over this often, and so many are handed over at a time: each is a short pause of its producers. */
export const LEADER_BALANCE_INTERVAL_MS = 1_000;
export const LEADER_EVACUATIONS_MAX = 100;
export const LEADER_TRANSFERS_MAX = 50;
/** A preferred leader must have been well for so long, so that a node that comes and goes is not handed everything each time. */
export const LEADER_SETTLED_MS = 5_000;

/** Soft state is told at once on change; all of it again this often, for peers that missed something. */
export const HEALTH_REFRESH_INTERVAL_MS = 5_000;
/** In-sync sets change without an event: they are compared this often. */
export const HEALTH_SCAN_INTERVAL_MS = 1_000;
/** Groups in one health message: keeps it below a control frame. */
export const HEALTH_GROUPS_MAX = 4_096;
/** What was not refreshed for this long is no longer believed. */
export const HEALTH_EXPIRY_MS = 20_000;
/** Troubles told per node, and their length: they are shown to people. */
export const TROUBLES_MAX = 16;
export const TROUBLE_LENGTH_MAX = 512;

/** Between attempts to reach the founders or to be admitted. */
export const JOIN_RETRY_MS = 250;
/** One attempt at one peer. */
export const JOIN_ATTEMPT_TIMEOUT_MS = 2_000;
/** What a node that cannot start yet says in its log, at most this often. */
export const JOIN_REPORT_INTERVAL_MS = 10_000;

/** Before a founders' list is made, mDNS and DNS have so long to find a node of the cluster, which then is not founded again. */
export const FOUNDING_LOOK_MS = 3_000;
/** A new directory that promised itself to a maker of the founders' list, whose address another directory answers at for so long, is free again. */
export const FOUNDING_MAKER_GONE_MS = 60_000;

/** Peer addresses from all sources together, and those that other nodes told: what is beyond is not asked. */
export const FOUND_ADDRESSES_MAX = 256;
/** What another node told is believed for so long after it was told last. */
export const TOLD_ADDRESS_EXPIRY_MS = 120_000;
/** A member that looks for peers: addresses asked at once, and the pause between rounds that sources trigger. */
export const PEER_FINDER_CONCURRENCY = 8;
export const PEER_FINDER_PAUSE_MS = 500;

/** A node looks for itself at its advertised addresses for so long: a name may take a moment to be known. */
export const ADVERTISE_CHECK_PATIENCE_MS = 5_000;
export const ADVERTISE_CHECK_RETRY_MS = 250;
/** And so often at least: the time alone may have gone by on a machine that is too busy to answer itself. */
export const ADVERTISE_CHECK_ATTEMPTS_MIN = 8;

/** Initial members: a metadata group of more voters than this pays for nothing. */
export const INITIAL_MEMBERS_MAX = 7;
export const SEEDS_MAX = 32;
/** Listeners for Kafka's clients beside the main one; their addresses are in every health message. */
export const KAFKA_NAMED_LISTENERS_MAX = 8;

/** Metrics are computed this often, in one pass over the replicas; a scrape only prints them. */
export const METRICS_INTERVAL_MS = 3_000;
/** Series per resource (stream, partition) in /metrics: scrapes stay small however many streams there are. */
export const METRICS_SERIES_MAX = 100;
/** Partitions in one answer of /metrics/detailed. */
export const METRICS_DETAILED_PARTITIONS_MAX = 1_000;
/** Log lines kept in memory for a diagnostics bundle. */
export const RECENT_LOG_LINES_MAX = 2_000;
export const RECENT_LOG_BYTES_MAX = 1 << 20;
/** An event loop that is so late with its timers is not alive: the orchestrator may restart the process. */
export const LIVE_LAG_MAX_MS = 5_000;
/** HTTP: requests carry no body that anyone reads. */
export const HTTP_HEADER_BYTES_MAX = 16 * 1_024;
export const HTTP_REQUEST_TIMEOUT_MS = 10_000;
export const HTTP_CONNECTIONS_MAX = 256;

/** Graceful stop: handing leaders over, then draining, before the node closes all the same. */
export const STOP_TRANSFER_TIMEOUT_MS = 5_000;
export const STOP_DRAIN_TIMEOUT_MS = 5_000;

/** Snapshots that this node fetches at once: each is a whole log on the wire and the disk. */
export const SNAPSHOT_FETCHES_MAX = 4;

/** Fetch sessions of Kafka's clients at one listener, as many as Kafka's own brokers keep; their partitions together, some 300 bytes each. */
export const FETCH_SESSIONS_MAX = 1_000;
export const FETCH_SESSION_PARTITIONS_MAX = 200_000;
/** One that was not used for so long gives way to a new one where there are too many. */
export const FETCH_SESSION_IDLE_MS = 120_000;

/** Share sessions of Kafka's clients on one node, each some hundred bytes; as many as Kafka's own brokers keep. */
export const SHARE_SESSIONS_MAX = 2_000;
/** Partitions of all of them, and partitions that wait for records. */
export const SHARE_SESSION_PARTITIONS_MAX = 100_000;
/** One that was not used for so long gives way to a new one. */
export const SHARE_SESSION_IDLE_MS = 300_000;

/** Long polls and workers that wait for jobs on one node: each holds some objects and timers at every shard of its queue. */
export const RECEIVERS_MAX = 10_000;
