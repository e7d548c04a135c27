package io.aitbc.agent.storage;

/** The data folder cannot serve; the message says what to do. */
public final class StorageFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StorageFailed(String message) {
        super(message);
    }

    StorageFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
