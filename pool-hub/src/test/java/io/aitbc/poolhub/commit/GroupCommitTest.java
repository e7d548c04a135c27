package io.aitbc.poolhub.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.service.web.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch firstBatch = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void stopCallers() {
        callers.shutdownNow();
    }

    @Test
    void aloneACallerIsABatchOfOneAndDoesNotWait() {
        try (var commit = new GroupCommit<String, String>("t", 10, 10, this::lengths)) {
            assertThat(commit.write("abc")).isEqualTo("abc!");
            assertThat(batches).containsExactly(List.of("abc"));
        }
    }

    @Test
    void whatArrivesDuringACommitIsTheNextBatchAndEachGetsItsOwnAnswer() throws Exception {
        try (var commit = new GroupCommit<String, String>("t", 10, 10, this::heldUp)) {
            var first = caller(commit, "first");
            firstBatch.await(5, TimeUnit.SECONDS);
            var a = caller(commit, "a");
            var b = caller(commit, "b");
            waitFor(2, commit);
            goOn.countDown();
            assertThat(answer(first)).isEqualTo("first!");
            assertThat(List.of(answer(a), answer(b))).containsExactly("a!", "b!");
            assertThat(batches).hasSize(2);
            assertThat(batches.get(1)).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void aBadItemFailsAloneAndTheOthersOfItsBatchAreWritten() throws Exception {
        try (var commit = new GroupCommit<String, String>("t", 10, 10, this::heldUpAndPicky)) {
            var first = caller(commit, "first");
            firstBatch.await(5, TimeUnit.SECONDS);
            var good = caller(commit, "good");
            var bad = caller(commit, "bad");
            waitFor(2, commit);
            goOn.countDown();
            assertThat(answer(first)).isEqualTo("first!");
            assertThat(answer(good)).isEqualTo("good!");
            assertThatThrownBy(() -> answer(bad)).rootCause().hasMessage("bad is refused");
        }
    }

    @Test
    void beyondItsCapacityCallersAreToldToComeBack() throws Exception {
        try (var commit = new GroupCommit<String, String>("t", 10, 1, this::heldUp)) {
            caller(commit, "first");
            firstBatch.await(5, TimeUnit.SECONDS);
            caller(commit, "waits");
            waitFor(1, commit);
            assertThatThrownBy(() -> commit.write("too many"))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            busy -> assertThat(busy.status().value()).isEqualTo(503));
            goOn.countDown();
        }
    }

    @Test
    void closingWritesWhatWaitsAndTakesNothingNew() throws Exception {
        var commit = new GroupCommit<String, String>("t", 1, 10, this::heldUp);
        var first = caller(commit, "first");
        firstBatch.await(5, TimeUnit.SECONDS);
        var waiting = caller(commit, "waiting");
        waitFor(1, commit);
        goOn.countDown();
        commit.close();
        assertThat(answer(first)).isEqualTo("first!");
        assertThat(answer(waiting)).isEqualTo("waiting!");
        assertThatThrownBy(() -> commit.write("late")).isInstanceOf(Problem.class);
    }

    @Test
    void anErrorInOneBatchDoesNotEndTheService() {
        var broken = new AtomicBoolean(true);
        try (var commit = new GroupCommit<String, String>("t", 10, 10, batch -> {
            if (broken.getAndSet(false)) {
                throw new StackOverflowError("nested too deep");
            }
            return lengths(batch);
        })) {
            assertThatThrownBy(() -> commit.write("first")).hasMessageContaining("t failed");
            assertThat(commit.write("second")).isEqualTo("second!");
        }
    }

    @Test
    void aTransactionThatForgetsAnAnswerIsAFailureNotAHang() {
        try (var commit = new GroupCommit<String, String>("t", 10, 10, batch -> List.of())) {
            assertThatThrownBy(() -> commit.write("x")).hasMessage("t answered 0 of 1 items");
        }
    }

    private List<String> lengths(List<String> batch) {
        batches.add(List.copyOf(batch));
        return batch.stream().map(item -> item + "!").toList();
    }

    private List<String> heldUp(List<String> batch) {
        firstBatch.countDown();
        try {
            goOn.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return lengths(batch);
    }

    private List<String> heldUpAndPicky(List<String> batch) {
        List<String> answers = heldUp(batch);
        if (batch.contains("bad")) {
            throw new IllegalStateException("bad is refused");
        }
        return answers;
    }

    private CompletableFuture<String> caller(GroupCommit<String, String> commit, String item) {
        return CompletableFuture.supplyAsync(() -> commit.write(item), callers);
    }

    private static String answer(CompletableFuture<String> caller) throws Exception {
        try {
            return caller.get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e;
        }
    }

    private static void waitFor(int waiting, GroupCommit<?, ?> commit) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (commit.waiting() < waiting && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(commit.waiting()).isEqualTo(waiting);
    }
}
