package io.aitbc.agent.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.hub.Reply;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The demo tenants at the coordinator, and what they owe. */
final class Accounts {

    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
    private static final int HOURS_BACK = 24 * 15;

    private Accounts() {}

    /** Makes the tenants; those that exist are fine. */
    static boolean open(Operator coordinator) throws InterruptedException {
        boolean all = true;
        for (DemoTenant tenant : DemoTenant.ALL) {
            Reply reply = coordinator.insist(
                    "/api/tenants",
                    Map.of(
                            "tenant_id", tenant.tenantId(),
                            "name", tenant.name(),
                            "currency", "USD",
                            "timezone", "UTC",
                            "billing_email", tenant.billingEmail()));
            if (reply instanceof Reply.Refused refused && refused.status() != 409) {
                LOG.error("The demo tenant {} could not be created: {}", tenant.tenantId(), refused.detail());
                all = false;
            }
        }
        return all;
    }

    /** Has the hub send what is due, and asks for this month's drafts. */
    static void settle(Operator hub, Instant now) throws InterruptedException {
        note("usage sync", hub.ask("/sla/billing/sync", Map.of("hours_back", HOURS_BACK)));
        ZonedDateTime month = now.atZone(ZoneOffset.UTC).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
        for (DemoTenant tenant : DemoTenant.ALL) {
            Reply reply = hub.ask(
                    "/sla/billing/invoice/generate",
                    Map.of(
                            "tenant_id", tenant.tenantId(),
                            "period_start", month.toInstant(),
                            "period_end", month.plusMonths(1).toInstant()));
            if (reply instanceof Reply.Accepted accepted) {
                JsonNode draft = accepted.body();
                LOG.info(
                        "Draft invoice of {}: {} {}.",
                        tenant.tenantId(),
                        draft.path("total").asText("?"),
                        draft.path("currency").asText(""));
            } else {
                note("draft invoice of " + tenant.tenantId(), reply);
            }
        }
    }

    private static void note(String what, Reply reply) {
        if (reply instanceof Reply.Accepted accepted) {
            LOG.info("{}: {}", what, accepted.body());
        } else if (reply instanceof Reply.Refused refused) {
            LOG.warn("{} was refused: {}", what, refused.detail());
        } else if (reply instanceof Reply.Unavailable unavailable) {
            LOG.warn("{} did not work out: {}", what, unavailable.why());
        }
    }
}
