package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.RunningCoordinator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A place in the ledger is a border: nothing comes up behind it once a tenant's gate was held. */
class LedgerGateTest extends RunningCoordinator {

    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final int WRITERS = 4;
    private static final int BATCHES = 30;

    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);

    @Autowired
    private LedgerGate gate;

    @Autowired
    private UsageTotals totals;

    @Autowired
    private PlatformTransactionManager transactions;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whatIsReadUpToAPlaceNeverGrows() throws Exception {
        String tenant = tenant();
        List<CompletableFuture<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            writers.add(CompletableFuture.runAsync(() -> write(tenant), threads));
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
        List<long[]> borders = new ArrayList<>();
        while (!all.isDone()) {
            borders.add(transaction().execute(status -> {
                gate.exclusive(tenant);
                long border = totals.position();
                return new long[] {border, events(tenant, 0, border)};
            }));
        }
        all.get(60, TimeUnit.SECONDS);
        assertThat(borders).hasSizeGreaterThan(3);
        long before = 0;
        long sum = 0;
        for (long[] border : borders) {
            assertThat(events(tenant, 0, border[0]))
                    .as("rows up to place %d, read again", border[0])
                    .isEqualTo(border[1]);
            sum += events(tenant, before, border[0]);
            before = border[0];
        }
        sum += events(tenant, before, Long.MAX_VALUE);
        assertThat(sum).as("every row is between exactly two borders").isEqualTo(WRITERS * BATCHES * 3L);
    }

    @Test
    void aFinalizerWaitsForTheWriterThatWasFirstAndOthersDoNot() throws Exception {
        String tenant = tenant();
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> transaction().executeWithoutResult(status -> {
                    gate.shared(Set.of(tenant, "another"));
                    writing.countDown();
                    await(finish);
                }),
                threads);
        await(writing);
        assertThat(usage(event(unique("e"), tenant, "gpu_hours", "1")).status()).isEqualTo(200);
        CompletableFuture<Void> finalizer = CompletableFuture.runAsync(
                () -> transaction().executeWithoutResult(status -> gate.exclusive(tenant)), threads);
        while (jdbc.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                        .query(Long.class)
                        .single()
                == 0) {
            Thread.onSpinWait();
        }
        assertThat(finalizer).isNotDone();
        finish.countDown();
        finalizer.get(60, TimeUnit.SECONDS);
        writer.get(60, TimeUnit.SECONDS);
    }

    private void write(String tenant) {
        for (int i = 0; i < BATCHES; i++) {
            Answer answer = usage("[" + event(unique("e"), tenant, "gpu_hours", "1") + ","
                    + event(unique("e"), tenant, "api_calls", "1") + ","
                    + event(unique("e"), tenant, "gpu_hours", "2") + "]");
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    private long events(String tenant, long after, long through) {
        return totals.used(tenant, APRIL, MAY, List.of(), after, through).stream()
                .mapToLong(UsageSum::events)
                .sum();
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(Objects.requireNonNull(transactions));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
