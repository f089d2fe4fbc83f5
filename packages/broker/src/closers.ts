/** What has been started, to be closed in the reverse order: also when the start fails half-way. */

type Close = () => Promise<void> | void;

interface Entry {
  readonly name: string;
  readonly close: Close;
}

export class Closers {
  private readonly entries: Entry[] = [];
  private closing: Promise<void> | undefined;
  private readonly onError: (name: string, error: unknown) => void;

  constructor(onError: (name: string, error: unknown) => void) {
    this.onError = onError;
  }

  add(name: string, close: Close): void {
    this.entries.push({ name, close });
  }

  /** A failure is reported and does not keep the others open. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    for (let entry = this.entries.pop(); entry !== undefined; entry = this.entries.pop()) {
      try {
        await entry.close();
      } catch (error) {
        this.onError(entry.name, error);
      }
    }
  }
}
