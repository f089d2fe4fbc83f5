/**
 * Written units of configuration values: durations (`500ms`, `7d`) and sizes (`64MiB`, `1GB`). A bare number is in the
 * unit that the key's name ends with. Fractions are fine (`1.5s`) as long as the result is a whole number.
 */

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const SIZE_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  tb: 1_000_000_000_000,
  kib: 1_024,
  mib: 1_024 ** 2,
  gib: 1_024 ** 3,
  tib: 1_024 ** 4,
};

const QUANTITY = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/;

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = QUANTITY.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const [, digits, unit] = match;
  const scale = unit === '' ? 1 : units[unit as string];
  if (scale === undefined) return undefined;
  const value = Number(digits) * scale;
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole) || Math.abs(value - whole) > 1e-6) return undefined;
  return whole;
}

/** Milliseconds, or undefined where `text` is no duration. */
export function parseDurationMs(text: string): number | undefined {
  return parseQuantity(text, DURATION_MS);
}

/** Bytes, or undefined where `text` is no size. */
export function parseBytes(text: string): number | undefined {
  return parseQuantity(text, SIZE_BYTES);
}
