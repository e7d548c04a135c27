package io.aitbc.poolhub.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.health.XidEvent;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.RecoveryAction;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads telemetry from JSON. What no GPU can mean is left out and counted as a fault: the heartbeat that brings it must not
 * be lost for it; who sends telemetry alone is told instead.
 */
final class TelemetryReader {

    static final int MOST_GPUS = 1_024;

    /** A miner's clock may differ so much; beyond that its times are moved. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final int MOST_XIDS = 1_000;
    private static final int MOST_RESULTS = 1_000;
    private static final int MOST_FAULTS = 20;

    private final String minerId;
    private final Instant now;
    private final Instant oldest;
    private final List<GpuSample> samples = new ArrayList<>();
    private final List<XidEvent> xids = new ArrayList<>();
    private final List<Telemetry.Result> results = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private Duration shift = Duration.ZERO;

    /** @param oldest what is older than this is history and is left out */
    TelemetryReader(String minerId, Instant now, Instant oldest) {
        this.minerId = minerId;
        this.now = now.truncatedTo(ChronoUnit.MICROS);
        this.oldest = oldest;
    }

    /** What is wrong with what was read, each a sentence that names the field; at most 20. */
    List<String> faults() {
        return faults;
    }

    Telemetry telemetry() {
        return new Telemetry(minerId, samples, xids, results);
    }

    /** All times of this message are moved when its own is wrong. */
    void sentAt(@Nullable Instant said) {
        Duration off = said == null ? Duration.ZERO : Duration.between(said, now);
        shift = off.abs().compareTo(SKEW) > 0 ? off : Duration.ZERO;
    }

    void gpus(@Nullable JsonNode gpus) {
        int count = count("gpus", gpus, MOST_GPUS);
        for (int i = 0; gpus != null && i < count; i++) {
            gpu("gpus[" + i + "]", gpus.get(i));
        }
    }

    void commandResults(@Nullable JsonNode said) {
        int count = count("command_results", said, MOST_RESULTS);
        for (int i = 0; said != null && i < count; i++) {
            result("command_results[" + i + "]", said.get(i));
        }
    }

    private int count(String name, @Nullable JsonNode list, int most) {
        if (list == null || list.isNull()) {
            return 0;
        }
        if (!list.isArray()) {
            fault(name + " must be a list");
            return 0;
        }
        if (list.size() > most) {
            fault(name + " must have at most " + most + " entries, had " + list.size());
        }
        return Math.min(list.size(), most);
    }

    private void gpu(String path, JsonNode said) {
        GpuDevice device;
        try {
            device = device(said);
        } catch (IllegalArgumentException e) {
            fault(path + "." + e.getMessage());
            return;
        }
        Instant at = moment(path + ".at", said.get("at"));
        if (at == null) {
            return;
        }
        GpuSample.Builder sample = GpuSample.of(device, at);
        for (Signal signal : Signal.values()) {
            JsonNode value = said.get(signal.wireName());
            if (value != null && !value.isNull()) {
                set(path, sample, signal, value);
            }
        }
        reasons(path, said.get("throttle_reasons"), sample);
        JsonNode recovery = said.get("recovery_action");
        if (recovery != null && !recovery.isNull()) {
            RecoveryAction.named(recovery.asText())
                    .ifPresentOrElse(sample::recoveryAction, () -> fault(path + ".recovery_action is not known"));
        }
        samples.add(sample.build());
        JsonNode events = said.get("xids");
        int count = count(path + ".xids", events, MOST_XIDS);
        for (int i = 0; events != null && i < count; i++) {
            xid(path + ".xids[" + i + "]", device.uuid(), events.get(i));
        }
    }

    private static GpuDevice device(JsonNode said) {
        JsonNode index = said.get("index");
        return new GpuDevice(
                said.path("uuid").asText(""),
                text(said.get("model"), 128),
                text(said.get("driver"), 64),
                index != null && index.canConvertToInt() && index.asInt() >= 0 ? index.asInt() : null,
                text(said.get("pci_bus_id"), 64),
                null);
    }

    private void set(String path, GpuSample.Builder sample, Signal signal, JsonNode value) {
        double number = value.isNumber()
                ? value.doubleValue()
                : value.isBoolean() ? (value.booleanValue() ? 1 : 0) : Double.NaN;
        try {
            sample.set(signal, number);
        } catch (IllegalArgumentException e) {
            fault(path + "." + e.getMessage());
        }
    }

    private void reasons(String path, @Nullable JsonNode said, GpuSample.Builder sample) {
        if (said == null || said.isNull()) {
            return;
        }
        if (!said.isArray()) {
            fault(path + ".throttle_reasons must be a list");
            return;
        }
        Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
        said.forEach(name -> ThrottleReason.named(name.asText().toLowerCase(Locale.ROOT))
                .ifPresentOrElse(reasons::add, () -> fault(path + ".throttle_reasons has a reason that is not known")));
        sample.throttleReasons(reasons);
    }

    private void xid(String path, String uuid, JsonNode said) {
        Instant at = moment(path + ".at", said.get("at"));
        if (at == null) {
            return;
        }
        try {
            xids.add(new XidEvent(uuid, said.path("xid").asInt(0), at, text(said.get("job_id"), 128), null));
        } catch (IllegalArgumentException e) {
            fault(path + "." + e.getMessage());
        }
    }

    private void result(String path, JsonNode said) {
        String outcome = said.path("outcome").asText("").toUpperCase(Locale.ROOT);
        if (!Set.of("DONE", "FAILED", "REFUSED").contains(outcome)) {
            fault(path + ".outcome must be done, failed or refused");
            return;
        }
        try {
            UUID id = UUID.fromString(said.path("command_id").asText());
            results.add(new Telemetry.Result(id, outcome, text(said.get("detail"), 500)));
        } catch (IllegalArgumentException e) {
            fault(path + ".command_id must be a UUID");
        }
    }

    /** When it was, by our clock as far as can be told; null when it is history. */
    private @Nullable Instant moment(String path, @Nullable JsonNode said) {
        if (said == null || said.isNull()) {
            return now;
        }
        Instant at = time(path, said);
        if (at == null) {
            return null;
        }
        Instant moved = at.plus(shift).truncatedTo(ChronoUnit.MICROS);
        if (moved.isAfter(now.plus(SKEW))) {
            return now;
        }
        if (moved.isBefore(oldest)) {
            fault(path + " is too long ago");
            return null;
        }
        return moved.isAfter(now) ? now : moved;
    }

    private @Nullable Instant time(String path, JsonNode said) {
        try {
            return Instant.parse(said.asText());
        } catch (DateTimeException e) {
            fault(path + " must be an ISO-8601 time such as 2026-04-22T15:00:00Z");
            return null;
        }
    }

    private static @Nullable String text(@Nullable JsonNode said, int longest) {
        if (said == null || said.isNull() || said.asText().isBlank()) {
            return null;
        }
        String text = said.asText().replaceAll("\\p{Cntrl}", " ");
        return text.length() > longest ? text.substring(0, longest) : text;
    }

    private void fault(String sentence) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(sentence);
        }
    }
}
