/** Transactions over lists, as `txn` operations: each appends texts that no other one appends, and reads whole lists. */

export type AppendStep =
  | { readonly kind: 'append'; readonly key: string; readonly value: string }
  | { readonly kind: 'read'; readonly key: string };

export interface AppendAsked {
  readonly steps: readonly AppendStep[];
  /** What the client is to do at the end; default: commit. An abort as asked is `fail`. */
  readonly end?: 'abort';
}

export interface AppendAnswer {
  /** In the order of the steps: what was read; of an append nothing. */
  readonly lists: readonly (readonly string[])[];
}
