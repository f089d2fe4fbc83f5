import type { Mutant } from '../../mutants/mutant.ts';

export const QUEUE_MUTANTS: readonly Mutant[] = [];
