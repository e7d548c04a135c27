package io.aitbc.monitoring.chain;

import java.util.Optional;
import java.util.OptionalLong;

/** Questions to a node, each answered or failed before the deadline. */
interface ChainNode {

    /** The newest block. */
    Block head(Deadline deadline) throws NodeTrouble;

    /** The block of that height; empty when the node has none. */
    Optional<Block> block(long number, Deadline deadline) throws NodeTrouble;

    /** How many peers it has; empty when it does not say. */
    OptionalLong peers(Deadline deadline) throws NodeTrouble;
}
