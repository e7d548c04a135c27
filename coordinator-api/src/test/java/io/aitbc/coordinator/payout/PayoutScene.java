package io.aitbc.coordinator.payout;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Terms for tests of other features. */
public final class PayoutScene {

    private PayoutScene() {}

    /** Miners and their parts in percent, by turns, from 1970 on. */
    public static PayoutTerms terms(String... minersAndShares) {
        List<PayoutTerms.Term> terms = new ArrayList<>();
        for (int i = 0; i < minersAndShares.length; i += 2) {
            terms.add(new PayoutTerms.Term(minersAndShares[i], Instant.EPOCH, new BigDecimal(minersAndShares[i + 1])));
        }
        return new PayoutTerms(terms);
    }
}
