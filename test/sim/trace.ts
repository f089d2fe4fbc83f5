/**
 * What happened, as lines to read and as one number to compare: the hash covers every event and every note, so that two runs with the same
 * hash were the same run. Lines are kept only when asked for.
 */

const LINES_MAX = 200_000;

export class Trace {
  readonly lines: string[] = [];
  private readonly keep: boolean;
  private state = 0x811c9dc5;

  constructor(keep: boolean) {
    this.keep = keep;
  }

  get keeping(): boolean {
    return this.keep;
  }

  get hash(): string {
    return (this.state >>> 0).toString(16).padStart(8, '0');
  }

  /** Mixes a whole number into the hash. */
  mix(value: number): void {
    this.state = Math.imul(this.state ^ (value | 0), 0x01000193) ^ (this.state >>> 15);
  }

  note(atMs: number, where: string, what: string): void {
    this.mix(Math.round(atMs * 1_000));
    for (let i = 0; i < what.length; i++) this.mix(what.charCodeAt(i));
    if (!this.keep || this.lines.length >= LINES_MAX) return;
    this.lines.push(`${atMs.toFixed(3).padStart(11)} ${where.padEnd(8)} ${what}`);
  }
}
