package io.aitbc.coordinator.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Carries messages to webhooks. The delivery's id goes along, so that a receiver knows one that comes twice. */
final class HookCourier implements Courier {

    static final String ID_HEADER = "X-Delivery-Id";

    private final HookClient client;
    private final ObjectMapper json;
    private final Clock clock;

    HookCourier(HookClient client, ObjectMapper json, Clock clock) {
        this.client = client;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public Outcome deliver(Letter letter, String target) {
        byte[] body = body(letter);
        Map<String, String> headers = new HashMap<>();
        headers.put(ID_HEADER, letter.deliveryId().toString());
        if (letter.channel() == Channel.WEBHOOK) {
            if (letter.secret() == null) {
                return new Outcome.Refused("Its route has no secret to sign it with.");
            }
            headers.put(Signature.HEADER, Signature.of(letter.secret(), clock.instant(), body));
        }
        return client.post(target, body, headers);
    }

    private byte[] body(Letter letter) {
        Notification notification = letter.notification();
        Map<String, Object> payload = switch (letter.channel()) {
            case SLACK -> Payload.slack(notification);
            case DISCORD -> Payload.discord(notification);
            case WEBHOOK -> Payload.plainJson(notification, letter.deliveryId());
            case EMAIL -> throw new IllegalArgumentException("an e-mail is no webhook");
        };
        try {
            return json.writeValueAsBytes(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message cannot be written as JSON", e);
        }
    }
}
