/** Bounds of filters: one evaluation costs the event loop microseconds as a rule, and about a tenth of a second whatever somebody writes or stores. */

/** Characters of a filter's text. */
export const FILTER_TEXT_MAX = 4_096;
/** Nodes of the parsed expression; nesting follows from it, so that no walk over it can exhaust the stack. */
export const FILTER_NODES_MAX = 1_000;
export const FILTER_DEPTH_MAX = 64;
/** Steps of one evaluation. A step is one node, or work that takes about as long: tens of nanoseconds. */
export const FILTER_STEPS_MAX = 500_000;
/** A larger payload is not parsed: parsing alone would take longer than an evaluation may. */
export const FILTER_JSON_BYTES_MAX = 1 << 20;
/** Nesting of values that are compared with each other. */
export const FILTER_VALUE_DEPTH_MAX = 64;
/** Instructions of a compiled pattern of `matches`, and how often one part of it may be repeated. */
export const PATTERN_INSTRUCTIONS_MAX = 2_000;
export const PATTERN_REPEAT_MAX = 1_000;
