package io.aitbc.gpu.rules;

import java.util.Objects;

/** The rules in force. A faulty file changes nothing. Safe for use by several threads. */
public final class RuleBook {

    private volatile RuleSet current;

    public RuleBook(RuleSet first) {
        this.current = Objects.requireNonNull(first);
    }

    /** The rules in force now. */
    public RuleSet current() {
        return current;
    }

    /**
     * Puts the rules of a file in force.
     *
     * @throws InvalidRules when the file has a fault; the rules in force stay
     */
    public RuleSet replace(String yaml) throws InvalidRules {
        RuleSet next = RuleFile.read(yaml);
        current = next;
        return next;
    }
}
