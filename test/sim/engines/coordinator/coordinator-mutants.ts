import type { Mutant } from '../../mutants/mutant.ts';

export const COORDINATOR_MUTANTS: readonly Mutant[] = [];
