/** Bounds of the traffic between nodes, each with its reason; tests set smaller ones. */

export interface TransportLimits {
  /** A frame is closed once it holds so much; one larger message still makes one frame. */
  readonly frameBytesMax: number;
  /** The largest message accepted or sent at all. */
  readonly messageBytesMax: number;
  /** Messages waiting for one peer and class, in bytes; beyond it they are dropped. */
  readonly controlQueueBytesMax: number;
  readonly appendQueueBytesMax: number;
  /** Bytes handed to the socket of one peer and class that have not left: beyond it messages wait, and coalesce. */
  readonly unwrittenBytesMax: number;
  /** Bytes of append frames that all peers together may have under way to this node. */
  readonly receiveBudgetBytes: number;
  /** Share of it that one peer gets at most, and at least. */
  readonly appendCreditBytesMax: number;
  readonly appendCreditBytesMin: number;
  readonly controlCreditBytes: number;
  /** HTTP/2 windows of the receiving side: a small one caps the rate at window / round trip. */
  readonly controlWindowBytes: number;
  readonly appendWindowBytes: number;
  readonly bulkWindowBytes: number;
  /** Soft state waiting for one peer; the oldest is dropped first. */
  readonly healthQueueBytesMax: number;
  readonly snapshotChunkBytesMax: number;
  /** Snapshots served at once; more are refused with OVERLOADED. */
  readonly snapshotsServedMax: number;
  /** A snapshot transfer without progress for so long is given up, on both sides. */
  readonly snapshotIdleTimeoutMs: number;
  /** Commands forwarded to this node at once. */
  readonly forwardsMax: number;
  readonly forwardBytesMax: number;
  readonly forwardTimeoutMs: number;
  /** Connecting and handshake. */
  readonly handshakeTimeoutMs: number;
  /** Idle control connections carry a frame this often. */
  readonly keepAliveIntervalMs: number;
  /** A control connection on which nothing came for so long is dead. */
  readonly keepAliveTimeoutMs: number;
  /** Reconnecting: the first attempts come within this, doubling up to the maximum, each with jitter of half. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** After a refusal that only an operator can change. */
  readonly refusedRetryMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  frameBytesMax: MIB,
  messageBytesMax: 64 * MIB,
  controlQueueBytesMax: 4 * MIB,
  appendQueueBytesMax: 16 * MIB,
  unwrittenBytesMax: 4 * MIB,
  receiveBudgetBytes: 128 * MIB,
  appendCreditBytesMax: 16 * MIB,
  appendCreditBytesMin: 2 * MIB,
  controlCreditBytes: 8 * MIB,
  controlWindowBytes: MIB,
  appendWindowBytes: 8 * MIB,
  bulkWindowBytes: 8 * MIB,
  healthQueueBytesMax: 2 * MIB,
  snapshotChunkBytesMax: 256 * KIB,
  snapshotsServedMax: 4,
  snapshotIdleTimeoutMs: 30_000,
  forwardsMax: 1024,
  forwardBytesMax: 8 * MIB,
  forwardTimeoutMs: 15_000,
  handshakeTimeoutMs: 3_000,
  keepAliveIntervalMs: 500,
  keepAliveTimeoutMs: 2_000,
  reconnectMinMs: 50,
  reconnectMaxMs: 1_000,
  refusedRetryMs: 5_000,
};
