/** `flowmesh kv …`: buckets, and the entries in them. */
import type { Command } from 'commander';
import type { ProgramContext } from '../program.ts';
import { addBucketCommands } from './bucket-commands.ts';
import { addReadCommands } from './read-commands.ts';
import { addTxn } from './txn.ts';
import { addWatch } from './watch.ts';
import { addWriteCommands } from './write-commands.ts';

export function addKvCommands(program: Command, context: ProgramContext): void {
  const kv = program.command('kv').description('buckets: replicated keys and values');
  addBucketCommands(kv, context);
  addWriteCommands(kv, context);
  addReadCommands(kv, context);
  addWatch(kv, context);
  addTxn(kv, context);
}
