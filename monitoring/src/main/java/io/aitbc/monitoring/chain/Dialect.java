package io.aitbc.monitoring.chain;

/** How a node is asked. */
enum Dialect {
    /** Ethereum's JSON-RPC. */
    ETHEREUM,
    /** The REST API of AITBC's own node. */
    AITBC
}
