/** Bits of a batch's attributes above the codec. */
export const ATTRIBUTE_LOG_APPEND_TIME = 0x08;
export const ATTRIBUTE_TRANSACTIONAL = 0x10;
export const ATTRIBUTE_CONTROL = 0x20;
export const ATTRIBUTE_DELETE_HORIZON = 0x40;
/** Of FlowMesh, where Kafka has no meaning for the bit: some of the records have a header that says how long they live. */
export const ATTRIBUTE_RECORD_TTL = 0x0100;
