package io.aitbc.coordinator.payout;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Statements for miners, and the terms they rest on. */
@Service
class PayoutDesk {

    private final PayoutLedger ledger;
    private final AuditLog audit;
    private final Clock clock;

    PayoutDesk(PayoutLedger ledger, AuditLog audit, Clock clock) {
        this.ledger = ledger;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional(readOnly = true)
    public PayoutStatement statement(String minerId, String period) {
        List<PayoutStatement.Item> items = minerId.indexOf('\0') >= 0 ? List.of() : ledger.items(minerId, period);
        return PayoutStatement.of(minerId, period, items);
    }

    @Transactional(readOnly = true)
    public List<PayoutTerms.Term> terms() {
        return ledger.allTerms();
    }

    /**
     * Sets a miner's part from a time on.
     *
     * @param validFrom null means now
     * @throws Problem 422 when that has passed already, 409 when there are terms from that time on
     */
    @Transactional
    public PayoutTerms.Term set(Caller caller, String minerId, BigDecimal sharePct, @Nullable Instant validFrom) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant from = validFrom == null ? now : validFrom.truncatedTo(ChronoUnit.MICROS);
        if (from.isBefore(now)) {
            throw Problem.unprocessable(
                    "terms-in-past", "valid_from has passed: work that is done keeps the terms it was done under.");
        }
        if (from.isAfter(now.plus(3650, ChronoUnit.DAYS))) {
            throw Problem.unprocessable("terms-too-far", "valid_from must lie within the next ten years.");
        }
        PayoutTerms.Term term = new PayoutTerms.Term(minerId, from, sharePct);
        if (!ledger.add(term)) {
            throw Problem.conflict(
                    "terms-exist", "There are terms of " + minerId + " from " + from + " on; choose another time.");
        }
        audit.record(caller, "payout.terms", minerId, null, term);
        return term;
    }
}
