package io.aitbc.monitoring.chain;

/** A node does not answer, not in time, or not what it should. */
final class NodeTrouble extends Exception {

    private static final long serialVersionUID = 1L;

    NodeTrouble(String message) {
        super(message);
    }
}
