/** What operations of the bank look like in a history. Money is moved between keys at one moment, and by pairs of records in one transaction. */

/** `transfer` between keys, if there is enough; `journal`: the same as two records. */
export interface TransferAsked {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  /** Of a journal entry: the transaction is to be aborted, which is a `fail`. */
  readonly end?: 'abort';
}

/** `balances`: all keys at one moment; `projected`: what was made of the journal, when all of it was. */
export interface BalancesAnswer {
  readonly balances: readonly number[];
}

/** `journal-all`: every record that is committed. */
export interface JournalAnswer {
  readonly entries: readonly JournalEntry[];
}

export interface JournalEntry {
  readonly account: number;
  readonly id: string;
  readonly amount: number;
}
