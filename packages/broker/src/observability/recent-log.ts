/**
 * The latest log lines, kept in memory for a diagnostics bundle: bounded in lines and bytes, the oldest go first. It sees what the
 * log's level lets through, and nothing else.
 */
import type { DestinationStream } from 'pino';

export interface RecentLogLimits {
  readonly linesMax: number;
  readonly bytesMax: number;
}

export class RecentLog {
  private readonly limits: RecentLogLimits;
  private lines: string[] = [];
  private head = 0;
  private bytes = 0;

  constructor(limits: RecentLogLimits) {
    this.limits = limits;
  }

  /** A destination that keeps each line and passes it on. */
  over(destination: DestinationStream): DestinationStream {
    return {
      write: (line: string) => {
        this.add(line);
        destination.write(line);
      },
    };
  }

  /** The last `count` lines, oldest first, each with its line feed. */
  last(count: number): string {
    return this.lines.slice(Math.max(this.head, this.lines.length - count)).join('');
  }

  private add(line: string): void {
    this.lines.push(line);
    this.bytes += line.length;
    const { linesMax, bytesMax } = this.limits;
    while (
      this.lines.length - this.head > linesMax ||
      (this.bytes > bytesMax && this.head < this.lines.length)
    ) {
      this.bytes -= (this.lines[this.head] as string).length;
      this.head++;
    }
    if (this.head > linesMax) {
      this.lines = this.lines.slice(this.head);
      this.head = 0;
    }
  }
}
