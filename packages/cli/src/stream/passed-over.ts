/** Records for which a filter could not be evaluated: the first reason is told at once, how many there were at the end. */
import type { Session } from '../session.ts';

export class PassedOver {
  private readonly session: Session;
  private records = 0;

  constructor(session: Session) {
    this.session = session;
  }

  add(records: number, cause: string): void {
    if (this.records === 0) this.session.note(`the filter cannot be evaluated for some records: ${cause}`);
    this.records += records;
  }

  tell(): void {
    if (this.records > 0)
      this.session.note(
        `${this.records} records do not match because the filter could not be evaluated for them`,
      );
  }
}
