package io.aitbc.poolhub.console;

import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.KeyRing;
import io.aitbc.service.web.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * Sends the overview's moving part to every browser that shows it. It is computed and written out once for all of them, not at all
 * while nobody looks, and only as long as their sessions go on.
 */
@Component
class OverviewStreams {

    private static final Logger LOG = LoggerFactory.getLogger(OverviewStreams.class);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final OverviewSource source;
    private final ITemplateEngine templates;
    private final PageModel pages;
    private final Sessions sessions;
    private final KeyRing keys;
    private final ConsoleSettings settings;
    private final Map<SseEmitter, String> streams = new ConcurrentHashMap<>();
    private volatile boolean closed;

    OverviewStreams(
            OverviewSource source,
            ITemplateEngine templates,
            PageModel pages,
            Sessions sessions,
            KeyRing keys,
            ConsoleSettings settings) {
        this.source = source;
        this.templates = templates;
        this.pages = pages;
        this.sessions = sessions;
        this.keys = keys;
        this.settings = settings;
    }

    /**
     * A stream for a session.
     *
     * @param value of its cookie
     * @throws Problem 503 when there are as many as there may be
     */
    SseEmitter open(String value) {
        if (closed || streams.size() >= settings.mostStreams()) {
            throw Problem.unavailable(
                    "too-many-streams",
                    "As many pages as may are kept up to date already; reload this one by hand.",
                    Duration.ofMinutes(1));
        }
        SseEmitter stream = new SseEmitter(LONGEST.toMillis());
        stream.onCompletion(() -> streams.remove(stream));
        stream.onTimeout(stream::complete);
        stream.onError(e -> streams.remove(stream));
        streams.put(stream, ApiKeys.sha256(value));
        // The browser learns at once that it is connected, and when to come again.
        send(stream, SseEmitter.event().reconnectTime(5_000).comment("connected"));
        return stream;
    }

    /** How many are open. */
    int count() {
        return streams.size();
    }

    @Scheduled(fixedDelayString = "PT5S")
    void tell() {
        if (streams.isEmpty()) {
            return;
        }
        try {
            Map<String, String> going = sessions.keysOf(streams.values());
            going.values()
                    .removeIf(key ->
                            keys.holderOf(key).filter(SessionCallers::mayLook).isEmpty());
            String page = page();
            for (Map.Entry<SseEmitter, String> stream : List.copyOf(streams.entrySet())) {
                if (going.containsKey(stream.getValue())) {
                    send(stream.getKey(), SseEmitter.event().name("page").data(page, MediaType.TEXT_PLAIN));
                } else {
                    send(stream.getKey(), SseEmitter.event().name("over").data("signed out"));
                    streams.remove(stream.getKey());
                    stream.getKey().complete();
                }
            }
        } catch (DataAccessException e) {
            LOG.warn("Nobody's overview is brought up to date: {}", e.toString());
        }
    }

    private String page() {
        Context context = new Context(Locale.ENGLISH, Map.of("overview", source.now(), "show", pages.show()));
        return templates.process("console/overview-live", Set.of(), context);
    }

    private void send(SseEmitter stream, SseEmitter.SseEventBuilder event) {
        try {
            stream.send(event);
        } catch (IOException | IllegalStateException e) {
            streams.remove(stream);
            LOG.debug("A browser has gone: {}", e.toString());
        }
    }

    /** An open stream would hold up the service's end. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closed = true;
        List.copyOf(streams.keySet()).forEach(SseEmitter::complete);
    }
}
