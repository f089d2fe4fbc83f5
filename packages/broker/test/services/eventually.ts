import { vi } from 'vitest';

/** Waits until `check` no longer throws; long enough for a busy machine. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000, interval: 10 });
}
