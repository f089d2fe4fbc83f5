/** Starts one node, says its process id and its folder, and then does nothing: for a test that kills it. */
import { Cluster } from './cluster.ts';

const cluster = await Cluster.start({ nodes: 1 });
const [node] = cluster.nodes;
process.send?.({ pid: node?.pid, folder: cluster.folder });
