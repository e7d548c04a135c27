package io.aitbc.poolhub.miner;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a miner says of itself; null means that it says nothing about that.
 *
 * @param basePrice what one GPU hour costs there, in the pool's currency
 * @param maxParallel jobs at a time
 */
record MinerDescription(
        @Size(max = 255) @Nullable String addr,
        @Size(max = 16) @Nullable String proto,
        @Size(max = 128) @Nullable String gpuName,

        @DecimalMin("0") @DecimalMax("100000") @Digits(integer = 6, fraction = 3) @Nullable
        BigDecimal gpuVramGb,

        @Min(0) @Max(1024) @Nullable Integer gpuCount,
        @Min(0) @Max(100_000) @Nullable Integer cpuCores,

        @DecimalMin("0") @DecimalMax("1000000") @Digits(integer = 7, fraction = 3) @Nullable
        BigDecimal ramGb,

        @Min(1) @Max(100_000) @Nullable Integer maxParallel,

        @DecimalMin("0") @Digits(integer = 12, fraction = 8) @Nullable
        BigDecimal basePrice,

        @Size(max = 100) @Nullable Map<@Size(max = 128) String, Object> tags,
        @Size(max = 100) @Nullable List<@NotNull @Size(min = 1, max = 128) String> capabilities,
        @Size(max = 64) @Nullable String region,
        @Size(max = 64) @Nullable String chainId,
        @Size(max = 128) @Nullable String walletAddress) {

    static final MinerDescription NOTHING =
            new MinerDescription(null, null, null, null, null, null, null, null, null, null, null, null, null, null);
}
