package io.aitbc.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read out of a snapshot that anybody may have written. */
class CapacitySnapshotTest {

    private static final Instant NOW = Instant.parse("2026-04-22T12:00:00Z");

    @Test
    void whatWasWrittenIsReadAgain() {
        ClassState h100 = new ClassState(6, 2, 16, 2, 8, 8);
        ClassState total = new ClassState(7, 3, 20, 6, 8, 1);
        CapacitySnapshot snapshot = snapshot(CapacitySnapshot.metadata(total, Map.of("H100", h100)));
        assertThat(snapshot.total()).isEqualTo(total);
        assertThat(snapshot.classes()).containsExactly(Map.entry("H100", h100));
    }

    @Test
    void theColumnsAloneSayEnoughForThePool() {
        ClassState total = snapshot(Map.of()).total();
        assertThat(total.capacity()).isEqualTo(40);
        assertThat(total.running()).isEqualTo(24);
        assertThat(total.queued()).isEqualTo(3);
        assertThat(total.typicalMiner()).isEqualTo(4);
    }

    @Test
    void classesThatSayTooLittleOrNonsenseAreLeftOut() {
        Map<String, Object> good = new ClassState(1, 0, 4, 1, 4, 4).asMetadata();
        Map<String, Object> negative = new HashMap<>(good);
        negative.put("running", -1);
        Map<String, Object> huge = new HashMap<>(good);
        huge.put("capacity", 1e300);
        Map<String, Object> text = new HashMap<>(good);
        text.put("miners", "many");
        Map<String, Object> each = new HashMap<>(Map.of("good", good, "free", Map.of("free", 3)));
        each.put("negative", negative);
        each.put("huge", huge);
        each.put("text", text);
        each.put("", good);
        each.put("a\nb", good);
        each.put("x".repeat(129), good);
        assertThat(snapshot(Map.of("classes", each)).classes()).containsOnlyKeys("good");
        assertThat(snapshot(Map.of("classes", "none")).classes()).isEmpty();
    }

    @Test
    void noMoreThanTwoHundredClasses() {
        Map<String, Object> each = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            each.put("gpu-" + i, new ClassState(1, 0, 4, 1, 4, 4).asMetadata());
        }
        assertThat(snapshot(Map.of("classes", each)).classes()).hasSize(200);
    }

    @Test
    void countsBeyondAllMeasureDoNotBreakTheSum() {
        int most = Integer.MAX_VALUE;
        SnapshotRow row = new SnapshotRow(UUID.randomUUID(), most, 0, most, most, 100.0, null, null, null, NOW, null);
        assertThat(row.snapshot(Map.of()).total().demand()).isEqualTo(2e9);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 50, 0, total_miners must be given",
        ", 50, 0, total_miners must be given",
        "1, 100.5, 0, 'capacity_utilization_pct must be given, within 0..100.'",
        "1, , 0, 'capacity_utilization_pct must be given, within 0..100.'",
        "1, 50, 6, timestamp lies ahead",
        "1, 50, -600000, timestamp is more than 400 days ago",
    })
    void aRowSaysWhatIsWrongWithIt(@Nullable Integer miners, @Nullable Double used, int minutes, String fault) {
        Instant at = NOW.plus(Duration.ofMinutes(minutes));
        SnapshotRow row = new SnapshotRow(UUID.randomUUID(), miners, 1, 1, 0, used, null, null, null, at, null);
        assertThat(row.fault(NOW)).startsWith(fault);
    }

    private static CapacitySnapshot snapshot(Map<String, Object> metadata) {
        return new CapacitySnapshot(UUID.randomUUID(), 10, 8, 40, 3, 60, null, null, null, NOW, metadata);
    }
}
