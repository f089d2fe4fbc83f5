/** What one seed's world is like: its size, its clients, and how rough it is. Drawn from the seed alone. */
import type { Random } from '@flowmesh/base';
import type { NetworkWeather } from '../network/sim-network.ts';

export type ProfileName = 'short' | 'long';

export interface Profile {
  readonly name: ProfileName;
  readonly nodes: number;
  readonly groups: number;
  readonly replicas: number;
  readonly producersPerGroup: number;
  readonly readersPerGroup: number;
  /** Records of a batch, and bytes of a record, at most. */
  readonly recordsMax: number;
  readonly recordBytesMax: number;
  /** A producer waits so long between batches, on average. */
  readonly thinkMs: number;
  readonly chaosMs: number;
  /** Virtual time within which a healed world must be whole again. */
  readonly healMs: number;
  /** Mean time between faults. */
  readonly faultEveryMs: number;
  readonly weather: NetworkWeather;
  readonly faults: FaultWeights;
  readonly pullBreakShare: number;
  readonly clockDrift: number;
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly tickMs: number;
  readonly stateFlushEntries: number;
  readonly logKeepEntries: number;
  readonly trimStepEntries: number;
  readonly inflightMessagesMax: number;
  readonly appendBytesMax: number;
  readonly applyBytesMax: number;
  readonly uncommittedBytesMax: number;
  readonly tailBytesMax: number;
}

export const FAULTS = [
  'crash',
  'crash-all',
  'kill-leader',
  'kill-candidate',
  'pause',
  'split',
  'isolate',
  'one-way',
  'clog',
  'weather',
  'slow-disk',
  'disk-full',
  'disk-broken',
  'wall-jump',
  'amnesia',
  'rollback',
  'wipe',
  'bit-flip',
  'transfer',
  'move',
  'trim',
] as const;

export type Fault = (typeof FAULTS)[number];
export type FaultWeights = Readonly<Record<Fault, number>>;

/** Usual weight of each fault; a seed leaves some out and stresses others, so that seeds differ in character. */
const USUAL: FaultWeights = {
  crash: 10,
  'crash-all': 2,
  'kill-leader': 6,
  'kill-candidate': 4,
  pause: 5,
  split: 6,
  isolate: 5,
  'one-way': 4,
  clog: 3,
  weather: 4,
  'slow-disk': 3,
  'disk-full': 2,
  'disk-broken': 1,
  'wall-jump': 3,
  amnesia: 2,
  rollback: 1,
  wipe: 1,
  'bit-flip': 1,
  transfer: 5,
  move: 6,
  trim: 10,
};

export function drawProfile(name: ProfileName, random: Random): Profile {
  const pick = <T>(choices: readonly T[]): T => choices[random.below(choices.length)] as T;
  const long = name === 'long';
  const nodes = pick([3, 3, 4, 5]);
  const rough = random.unit();
  return {
    name,
    nodes,
    groups: pick([1, 1, 2, 2, 3]),
    replicas: nodes === 5 ? pick([3, 5]) : 3,
    producersPerGroup: pick([1, 2, 3]),
    readersPerGroup: 1,
    recordsMax: pick([1, 3, 8]),
    recordBytesMax: pick([10, 60, 400]),
    thinkMs: pick([15, 60, 200]),
    chaosMs: (long ? 120_000 : 16_000) * (0.6 + random.unit() * 0.8),
    healMs: 40_000,
    faultEveryMs: pick([300, 700, 1_500]),
    weather: {
      loss: rough < 0.4 ? 0 : random.unit() * 0.12,
      duplication: rough < 0.5 ? 0 : random.unit() * 0.1,
      delayShare: rough < 0.3 ? 0 : random.unit() * 0.3,
      delayMsMax: pick([5, 40, 400]),
    },
    faults: drawFaults(random),
    pullBreakShare: pick([0, 0.2, 0.5]),
    clockDrift: pick([0, 0.01, 0.05]),
    electionTicks: 10,
    heartbeatTicks: pick([1, 3]),
    tickMs: 100,
    stateFlushEntries: pick([1, 4, 20, 100]),
    logKeepEntries: pick([0, 5, 30]),
    trimStepEntries: pick([1, 5, 10]),
    inflightMessagesMax: pick([2, 16, 256]),
    appendBytesMax: pick([200, 2_000, 1 << 20]),
    applyBytesMax: pick([300, 4_000, 4 << 20]),
    uncommittedBytesMax: pick([2_000, 64 << 20]),
    tailBytesMax: pick([1_000, 20_000, 64 << 20]),
  };
}

function drawFaults(random: Random): FaultWeights {
  const weights: Record<Fault, number> = { ...USUAL };
  for (const fault of FAULTS) {
    const mood = random.unit();
    if (mood < 0.25) weights[fault] = 0;
    else if (mood > 0.85) weights[fault] *= 4;
  }
  return weights;
}
