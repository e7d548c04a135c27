package io.aitbc.poolhub.miner;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A miner that introduces itself.
 *
 * @param apiKey the secret that it will call with; null lets the hub draw one
 */
record RegisterRequest(
        @NotNull @Pattern(regexp = ID, message = "must be 1 to 64 of letters, digits and . _ : -") @Nullable
        String minerId,

        @Size(min = SHORTEST_KEY, max = 256, message = "must have 16 to 256 characters") @Nullable
        String apiKey,

        @Valid @JsonUnwrapped @Nullable MinerDescription description) {

    static final String ID = "[A-Za-z0-9._:-]{1,64}";
    static final int SHORTEST_KEY = 16;

    MinerDescription described() {
        return description == null ? MinerDescription.NOTHING : description;
    }
}
