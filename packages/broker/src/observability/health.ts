/**
 * What the node says about itself: named checks, each set by the part that knows. Ready means: started, not stopping, and no
 * check fails. Serving is the same without the checks that concern writing alone: a node with a full disk still serves readers.
 * Listeners hear of changes of the whole only.
 *
 *   starting ──started()──► serving ──stopping()──► stopping
 */

export interface Check {
  readonly name: string;
  /** `write`: consumers are served all the same. */
  readonly concerns: 'all' | 'write';
  readonly ok: boolean;
  /** One sentence; what to do about it where it fails. */
  readonly detail: string;
}

export type Phase = 'starting' | 'serving' | 'stopping';

export class HealthBook {
  private readonly checks = new Map<string, Check>();
  private readonly listeners = new Set<() => void>();
  private phase: Phase = 'starting';
  private before = 'false false';

  get currentPhase(): Phase {
    return this.phase;
  }

  set(check: Check): void {
    const before = this.checks.get(check.name);
    if (before !== undefined && before.ok === check.ok && before.detail === check.detail) return;
    this.checks.set(check.name, check);
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
    return this.holds(() => true);
  }

  serving(): boolean {
    return this.holds((check) => check.concerns === 'all');
  }

  private holds(counts: (check: Check) => boolean): boolean {
    if (this.phase !== 'serving') return false;
    for (const check of this.checks.values()) if (!check.ok && counts(check)) return false;
    return true;
  }

  /** In the order in which they were first set. */
  all(): readonly Check[] {
    const phase: Check = { name: 'phase', concerns: 'all', ok: this.phase === 'serving', detail: this.phase };
    return [phase, ...this.checks.values()];
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    const now = `${this.ready()} ${this.serving()}`;
    if (now === this.before) return;
    this.before = now;
    for (const listener of this.listeners) listener();
  }
}
