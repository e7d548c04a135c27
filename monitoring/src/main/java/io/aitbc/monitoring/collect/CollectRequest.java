package io.aitbc.monitoring.collect;

import io.aitbc.service.web.KnownFieldsOnly;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A window to be collected.
 *
 * @param outputDir a name under ARTIFACTS_DIR, or an absolute path inside it; the run's folder is made within
 * @param kpis their names; without, those of the types of the session's targets
 * @param thresholds by the names of KPIs
 */
@KnownFieldsOnly
record CollectRequest(
        @NotNull Instant startTime,
        @NotNull Instant endTime,
        @Nullable String outputDir,

        @Nullable @Size(max = 200)
        List<@NotNull @Pattern(regexp = "[a-z][a-z0-9_]{0,79}", message = "must be names of KPIs") String> kpis,

        @Nullable @Size(max = 200)
        Map<@Pattern(regexp = "[a-z][a-z0-9_]{0,79}", message = "must be by names of KPIs") String, @NotNull Bounds>
                thresholds) {}
