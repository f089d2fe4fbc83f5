/** Faults of the network: partitions of every form, between nodes, between them and clients, of one class of connections; slow links; resets. */
import { between, CLIENTS, type LinkClass, type LinkRule, towards } from '../cluster/links.ts';
import {
  type Arena,
  type Fault,
  leaderFirst,
  majorityOf,
  type Nemesis,
  type PlannedFault,
} from './nemesis.ts';

const CUT = { kind: 'cut' } as const;
const RESET_EVERY_MS = 700;

interface Cut {
  readonly rules: readonly LinkRule[];
  readonly note: unknown;
}

function holding(arena: Arena, owner: string, { rules, note }: Cut): Fault {
  arena.world.links.set(owner, rules);
  return {
    note,
    end: async () => {
      arena.world.links.clear(owner);
    },
  };
}

/** Everybody loses those whom `seen` does not give for its place in the order. */
function onlySeen(
  order: readonly number[],
  seen: (place: number) => readonly (number | undefined)[],
): LinkRule[] {
  return order.flatMap((node, place) => {
    const reached = seen(place);
    return towards(
      [node],
      order.filter((other) => !reached.includes(other)),
      CUT,
    );
  });
}

/** Each reaches its two neighbours. */
function ring(order: readonly number[]): LinkRule[] {
  const at = (place: number): number | undefined => order.at(place % order.length);
  return onlySeen(order, (place) => [at(place - 1), at(place), at(place + 1)]);
}

/** Each sees a majority, and no two the same one. */
function majorityRing(order: readonly number[]): LinkRule[] {
  const reach = majorityOf(order.length);
  return onlySeen(order, (place) =>
    Array.from({ length: reach }, (_, k) => order[(place + k) % order.length]),
  );
}

/** For each variant what is cut; those that speak of a leader get it as the first of `order`. */
const CUTS: Readonly<Record<string, (order: readonly number[]) => Cut>> = {
  halves: (order) => {
    const minority = order.slice(0, order.length - majorityOf(order.length));
    const majority = order.slice(minority.length);
    return { rules: between(minority, majority, CUT), note: { minority, majority } };
  },
  'isolate-leader': ([alone = 1, ...rest]) => ({ rules: between([alone], rest, CUT), note: { alone } }),
  'isolate-one': ([alone = 1, ...rest]) => ({ rules: between([alone], rest, CUT), note: { alone } }),
  'leader-unheard': ([unheard = 1, ...rest]) => ({ rules: towards([unheard], rest, CUT), note: { unheard } }),
  'leader-deaf': ([deaf = 1, ...rest]) => ({ rules: towards(rest, [deaf], CUT), note: { deaf } }),
  bridge: ([bridge = 1, ...rest]) => {
    const left = rest.slice(0, Math.floor(rest.length / 2));
    const right = rest.slice(left.length);
    return { rules: between(left, right, CUT), note: { bridge, left, right } };
  },
  ring: (order) => ({ rules: ring(order), note: { ring: order } }),
  'majority-ring': (order) => ({ rules: majorityRing(order), note: { majorityRing: order } }),
  'all-apart': (order) => ({ rules: onlySeen(order, (place) => [order[place]]), note: { apart: order } }),
  // The clients stay with a leader that no other node hears: who reads there must not be told anything old.
  'leader-with-clients': ([leader = 1, ...rest]) => ({
    rules: [...between([leader], rest, CUT), ...between([CLIENTS], rest, CUT)],
    note: { leader },
  }),
  'clients-without-leader': ([leader = 1]) => ({
    rules: between([CLIENTS], [leader], CUT),
    note: { leader },
  }),
  'clients-without-majority': (order) => {
    const without = order.slice(0, majorityOf(order.length));
    return { rules: between([CLIENTS], without, CUT), note: { without } };
  },
  // What is asked arrives, and nobody hears what came of it.
  'answers-lost': (order) => ({ rules: towards(order, [CLIENTS], CUT), note: { from: order } }),
  'leader-control': (order) => ofClass('control', order),
  'leader-append': (order) => ofClass('append', order),
  bulk: (order) => ofClass('bulk', order),
};

function ofClass(linkClass: LinkClass, [alone = 1, ...rest]: readonly number[]): Cut {
  return { rules: between([alone], rest, CUT, [linkClass]), note: { class: linkClass, alone } };
}

export const PARTITION: Nemesis = {
  name: 'partition',
  does: 'links are cut: in halves, around a leader, in one direction, as a bridge or a ring, from clients, or for one class of connections',
  variants: Object.keys(CUTS),
  holdsMs: [1_000, 20_000],
  async begin(arena, fault, owner) {
    const cut = CUTS[fault.variant] ?? CUTS['halves'];
    if (cut === undefined) throw new Error(`there is no partition ${fault.variant}`);
    const order = fault.variant.includes('leader') ? await leaderFirst(arena, fault) : fault.order;
    return holding(arena, owner, cut(order));
  },
};

const everywhere = (order: readonly number[]): number[] => [CLIENTS, ...order];

function slowLinks({ variant, order, amount }: PlannedFault): Cut {
  const [first = 1, ...rest] = order;
  const delayMs = Math.round(5 + amount * 300);
  switch (variant) {
    case 'delay':
      return { rules: towardsAll(order, { kind: 'delay', delayMs, jitterMs: 0 }), note: { delayMs } };
    case 'delay-one-way': {
      const effect = { kind: 'delay', delayMs: delayMs * 4, jitterMs: delayMs } as const;
      return { rules: towards([first], rest, effect), note: { from: first, delayMs: delayMs * 4 } };
    }
    case 'throttle': {
      const bytesPerSecond = Math.round(2_000 + amount * 200_000);
      return { rules: towardsAll(order, { kind: 'throttle', bytesPerSecond }), note: { bytesPerSecond } };
    }
  }
  // What a link that loses packets looks like above TCP: some things come much later, and all behind them.
  const effect = { kind: 'delay', delayMs: 0, jitterMs: delayMs * 3 } as const;
  return { rules: towardsAll(everywhere(order), effect), note: { jitterMs: effect.jitterMs } };
}

/** From each to each other one, once. */
function towardsAll(sides: readonly number[], effect: LinkRule['effect']): LinkRule[] {
  return towards(sides, sides, effect);
}

export const SLOW: Nemesis = {
  name: 'slow',
  does: 'links delay what they carry, evenly or by chance as under loss, or let few bytes through',
  variants: ['delay', 'delay-one-way', 'throttle', 'jitter'],
  holdsMs: [3_000, 15_000],
  async begin(arena, fault, owner) {
    return holding(arena, owner, slowLinks(fault));
  },
};

export const RESET: Nemesis = {
  name: 'reset',
  does: 'connections end at once, again and again: between nodes, or between clients and nodes',
  variants: ['nodes', 'clients', 'everything'],
  holdsMs: [1_000, 6_000],
  async begin(arena, { variant, order }) {
    const sides = variant === 'clients' ? [CLIENTS] : variant === 'nodes' ? order : everywhere(order);
    let ended = 0;
    const once = (): void => {
      for (const node of order)
        for (const from of sides) if (from !== node) ended += arena.world.reset(from, node);
    };
    once();
    const timer = setInterval(once, RESET_EVERY_MS);
    return {
      note: { variant },
      end: async () => {
        clearInterval(timer);
        return { ended };
      },
    };
  },
};
