package io.aitbc.gpu.health;

/** What became of an alert. */
public record AlertChange(Kind kind, Alert alert) {

    public enum Kind {
        FIRED,
        /** Fired again so soon after its end that it is the same trouble. */
        REOPENED,
        /** Seemed over and was not. */
        FLAPPED,
        /** A rule of higher severity over the same signal fired as well. */
        ESCALATED,
        RESOLVED
    }
}
