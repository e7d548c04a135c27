package io.aitbc.coordinator.notification;

import java.net.UnknownHostException;

/** A webhook's target that must not be called; the message is a sentence for the operator, without the target's secrets. */
final class TargetRefused extends UnknownHostException {

    private static final long serialVersionUID = 1L;

    TargetRefused(String sentence) {
        super(sentence);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
