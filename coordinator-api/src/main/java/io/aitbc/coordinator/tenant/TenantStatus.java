package io.aitbc.coordinator.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where a tenant stands. */
public enum TenantStatus {
    /** Uses and reads. */
    @JsonProperty("active")
    ACTIVE,
    /** Its keys are refused; what it still uses is billed. */
    @JsonProperty("suspended")
    SUSPENDED,
    /** Its keys are refused; further usage goes to quarantine. */
    @JsonProperty("closed")
    CLOSED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
