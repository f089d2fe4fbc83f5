/** Bounds of a coordinator shard's state. They are part of the machine: replicas refuse alike. */

export const GROUPS_PER_SHARD_MAX = 10_000;
export const MEMBERS_PER_GROUP_MAX = 1_000;
export const OFFSETS_PER_GROUP_MAX = 20_000;
export const OFFSETS_PER_SHARD_MAX = 500_000;
export const OFFSETS_PER_COMMAND_MAX = 5_000;
export const OFFSET_METADATA_CHARS_MAX = 4_096;
export const SUBSCRIPTIONS_PER_MEMBER_MAX = 1_000;
/** What a member of a classic group says for all protocols that it knows, and what a leader hands in for all members. */
export const CLASSIC_METADATA_BYTES_MAX = 1 << 20;
export const CLASSIC_ASSIGNMENT_BYTES_MAX = 8 << 20;
/** Of all members of classic groups, as they are kept. */
export const CLASSIC_BYTES_PER_SHARD_MAX = 256 << 20;
export const CLASSIC_PROTOCOLS_MAX = 32;
/** Streams of which a share group remembers that it has read them. */
export const SHARED_STREAMS_MAX = 5_000;
export const TRANSACTIONS_PER_SHARD_MAX = 20_000;
export const PARTICIPANTS_PER_TRANSACTION_MAX = 1_000;
/** Producers whose ended epochs are remembered, so that their delayed offsets are refused. */
export const ENDED_PRODUCERS_MAX = 100_000;
/** Epochs of a producer id; then the transactional id gets another one. */
export const PRODUCER_EPOCH_MAX = 32_000;

const DAY_MS = 86_400_000;
/** Offsets of a group without members, and the group with them. */
export const OFFSETS_RETENTION_MS = 7 * DAY_MS;
/** A transactional id that nobody uses. */
export const TRANSACTIONAL_ID_RETENTION_MS = 7 * DAY_MS;
export const ENDED_PRODUCERS_RETENTION_MS = 7 * DAY_MS;

export const TRANSACTION_TIMEOUT_DEFAULT_MS = 60_000;
export const TRANSACTION_TIMEOUT_MAX_MS = 900_000;
