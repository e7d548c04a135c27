package io.aitbc.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.IllegalTransactionStateException;

/** Prepaid credit: the balance is the sum of the entries, and never negative. */
class CreditTest extends AccountScene {

    @Test
    void whatIsPaidInAdvanceIsThere() {
        String tenant = tenant();
        Answer made = credit(tenant, "top_up", "100.50", "k-1");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("kind").asText()).isEqualTo("top_up");
        assertThat(made.body().path("amount").decimalValue()).isEqualByComparingTo("100.50");
        assertThat(made.body().path("currency").asText()).isEqualTo("USD");
        assertThat(made.body().path("actor").asText()).isEqualTo("operator");
        assertThat(credit(tenant, "adjustment", "-0.5", "k-2").status()).isEqualTo(201);
        assertThat(balance(tenant)).isEqualTo("100.00");
        assertThat(get(OPERATOR, credits(tenant)).response().body()).contains("\"balance\":100.00");
    }

    @Test
    void theSameKeyIsTheSameEntry() {
        String tenant = tenant();
        JsonNode first = credit(tenant, "top_up", "10", "k").body();
        Answer again = credit(tenant, "top_up", "10.00", "k");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first);
        assertThat(credit(tenant, "top_up", "11", "k").problem()).isEqualTo("idempotency-key-reused");
        assertThat(credit(tenant, "adjustment", "10", "k").status()).isEqualTo(409);
        assertThat(credit(tenant(), "top_up", "11", "k").status())
                .as("another tenant's key")
                .isEqualTo(201);
        assertThat(balance(tenant)).isEqualTo("10.00");
        assertThat(jdbc.sql(
                                "SELECT count(*) FROM audit_log WHERE subject = :tenant AND action = 'account.credit.top_up'")
                        .param("tenant", tenant)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void withoutAKeyNothingIsEntered() {
        String tenant = tenant();
        Answer answer = post(OPERATOR, credits(tenant), "{\"kind\": \"top_up\", \"amount\": 1, \"reason\": \"r\"}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("idempotency-key-needed");
        assertThat(credit(tenant, "top_up", "1", "k".repeat(101)).status()).isEqualTo(422);
    }

    @Test
    void anAmountIsInWholeMinorUnits() {
        String yen = tenant("JPY", "Asia/Tokyo");
        String dinar = tenant("KWD", "Asia/Kuwait");
        assertThat(credit(yen, "top_up", "0.5", "k").problem()).isEqualTo("invalid-amount");
        assertThat(credit(yen, "top_up", "100.00", "k").status()).isEqualTo(201);
        assertThat(balance(yen)).isEqualTo("100");
        assertThat(credit(dinar, "top_up", "0.0005", "k").problem()).isEqualTo("invalid-amount");
        assertThat(credit(dinar, "top_up", "0.005", "k").status()).isEqualTo(201);
        assertThat(balance(dinar)).isEqualTo("0.005");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        String tenant = tenant();
        assertThat(credit(tenant, "top_up", "0", "a").status()).isEqualTo(422);
        assertThat(credit(tenant, "top_up", "-1", "b").status()).isEqualTo(422);
        assertThat(credit(tenant, "top_up", "1e12", "c").status()).isEqualTo(422);
        assertThat(credit(tenant, "applied", "1", "d").problem()).isEqualTo("invalid-kind");
        assertThat(credit("no-such-tenant", "top_up", "1", "e").status()).isEqualTo(404);
        Answer negative = credit(tenant, "adjustment", "-0.01", "f");
        assertThat(negative.status()).isEqualTo(409);
        assertThat(negative.problem()).isEqualTo("negative-balance");
        assertThat(get(OPERATOR, credits(tenant)).body().path("items")).isEmpty();
    }

    @Test
    void aStatementComesInPartsTheNewestFirst() {
        String tenant = tenant();
        for (int i = 1; i <= 5; i++) {
            credit(tenant, "top_up", Integer.toString(i), "k-" + i);
        }
        List<String> seen = new ArrayList<>();
        String path = credits(tenant) + "?limit=2";
        for (int part = 0; part < 3; part++) {
            Answer answer = get(VIEWER, path);
            answer.body()
                    .path("items")
                    .forEach(item -> seen.add(item.path("amount").asText()));
            assertThat(answer.body().path("balance").asText()).isEqualTo("15.00");
            assertThat(answer.response().headers().firstValue("Link").isPresent())
                    .isEqualTo(part < 2);
            path = credits(tenant) + "?limit=2&cursor="
                    + answer.body().path("next").asText();
        }
        assertThat(seen).containsExactly("5.00", "4.00", "3.00", "2.00", "1.00");
    }

    @Test
    void anInvoiceTakesAtMostTheBalanceAndOnlyOnce() {
        String tenant = tenant();
        credit(tenant, "top_up", "10", "k");
        assertThat(apply(tenant, "7", "inv-1")).isEqualTo(usd("7"));
        assertThat(apply(tenant, "9", "inv-1")).as("the same invoice again").isEqualTo(usd("7"));
        assertThat(apply(tenant, "5", "inv-2")).isEqualTo(usd("3"));
        assertThat(apply(tenant, "5", "inv-3")).isEqualTo(usd("0"));
        assertThat(balance(tenant)).isEqualTo("0.00");
    }

    @Test
    void whatComesBackIsWhatWasTaken() {
        String tenant = tenant();
        credit(tenant, "top_up", "10", "k");
        apply(tenant, "7", "inv-1");
        assertThat(giveBack(tenant, "inv-1", "2", "note-1")).isEqualTo(usd("2"));
        assertThat(giveBack(tenant, "inv-1", "2", "note-1"))
                .as("the same note again")
                .isEqualTo(usd("2"));
        assertThat(giveBack(tenant, "inv-1", "100", "inv-1")).as("the rest").isEqualTo(usd("5"));
        assertThat(giveBack(tenant, "inv-1", "100", "note-2")).isEqualTo(usd("0"));
        assertThat(giveBack(tenant, "never-applied", "1", "note-3")).isEqualTo(usd("0"));
        assertThat(balance(tenant)).isEqualTo("10.00");
    }

    @Test
    void creditMovesWithTheInvoiceOrNotAtAll() {
        String tenant = tenant();
        credit(tenant, "top_up", "10", "k");
        assertThatThrownBy(() -> ledger.apply(tenant, usd("1"), "i"))
                .isInstanceOf(IllegalTransactionStateException.class);
        transaction.executeWithoutResult(status -> {
            ledger.apply(tenant, usd("10"), "i");
            status.setRollbackOnly();
        });
        assertThat(balance(tenant)).isEqualTo("10.00");
        Money euros = new Money(BigDecimal.ONE, Currency.getInstance("EUR"));
        assertThatThrownBy(() -> transaction.execute(status -> ledger.apply(tenant, euros, "i")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEntryNeverChanges() {
        String tenant = tenant();
        credit(tenant, "top_up", "10", "k");
        for (String change : List.of(
                "UPDATE credit_entries SET amount = 1000", "DELETE FROM credit_entries", "TRUNCATE credit_entries")) {
            assertThatThrownBy(() -> jdbc.sql(change).update()).hasMessageContaining("append-only");
        }
    }

    /** Random top-ups, adjustments, invoices and returns at once; somebody looks all the time. */
    @Test
    void theBalanceIsTheSumAndNeverNegativeWhateverHappensAtOnce() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            String tenant = tenant();
            ConcurrentLinkedQueue<BigDecimal> moves = new ConcurrentLinkedQueue<>();
            AtomicReference<BigDecimal> lowest = new AtomicReference<>(BigDecimal.ZERO);
            List<Callable<Void>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Random random = new Random(seed * 100 + thread);
                work.add(() -> {
                    for (int step = 0; step < 25; step++) {
                        moves.add(move(tenant, random));
                        BigDecimal seen = ledger.balance(tenant).amount();
                        lowest.accumulateAndGet(seen, BigDecimal::min);
                    }
                    return null;
                });
            }
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                for (Future<Void> done : threads.invokeAll(work)) {
                    done.get(60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
            BigDecimal expected = moves.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(lowest.get()).as("seed " + seed).isZero();
            assertThat(ledger.balance(tenant).amount()).as("seed " + seed).isEqualByComparingTo(expected);
            assertThat(lowestRunningSum(tenant)).as("seed " + seed).isNotNegative();
        }
    }

    /** Does something and gives by how much it says that it moved the balance. */
    private BigDecimal move(String tenant, Random random) {
        String amount =
                new BigDecimal(random.nextInt(1, 2_000)).movePointLeft(2).toPlainString();
        // A few invoices that all fight for: the same one is applied and returned by several at once.
        String invoice = tenant + "-" + random.nextInt(12);
        switch (random.nextInt(4)) {
            case 0 -> {
                return entered(credit(tenant, "top_up", amount, unique("k")));
            }
            case 1 -> {
                return entered(credit(tenant, "adjustment", "-" + amount, unique("k")));
            }
            case 2 -> {
                return moved(
                        tenant,
                        () -> ledger.apply(tenant, usd(amount), invoice)
                                .amount()
                                .negate());
            }
            default -> {
                return moved(
                        tenant,
                        () -> ledger.giveBack(tenant, invoice, usd(amount), invoice + random.nextInt(3))
                                .amount());
            }
        }
    }

    private static BigDecimal entered(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isIn(201, 409);
        return answer.status() == 201 ? answer.body().path("amount").decimalValue() : BigDecimal.ZERO;
    }

    /** What a call moved, by its own answer; nothing when it only repeated what had been done before. */
    private BigDecimal moved(String tenant, Callable<BigDecimal> call) {
        return Objects.requireNonNull(transaction.execute(status -> {
            try {
                long before = countAfterLock(tenant);
                BigDecimal answer = call.call();
                return count(tenant) == before ? BigDecimal.ZERO : answer;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
    }

    private long countAfterLock(String tenant) {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('account of ' || :tenant, 0))")
                .param("tenant", tenant)
                .query((row, n) -> n)
                .single();
        return count(tenant);
    }

    private long count(String tenant) {
        return jdbc.sql("SELECT count(*) FROM credit_entries WHERE tenant_id = :tenant")
                .param("tenant", tenant)
                .query(Long.class)
                .single();
    }

    private BigDecimal lowestRunningSum(String tenant) {
        return jdbc.sql("""
                SELECT min(running) FROM (
                    SELECT sum(amount) OVER (ORDER BY entry_id) AS running FROM credit_entries WHERE tenant_id = :tenant
                ) AS sums
                """).param("tenant", tenant).query(BigDecimal.class).single();
    }

    private Money apply(String tenant, String upTo, String reference) {
        return Objects.requireNonNull(transaction.execute(status -> ledger.apply(tenant, usd(upTo), reference)));
    }

    private Money giveBack(String tenant, String applied, String upTo, String reference) {
        return Objects.requireNonNull(
                transaction.execute(status -> ledger.giveBack(tenant, applied, usd(upTo), reference)));
    }

    private String balance(String tenant) {
        return ledger.balance(tenant).amount().toPlainString();
    }
}
