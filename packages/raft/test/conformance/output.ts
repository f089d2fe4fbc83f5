/** What a scenario prints: indented by nesting, filtered by level, silent altogether at level NONE. */
import { LEVELS, type Level } from './log-lines.ts';

export class ScenarioOutput {
  level: Level = 'DEBUG';
  private text = '';
  private indent = '';
  private lineStart = true;

  get quiet(): boolean {
    return this.level === 'NONE';
  }

  /** Everything printed since the last call. */
  take(): string {
    const { text } = this;
    this.text = '';
    this.lineStart = true;
    return text;
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  write(text: string): void {
    if (this.quiet) return;
    for (const part of text.split(/(?<=\n)/)) {
      if (part === '') continue;
      this.text += this.lineStart ? this.indent + part : part;
      this.lineStart = part.endsWith('\n');
    }
  }

  log(level: Level, text: string): void {
    if (LEVELS.indexOf(level) >= LEVELS.indexOf(this.level)) this.line(`${level} ${text}`);
  }

  indented(body: () => void): void {
    const { indent } = this;
    this.indent = `${indent}  `;
    try {
      body();
    } finally {
      if (!this.lineStart) this.write('\n');
      this.indent = indent;
    }
  }
}
