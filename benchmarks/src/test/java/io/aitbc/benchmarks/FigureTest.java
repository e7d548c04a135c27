package io.aitbc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void aRateIsMetFromExactlyItsGoalOn() {
        assertThat(Figure.atLeast("a", 400, "copy", 1_000, "rows/s", 0.4).met()).isTrue();
        assertThat(Figure.atLeast("a", 399, "copy", 1_000, "rows/s", 0.4).met()).isFalse();
    }

    @Test
    void aTimeIsMetUpToExactlyItsGoal() {
        assertThat(Figure.atMost("b", 40, "aggregate", 10, "ms", 4).met()).isTrue();
        assertThat(Figure.atMost("b", 41, "aggregate", 10, "ms", 4).met()).isFalse();
    }

    @Test
    void aRowShowsBothFiguresTheRatioAndTheVerdict() {
        assertThat(Figure.atMost("slow", 41, "aggregate", 10, "ms", 4).row())
                .isEqualTo("| slow | 41.0 ms | aggregate: 10.0 | 4.10 × | ≤ 4.00 × | **no** |");
    }

    @Test
    void theMedianIsAMeasuredValue() {
        assertThat(Report.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Report.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2);
    }
}
