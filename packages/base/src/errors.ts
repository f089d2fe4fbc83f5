/**
 * The one error of expected failures. `code` is what programs branch on, `message` states the cause,
 * `hint` says what to do. Gateways map codes to their protocol; nothing ever matches on message text.
 */

export const ERROR_CODES = [
  // the request
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PRECONDITION_FAILED',
  'CORRUPT_BATCH',
  'BATCH_TOO_LARGE',
  'UNSUPPORTED',
  'OFFSET_OUT_OF_RANGE',
  'REVISION_COMPACTED',
  'OUT_OF_ORDER_SEQUENCE',
  'PRODUCER_FENCED',
  // The coordinator ended it; the producer may begin another.
  'TRANSACTION_ABORTED',
  // Of a group: join again; another took the place; no longer the reader of the partition.
  'MEMBER_UNKNOWN',
  'MEMBER_FENCED',
  'STALE_MEMBER',
  // the cluster, retryable
  'NOT_LEADER',
  'NO_LEADER',
  'NOT_ENOUGH_REPLICAS',
  'UNAVAILABLE',
  'OVERLOADED',
  'TIMEOUT',
  'CANCELLED',
  // the node
  'DISK_FULL',
  'STORAGE_IO',
  'CORRUPTION',
  'AMNESIA',
  'WRONG_CLUSTER',
  'IDENTITY_MISMATCH',
  'CONFIG_INVALID',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Codes for which the same request may succeed later without being changed. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_LEADER',
  'NO_LEADER',
  'NOT_ENOUGH_REPLICAS',
  'UNAVAILABLE',
  'OVERLOADED',
  'TIMEOUT',
  'DISK_FULL',
]);

export interface FlowErrorOptions {
  /** What the reader can do about it, one sentence, with the command where there is one. */
  readonly hint?: string;
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** Machine-readable facts, for instance `{ leader: '127.0.0.1:50051' }`. */
  readonly details?: Readonly<Record<string, string | number>>;
}

export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, options: FlowErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

export function isFlowError(value: unknown): value is FlowError {
  return value instanceof FlowError;
}

export function isErrorCode(value: string): value is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(value);
}
