package io.aitbc.coordinator.usage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request's events after the rules were asked, and before the database was.
 *
 * @param items in the order of the request
 * @param firsts of each key, the first event that keeps the rules: the one that counts if the key is new
 */
record Intake(List<Item> items, Map<UUID, UsageEvent> firsts) {

    /**
     * One event of the request.
     *
     * @param event null when it broke a rule
     * @param broken the rule, else null
     */
    record Item(
            EventDraft draft,
            @Nullable String eventId,
            @Nullable UsageEvent event,
            @Nullable Rejection broken) {}

    static Intake judge(List<EventDraft> drafts, EventRules rules, FallbackId fallbackId) {
        EventIdentity identity = new EventIdentity();
        List<Item> items = new ArrayList<>(drafts.size());
        Map<UUID, UsageEvent> firsts = new LinkedHashMap<>(drafts.size() * 2);
        for (EventDraft draft : drafts) {
            String eventId = draft.eventId == null ? fallbackId.at(draft.index) : draft.eventId;
            Rejection broken = rules.broken(draft);
            if (broken == null && eventId == null) {
                broken = new Rejection(
                        RejectionCode.NO_EVENT_ID, "event_id is missing, and there is no Idempotency-Key header.");
            }
            if (broken != null || eventId == null) {
                items.add(new Item(draft, eventId, null, broken));
                continue;
            }
            UsageEvent event = rules.event(draft, eventId, identity);
            firsts.putIfAbsent(event.key(), event);
            items.add(new Item(draft, eventId, event, null));
        }
        return new Intake(items, firsts);
    }
}
