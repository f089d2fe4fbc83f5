/** Microseconds and rates as people read them. */

/** `830 µs`, `4.21 ms`, `1.30 s`. */
export function showUs(us: number): string {
  if (us < 1_000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${digits(us / 1_000)} ms`;
  return `${digits(us / 1_000_000)} s`;
}

/** `12,345`, `98.7`. */
export function showRate(perSecond: number): string {
  return perSecond < 100 ? String(Math.round(perSecond * 10) / 10) : grouped(perSecond);
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}
