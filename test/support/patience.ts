/**
 * How long a condition may take to come true before a test gives up. It is no measurement: the stack's threads and
 * processes share the machine with other tests, and with whatever else it does.
 */
export const patience = { timeout: 60_000, interval: 10 };
