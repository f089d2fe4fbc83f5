/** What share groups may be configured with, by name, whether the group is there yet or not. Scope `group:NAME` of the dynamic configuration. */
import type { ShareStart } from '../stream/share-types.ts';
import {
  SHARE_ATTEMPTS_DEFAULT,
  SHARE_IN_FLIGHT_DEFAULT,
  SHARE_LOCK_DEFAULT_MS,
} from '../stream/share-types.ts';
import type { KeySpec, KeyTable } from './config-keys.ts';

export interface GroupConfig {
  readonly isolation: 'committed' | 'uncommitted';
  readonly start: ShareStart;
  readonly lockMs: number;
  readonly attemptsMax: number;
  readonly inFlightMax: number;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
}

const SCOPE_PREFIX = 'group:';
const GROUP_NAME_CHARS_MAX = 249;
export const GROUP_SCOPE_CHARS_MAX = SCOPE_PREFIX.length + GROUP_NAME_CHARS_MAX;
/** Every node keeps them all in memory. */
export const GROUP_CONFIGS_MAX = 10_000;

const KEYS = {
  'share.auto.offset.reset': {
    kind: 'choice',
    choices: ['latest', 'earliest'],
    fallback: 'latest',
    description: 'Where the group begins in a partition that it has not read yet.',
  },
  'share.isolation.level': {
    kind: 'choice',
    choices: ['read_uncommitted', 'read_committed'],
    fallback: 'read_uncommitted',
    description: 'Whether members are given records of transactions that are open or were aborted.',
  },
  'share.record.lock.duration.ms': {
    kind: 'integer',
    min: 1_000,
    max: 3_600_000,
    fallback: SHARE_LOCK_DEFAULT_MS,
    description: 'How long a member has a record to itself before it is delivered again.',
  },
  'share.delivery.count.limit': {
    kind: 'integer',
    min: 1,
    max: 1_000,
    fallback: SHARE_ATTEMPTS_DEFAULT,
    description: 'A record that was delivered so often is given up.',
  },
  'share.partition.max.record.locks': {
    kind: 'integer',
    min: 100,
    max: 10_000,
    fallback: SHARE_IN_FLIGHT_DEFAULT,
    description: 'Records of a partition that may be under way at once.',
  },
  'share.session.timeout.ms': {
    kind: 'integer',
    min: 1_000,
    max: 1_800_000,
    fallback: 45_000,
    description: 'A member that is silent for so long is let go.',
  },
  'share.heartbeat.interval.ms': {
    kind: 'integer',
    min: 100,
    max: 600_000,
    fallback: 5_000,
    description: 'Between the heartbeats of a member.',
  },
} as const satisfies Readonly<Record<string, KeySpec>>;

export const GROUP_KEYS: KeyTable = { subject: 'group', keys: KEYS };

/** The group of a scope `group:NAME`; undefined for any other text. */
export function groupOfScope(scope: string): string | undefined {
  const isGroup = scope.startsWith(SCOPE_PREFIX) && scope.length <= GROUP_SCOPE_CHARS_MAX;
  return isGroup && /^[^\p{Cc}]+$/u.test(scope) && scope.length > SCOPE_PREFIX.length
    ? scope.slice(SCOPE_PREFIX.length)
    : undefined;
}

export function groupScope(group: string): string {
  return `${SCOPE_PREFIX}${group}`;
}

/** Fills in the defaults of a configuration that was checked. */
export function resolveGroupConfig(config: Readonly<Record<string, string>>): GroupConfig {
  const text = (key: keyof typeof KEYS): string => config[key] ?? String(KEYS[key].fallback);
  return {
    isolation: text('share.isolation.level') === 'read_committed' ? 'committed' : 'uncommitted',
    start: { kind: text('share.auto.offset.reset') === 'earliest' ? 'earliest' : 'latest' },
    lockMs: Number(text('share.record.lock.duration.ms')),
    attemptsMax: Number(text('share.delivery.count.limit')),
    inFlightMax: Number(text('share.partition.max.record.locks')),
    sessionTimeoutMs: Number(text('share.session.timeout.ms')),
    heartbeatIntervalMs: Number(text('share.heartbeat.interval.ms')),
  };
}
