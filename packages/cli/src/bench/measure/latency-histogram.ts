/**
 * How long operations took, in whole microseconds, as counts in buckets after the manner of HdrHistogram: every octave above 2,048 µs has
 * 1,024 buckets of equal width, so a value is known to better than a thousandth, from a microsecond to half a day, in memory that does not
 * grow with the number of values. Histograms of several processes add up exactly, which percentiles do not: that is why they travel.
 *
 *   values     0 … 2047 │ 2048 … 4095 │ 4096 … 8191 │ …
 *   width             1 │           2 │           4 │ …      index(v) = e · 1024 + ⌊v / 2^e⌋, e = octaves above 2^11
 */

const HALF = 1_024;
const EXACT = 2 * HALF;
const OCTAVES = 25;
/** What a value above it is counted as: about 19 hours. */
export const LATENCY_US_MAX = EXACT * 2 ** OCTAVES - 1;
const BUCKETS = (OCTAVES + 2) * HALF;

/** Counts of buckets that have any, as [steps from the bucket before, count, …]. */
export type EncodedHistogram = readonly number[];

export class LatencyHistogram {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private sumUs = 0;
  private least = Number.POSITIVE_INFINITY;
  private most = 0;

  get count(): number {
    return this.total;
  }

  /** 0 where nothing was recorded; so for the next two. */
  get minUs(): number {
    return this.total === 0 ? 0 : this.least;
  }

  get maxUs(): number {
    return this.most;
  }

  get meanUs(): number {
    return this.total === 0 ? 0 : this.sumUs / this.total;
  }

  /** Negative values count as 0, since clocks of one machine differ by less than what they measure. */
  record(valueUs: number, count = 1): void {
    const value = Math.min(Math.max(Math.round(valueUs), 0), LATENCY_US_MAX);
    const bucket = bucketOf(value);
    this.counts[bucket] = (this.counts[bucket] as number) + count;
    this.total += count;
    this.sumUs += value * count;
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
  }

  /**
   * The smallest value that at least `percent` of all values do not exceed, rounded up to the end of its bucket: never less than the
   * truth, and at most a thousandth more. 0 where nothing was recorded.
   */
  percentileUs(percent: number): number {
    if (this.total === 0) return 0;
    // A percentage of a count is no whole number of values; a hair more than one is still one.
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.total - 1e-9));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.counts[bucket] as number;
      if (seen >= wanted) return Math.min(lastOf(bucket), this.most);
    }
    return this.most;
  }

  add(other: LatencyHistogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const more = other.counts[bucket] as number;
      if (more > 0) this.counts[bucket] = (this.counts[bucket] as number) + more;
    }
    this.total += other.total;
    this.sumUs += other.sumUs;
    this.least = Math.min(this.least, other.least);
    this.most = Math.max(this.most, other.most);
  }

  /** Starts with least, greatest and sum, which buckets tell only nearly. */
  encode(): EncodedHistogram {
    if (this.total === 0) return [];
    const encoded = [this.least, this.most, this.sumUs];
    let before = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.counts[bucket] as number;
      if (count === 0) continue;
      encoded.push(bucket - before, count);
      before = bucket;
    }
    return encoded;
  }

  /** Undefined where it is no encoded histogram. */
  static decode(encoded: EncodedHistogram): LatencyHistogram | undefined {
    const histogram = new LatencyHistogram();
    if (encoded.length === 0) return histogram;
    const [least, most, sumUs] = encoded as readonly [number, number, number];
    if (encoded.length < 5 || encoded.length % 2 === 0 || !encoded.every((one) => one >= 0)) return undefined;
    let bucket = 0;
    for (let at = 3; at < encoded.length; at += 2) {
      bucket += encoded[at] as number;
      if (!Number.isSafeInteger(bucket) || bucket >= BUCKETS) return undefined;
      histogram.counts[bucket] = encoded[at + 1] as number;
      histogram.total += encoded[at + 1] as number;
    }
    histogram.least = least;
    histogram.most = most;
    histogram.sumUs = sumUs;
    return histogram;
  }
}

function bucketOf(value: number): number {
  if (value < EXACT) return value;
  const octave = Math.floor(Math.log2(value / HALF));
  // Of values just below a power of two the logarithm may round up.
  const exponent = value < HALF * 2 ** octave ? octave - 1 : octave;
  return exponent * HALF + Math.floor(value / 2 ** exponent);
}

/** The greatest value that is counted there. */
function lastOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const exponent = Math.floor(bucket / HALF) - 1;
  return (bucket - exponent * HALF + 1) * 2 ** exponent - 1;
}
