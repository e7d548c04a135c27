package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Readings hand over all they find, and a failure on either side ends both. */
@Timeout(60)
class MeasuringTest {

    private static final int MANY = 200_000;

    private final Measuring measuring = new Measuring(new NoDatabase());

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allThatIsFoundIsKeptOnce(boolean atOnce) throws SQLException {
        List<String> kept = new ArrayList<>();
        measuring.all(
                List.of(
                        found -> each(0, 1_300, found::accept),
                        found -> each(1_300, 1_301, found::accept),
                        found -> {}),
                measured -> kept.add(measured.minerId()),
                atOnce);
        assertThat(kept)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 1_301).mapToObj(n -> "m-" + n).toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadingThatFailsFailsTheWhole(boolean atOnce) {
        List<Measured> kept = new ArrayList<>();
        assertThatThrownBy(() -> measuring.all(
                        List.of(found -> each(0, MANY, found::accept), found -> {
                            throw new IllegalArgumentException("the database went away");
                        }),
                        kept::add,
                        atOnce))
                .satisfies(e ->
                        assertThat(NestedExceptionUtils.getMostSpecificCause(e)).hasMessage("the database went away"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeeperThatFailsEndsTheReadings(boolean atOnce) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(atOnce ? 2 : 1);
        Measuring.Reading endless = found -> {
            try {
                each(0, Integer.MAX_VALUE, found::accept);
            } finally {
                ended.countDown();
            }
        };
        assertThatThrownBy(() -> measuring.all(
                        List.of(endless, endless),
                        measured -> {
                            throw new SQLException("disk full");
                        },
                        atOnce))
                .isInstanceOf(SQLException.class)
                .hasMessage("disk full");
        assertThat(ended.await(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
    }

    private static void each(int from, int to, Measuring.Keeper found) {
        for (int n = from; n < to; n++) {
            try {
                found.keep(new Measured("m-" + n, MetricTypes.UPTIME, 100, null, "{}", true));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class NoDatabase extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1;

        @Override
        protected Object doGetTransaction() {
            return this;
        }

        @Override
        protected void doBegin(Object transaction, org.springframework.transaction.TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }
}
