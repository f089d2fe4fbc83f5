/** The machine's monotonic clock in microseconds: the same one in all processes, so that a stamp of one can be read by another. */

const originUs = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000;

export function machineNowUs(): number {
  return Math.round(originUs + performance.now() * 1_000);
}
