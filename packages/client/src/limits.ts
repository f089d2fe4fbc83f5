/** Every bound of the SDK, named. Options of `connect`, `producer` and `consume` may lower or raise those marked so. */

/** Records a producer holds that are not acknowledged yet, in bytes; further sends wait. Option `bufferBytesMax`. */
export const BUFFER_BYTES_MAX = 32 * 1024 * 1024;
/** Sends that wait for room or for metadata; one more is refused with OVERLOADED. Option `waitingSendsMax`. */
export const WAITING_SENDS_MAX = 100_000;
/** A batch is closed when its records reach this size uncompressed. Option `batchBytesMax`. */
export const BATCH_BYTES_MAX = 256 * 1024;
/** Records in one batch: bounds the work of one encoding. */
export const BATCH_RECORDS_MAX = 10_000;
/** Batches of one partition that may be under way at once: as many as brokers remember of a producer. */
export const INFLIGHT_BATCHES_MAX = 5;
/** How long a started batch waits for company while others are under way. Option `lingerMs`. */
export const LINGER_MS = 5;
/** From `send` to acknowledgement or failure. Option `deliveryTimeoutMs`. */
export const DELIVERY_TIMEOUT_MS = 120_000;
/** What the broker is told to wait for one append before it answers TIMEOUT. */
export const APPEND_TIMEOUT_MS = 30_000;
/** An append unanswered for so long makes the client ask other nodes whether leadership has moved. */
export const APPEND_STALL_MS = 750;
/** Unary calls: one attempt, and all attempts together. */
export const CALL_ATTEMPT_MS = 5_000;
export const CALL_TIMEOUT_MS = 30_000;
/** A call that works through all jobs of a queue, in one attempt. */
export const LONG_CALL_TIMEOUT_MS = 120_000;
/** One metadata question to one node; the next node is asked at the same time after this. */
export const METADATA_HEDGE_MS = 250;
export const METADATA_ATTEMPT_MS = 2_000;
/** How often the other nodes are asked while a partition has no leader. */
export const LEADERLESS_POLL_MS = 50;
/** Metadata is refreshed in the background after this age, so that moved leaders are found while idle too. */
export const METADATA_AGE_MS = 60_000;
/** Back-off between attempts: doubles from the first to the last, with jitter. */
export const BACKOFF_FIRST_MS = 20;
export const BACKOFF_LAST_MS = 500;
/** Bytes that one subscription may have sent ahead of the reader. Option `creditBytes`. */
export const CREDIT_BYTES = 8 * 1024 * 1024;
/** A record batch larger than this, once decompressed, is refused. */
export const BATCH_DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024;
/** The largest gRPC message accepted or sent. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
/** HTTP/2 window of the receiving side. */
export const FLOW_CONTROL_WINDOW_BYTES = 8 * 1024 * 1024;
/** Idle connections are probed so often, and given up when the probe stays unanswered. */
export const KEEPALIVE_TIME_MS = 5_000;
export const KEEPALIVE_TIMEOUT_MS = 3_000;
/** Nodes a client keeps connections to. */
export const NODES_MAX = 1_000;
/** Nodes asked at once where every node is asked. */
export const EVERY_NODE_CONCURRENCY = 8;
/** How long a consumer hands out records before the event loop gets a turn. */
export const CONSUMER_TURN_MS = 5;
/** Changes that a watch of a bucket holds ahead of its reader; then its streams pause. */
export const WATCH_BUFFER_MAX = 1_000;
/** What a closing worker waits for answers to what it gives back, and for its streams to end. */
export const WORKER_CLOSE_MS = 2_000;
/** Handlers wait so long for the thread that extends leases; then they begin, and leases are extended among them until it comes. */
export const LEASE_THREAD_START_MS = 5_000;
