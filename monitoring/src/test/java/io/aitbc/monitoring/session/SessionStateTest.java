package io.aitbc.monitoring.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionStateTest {

    @ParameterizedTest
    @EnumSource
    void everyStateIsInTheGraphAndReachedFromTheFirst(SessionState state) {
        assertThat(state.next()).doesNotContain(state);
        assertThat(reached()).contains(state);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STOPPED")
    void everyStateCanBeStoppedAndSettleAnew(SessionState state) {
        assertThat(state.next()).contains(SessionState.STOPPED);
        assertThat(state.canBecome(SessionState.SETTLING)).isTrue();
    }

    @Test
    void nothingLeadsAwayFromStopped() {
        assertThat(SessionState.STOPPED.next()).isEmpty();
        assertThat(SessionState.STOPPED.canBecome(SessionState.STOPPED)).isTrue();
    }

    @Test
    void nothingIsCollectedThatDidNotSettle() {
        assertThat(SessionState.RUNNING.canBecome(SessionState.COLLECTED)).isFalse();
        assertThat(SessionState.PLANNED.canBecome(SessionState.RUNNING)).isFalse();
    }

    private static Set<SessionState> reached() {
        Set<SessionState> reached = EnumSet.of(SessionState.PLANNED);
        Deque<SessionState> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            for (SessionState next : open.removeFirst().next()) {
                if (reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }
}
