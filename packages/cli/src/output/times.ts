/** Times and durations as people write and read them. */
import { usageError } from '../failure.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `10s`, `5m`, `2h`, `7d`. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (UNIT_MS[match[2] as string] as number));
}

/** ISO 8601, milliseconds since 1970, or a duration ago (`-5m`). */
export function parseTimeMs(text: string, nowMs: number): number {
  if (/^\d{10,}$/.test(text)) return Number(text);
  if (text.startsWith('-')) {
    const ago = parseDurationMs(text.slice(1));
    if (ago !== undefined) return nowMs - ago;
  }
  const parsed = /^\d{4}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(parsed)) return parsed;
  throw usageError(
    `${text} is not a time`,
    'Write ISO 8601 (2026-01-31T08:00:00Z), milliseconds since 1970, or a time ago (-5m).',
  );
}

export function showTime(timestampMs: number): string {
  return Number.isSafeInteger(timestampMs) && timestampMs >= 0 ? new Date(timestampMs).toISOString() : '-';
}

/** `5s`, `3m`, `2h 10m`, `4d 3h`. */
export function showDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)}ms`;
  const seconds = Math.floor(durationMs / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days}d` : `${days}d ${hours % 24}h`;
}
