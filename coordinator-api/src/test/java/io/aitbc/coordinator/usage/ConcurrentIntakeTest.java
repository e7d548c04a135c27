package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.RunningCoordinator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Several senders with the same events at once: nothing counts twice, nobody waits for ever. */
class ConcurrentIntakeTest extends RunningCoordinator {

    private static final int SENDERS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @RepeatedTest(5)
    void overlappingBatchesInAnyOrderAddUpToEachEventOnce() throws Exception {
        String tenant = tenant();
        String run = unique("run");
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            List<String> events = new ArrayList<>();
            for (int i = sender * 100; i < sender * 100 + 700; i++) {
                events.add(event(run + "-" + i, tenant, "gpu_hours", "1"));
            }
            Collections.shuffle(events, new Random(sender));
            String body = events.toString();
            answers.add(CompletableFuture.supplyAsync(() -> usage(body), threads));
        }
        int accepted = 0;
        int duplicates = 0;
        for (CompletableFuture<Answer> answer : answers) {
            Answer done = answer.get(60, TimeUnit.SECONDS);
            assertThat(done.status()).as(done.response().body()).isEqualTo(200);
            accepted += done.body().path("accepted").asInt();
            duplicates += done.body().path("duplicates").asInt();
        }
        assertThat(accepted).isEqualTo(1_000);
        assertThat(duplicates).isEqualTo(SENDERS * 700 - 1_000);
        assertThat(count(tenant)).isEqualTo(1_000);
    }

    @RepeatedTest(3)
    void ofContradictingEventsAtOnceExactlyOneIsTaken() throws Exception {
        String tenant = tenant();
        String id = unique("e");
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int sender = 1; sender <= SENDERS; sender++) {
            String body = event(id, tenant, "gpu_hours", Integer.toString(sender));
            answers.add(CompletableFuture.supplyAsync(() -> usage(body), threads));
        }
        List<String> verdicts = new ArrayList<>();
        for (CompletableFuture<Answer> answer : answers) {
            verdicts.addAll(UsageLedgerTest.verdicts(answer.get(60, TimeUnit.SECONDS)));
        }
        assertThat(verdicts)
                .containsExactlyInAnyOrder("ACCEPTED", "CONFLICT CONFLICT", "CONFLICT CONFLICT", "CONFLICT CONFLICT");
        assertThat(count(tenant)).isEqualTo(1);
    }

    @RepeatedTest(3)
    void ofTwoReversalsAtOnceOneIsTaken() throws Exception {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "2"));
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int sender = 0; sender < SENDERS; sender++) {
            String body = event(unique("e"), tenant, "gpu_hours", "-2", ", \"reverses\": \"" + id + "\"");
            answers.add(CompletableFuture.supplyAsync(() -> usage("[" + body + "]"), threads));
        }
        List<String> verdicts = new ArrayList<>();
        for (CompletableFuture<Answer> answer : answers) {
            verdicts.addAll(UsageLedgerTest.verdicts(answer.get(60, TimeUnit.SECONDS)));
        }
        assertThat(verdicts).containsOnlyOnce("ACCEPTED").contains("REJECTED ALREADY_REVERSED");
        assertThat(count(tenant)).isEqualTo(2);
    }

    private long count(String tenant) {
        return jdbc.sql("SELECT count(*) FROM usage_ledger WHERE tenant_id = :t")
                .param("t", tenant)
                .query(Long.class)
                .single();
    }
}
