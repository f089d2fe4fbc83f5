/**
 * Makes 64-bit fields plain numbers, before any generated code is loaded. Import it first, wherever `gen/` is imported.
 * Values beyond 2^53 lose precision: whoever takes an id, offset or index from a message checks that it is a safe integer.
 */
import protobuf from 'protobufjs/minimal.js';

(protobuf.util as { Long: unknown }).Long = undefined;
protobuf.configure();
