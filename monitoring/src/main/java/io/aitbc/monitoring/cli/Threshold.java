package io.aitbc.monitoring.cli;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Between which values a KPI has to be.
 *
 * @param min null for no lower bound
 * @param max null for no upper bound
 */
record Threshold(
        String kpi, @Nullable BigDecimal min, @Nullable BigDecimal max) {

    /** Reads NAME:MIN:MAX; MIN or MAX may be left out. */
    static final class Converter implements ITypeConverter<Threshold> {

        @Override
        public Threshold convert(String text) {
            String[] parts = text.split(":", -1);
            if (parts.length == 3 && !parts[0].isBlank() && !(parts[1].isBlank() && parts[2].isBlank())) {
                BigDecimal min = number(parts[1]);
                BigDecimal max = number(parts[2]);
                if (min == null || max == null || min.compareTo(max) <= 0) {
                    return new Threshold(parts[0].strip(), min, max);
                }
                throw new TypeConversionException("'" + text + "' has a minimum above its maximum");
            }
            throw new TypeConversionException(
                    "'" + text + "' is not NAME:MIN:MAX, such as latency_p95_ms::250 or throughput_qps:10:");
        }

        private static @Nullable BigDecimal number(String text) {
            if (text.isBlank()) {
                return null;
            }
            if (!text.strip().matches("[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?")) {
                throw new TypeConversionException("'" + text + "' is no number such as 250 or 0.5");
            }
            return new BigDecimal(text.strip());
        }
    }
}
