/**
 * What the network does to bytes on their way from one side to another: nothing, hold them back, delay them, let few of them through. Sides
 * are the nodes, by their number from 1, and `CLIENTS`. Each rule has an owner, the fault that made it; several that meet add up.
 *
 * A link that is cut holds bytes back and does not lose them, as TCP does, which sends again what was not acknowledged: when it heals within
 * the patience of both ends, everything arrives, late. Loss and duplication of packets cannot be seen above TCP but as delay.
 */

/** Where the clients of the run are. */
export const CLIENTS = 0;

export type Side = number;

/** `control`, `append` and `bulk` are connections between nodes; the others are those of clients. */
export const LINK_CLASSES = ['control', 'append', 'bulk', 'peer', 'grpc', 'kafka', 'http'] as const;
/** `peer`: between nodes, not yet known for which of the three. */
export type LinkClass = (typeof LINK_CLASSES)[number];

export interface LinkRule {
  readonly from: Side;
  readonly to: Side;
  /** Absent: all. */
  readonly classes?: readonly LinkClass[];
  readonly effect: LinkEffect;
}

export type LinkEffect =
  | { readonly kind: 'cut' }
  | { readonly kind: 'delay'; readonly delayMs: number; readonly jitterMs: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

/** All rules together, for one direction of one connection. */
export interface LinkState {
  readonly cut: boolean;
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Infinity: as many as there are. */
  readonly bytesPerSecond: number;
}

export const FREE: LinkState = { cut: false, delayMs: 0, jitterMs: 0, bytesPerSecond: Infinity };

export interface Way {
  readonly from: Side;
  readonly to: Side;
  readonly linkClass: LinkClass;
}

function concerns(rule: LinkRule, way: Way): boolean {
  if (rule.from !== way.from || rule.to !== way.to) return false;
  return rule.classes === undefined || rule.classes.includes(way.linkClass);
}

function combined(state: LinkState, effect: LinkEffect): LinkState {
  switch (effect.kind) {
    case 'cut':
      return { ...state, cut: true };
    case 'delay':
      return {
        ...state,
        delayMs: state.delayMs + effect.delayMs,
        jitterMs: state.jitterMs + effect.jitterMs,
      };
    case 'throttle':
      return { ...state, bytesPerSecond: Math.min(state.bytesPerSecond, effect.bytesPerSecond) };
  }
}

export class Links {
  private readonly rules = new Map<string, readonly LinkRule[]>();
  private readonly listeners = new Set<() => void>();

  /** In place of what the owner had set before. */
  set(owner: string, rules: readonly LinkRule[]): void {
    this.rules.set(owner, rules);
    this.tell();
  }

  clear(owner: string): void {
    if (this.rules.delete(owner)) this.tell();
  }

  clearAll(): void {
    this.rules.clear();
    this.tell();
  }

  /** What holds now, of whatever owner. */
  all(): readonly LinkRule[] {
    return [...this.rules.values()].flat();
  }

  stateOf(way: Way): LinkState {
    let state = FREE;
    for (const rule of this.all()) if (concerns(rule, way)) state = combined(state, rule.effect);
    return state;
  }

  /** `changed` is called after every change, until what is returned is called. */
  watch(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The same effect in both directions between every one of `left` and every one of `right`. */
export function between(
  left: readonly Side[],
  right: readonly Side[],
  effect: LinkEffect,
  classes?: readonly LinkClass[],
): LinkRule[] {
  return [...towards(left, right, effect, classes), ...towards(right, left, effect, classes)];
}

/** In one direction only. */
export function towards(
  from: readonly Side[],
  to: readonly Side[],
  effect: LinkEffect,
  classes?: readonly LinkClass[],
): LinkRule[] {
  return from.flatMap((a) =>
    to
      .filter((b) => b !== a)
      .map((b) => ({ from: a, to: b, effect, ...(classes === undefined ? {} : { classes }) })),
  );
}
