package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Keys and content hashes are stored for ever: these values may never change. */
class EventIdentityTest {

    private static final Instant NOON = Instant.parse("2026-04-22T12:00:00Z");

    private final EventIdentity identity = new EventIdentity();

    @Test
    void aKeyIsWhatItHasAlwaysBeen() {
        assertThat(identity.key("pool-1", "e-1")).isEqualTo(UUID.fromString("167c72cb-90b4-efdb-dfec-a2d394baf52f"));
    }

    @Test
    void aContentHashIsWhatItHasAlwaysBeen() {
        assertThat(identity.content(draft(), "gpu_hours", NOON)).isEqualTo(6694615804443446809L);
    }

    @Test
    void sourceAndIdAreNotJustPutTogether() {
        assertThat(identity.key("a", "bc")).isNotEqualTo(identity.key("ab", "c"));
        assertThat(identity.key("a", "b")).isNotEqualTo(identity.key("b", "a"));
    }

    @Test
    void everyFieldOfTheContentCounts() {
        EventDraft moved = draft();
        moved.jobId = null;
        moved.minerId = "job-1";
        assertThat(content(moved)).isNotEqualTo(content(draft()));
        EventDraft longer = draft();
        longer.quantity = new BigDecimal("10.50000001");
        assertThat(content(longer)).isNotEqualTo(content(draft()));
    }

    @Test
    void modelAndOutcomeCountWhereTheyAreSaid() {
        EventDraft model = draft();
        model.gpuModel = "H100";
        assertThat(content(model)).isNotEqualTo(content(draft()));
        EventDraft outcome = draft();
        outcome.outcome = "preempted";
        assertThat(content(outcome)).isNotEqualTo(content(draft())).isNotEqualTo(content(model));
        EventDraft completed = draft();
        completed.outcome = "completed";
        assertThat(content(completed)).as("said or not").isEqualTo(content(draft()));
    }

    @Test
    void howANumberIsWrittenDoesNot() {
        EventDraft other = draft();
        other.quantity = new BigDecimal("1.050e1");
        assertThat(content(other)).isEqualTo(content(draft()));
    }

    private long content(EventDraft draft) {
        return identity.content(draft, "gpu_hours", NOON);
    }

    private static EventDraft draft() {
        EventDraft draft = new EventDraft(0, new byte[0], 0, 0);
        draft.tenantId = "tenant_001";
        draft.quantity = new BigDecimal("10.5");
        draft.unitPrice = new BigDecimal("0.50");
        draft.jobId = "job-1";
        draft.attempt = 1;
        draft.periodStart = NOON.minusSeconds(3600);
        draft.periodEnd = NOON;
        draft.metadata = new Metadata("{\"gpu_count\":8}", 8, null);
        return draft;
    }
}
