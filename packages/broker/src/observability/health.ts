/**
 * What the node says about itself: named checks, each set by the part that knows. Ready means: started, not stopping, and no
 * check fails. Listeners hear of changes of the whole only.
 *
 *   starting ──started()──► serving ──stopping()──► stopping
 */

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** One sentence; what to do about it where it fails. */
  readonly detail: string;
}

export type Phase = 'starting' | 'serving' | 'stopping';

export class HealthBook {
  private readonly checks = new Map<string, Check>();
  private readonly listeners = new Set<() => void>();
  private phase: Phase = 'starting';
  private wasReady = false;

  get currentPhase(): Phase {
    return this.phase;
  }

  set(name: string, ok: boolean, detail: string): void {
    const before = this.checks.get(name);
    if (before !== undefined && before.ok === ok && before.detail === detail) return;
    this.checks.set(name, { name, ok, detail });
    this.tell();
  }

  started(): void {
    if (this.phase === 'starting') this.phase = 'serving';
    this.tell();
  }

  stopping(): void {
    this.phase = 'stopping';
    this.tell();
  }

  ready(): boolean {
    if (this.phase !== 'serving') return false;
    for (const check of this.checks.values()) if (!check.ok) return false;
    return true;
  }

  /** In the order in which they were first set. */
  all(): readonly Check[] {
    return [{ name: 'phase', ok: this.phase === 'serving', detail: this.phase }, ...this.checks.values()];
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    const ready = this.ready();
    if (ready === this.wasReady) return;
    this.wasReady = ready;
    for (const listener of this.listeners) listener();
  }
}
