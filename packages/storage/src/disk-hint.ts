/** What to do where the disk of this node does not do what it is told: the hint of every STORAGE_IO. */
export const DISK_HINT =
  'The node stops and must not vote; check the disk, and replace it if it fails again.';
