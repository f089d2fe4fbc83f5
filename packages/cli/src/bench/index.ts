/** The measuring core, for benchmarks of other systems: `bench/peers` drives them with it. */
export type { BenchClient, FlowSink, OpenClient } from './clients/client-protocol.ts';
