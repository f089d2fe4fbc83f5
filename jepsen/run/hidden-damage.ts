/**
 * Damage that nobody may have met yet: a block of a table is looked at when it is read, perhaps much later. Until then its node counts as
 * whole, and whatever takes the data of a second node away takes the last good copy of something away, which no system survives.
 */
import { existsSync } from 'node:fs';

export class HiddenDamage {
  private readonly files = new Map<string, number>();

  /** `file` is damaged, and whoever starts the node does not notice. */
  add(node: number, file: string): void {
    this.files.set(file, node);
  }

  /** Nodes of which such a file is still there; with any other directory in its place it is forgotten. */
  nodes(): readonly number[] {
    for (const file of this.files.keys()) if (!existsSync(file)) this.files.delete(file);
    return [...new Set(this.files.values())].sort((a, b) => a - b);
  }
}
