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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
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
    private static final String OVER = "over";
    private static final int MOST_WRITERS = 32;
    private static final Duration LONGEST = Duration.ofHours(1);

    private final OverviewSource source;
    private final ITemplateEngine templates;
    private final PageModel pages;
    private final Sessions sessions;
    private final KeyRing keys;
    private final ConsoleSettings settings;
    private final Map<SseEmitter, Stream> streams = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor writers;
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
        // Writing waits for the browser. What waits for a writer is one event of each stream at most.
        int most = Math.min(settings.mostStreams(), MOST_WRITERS);
        this.writers = new ThreadPoolExecutor(
                most,
                most,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                new CustomizableThreadFactory("overview-"));
        writers.allowCoreThreadTimeOut(true);
    }

    /**
     * A stream for a session.
     *
     * @param value of its cookie
     * @throws Problem 429 when there are as many as there may be
     */
    SseEmitter open(String value) {
        if (closed || streams.size() >= settings.mostStreams()) {
            throw Problem.tooMany(
                    "too-many-streams",
                    "As many pages as may are kept up to date already; reload this one by hand.",
                    Duration.ofMinutes(1));
        }
        SseEmitter stream = new SseEmitter(LONGEST.toMillis());
        stream.onCompletion(() -> streams.remove(stream));
        stream.onTimeout(stream::complete);
        stream.onError(e -> streams.remove(stream));
        Stream kept = new Stream(stream, ApiKeys.sha256(value));
        streams.put(stream, kept);
        // The browser learns at once that it is connected, and when to come again.
        kept.write(SseEmitter.event().reconnectTime(5_000).comment("connected"));
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
            Map<String, String> going = sessions.keysOf(
                    streams.values().stream().map(stream -> stream.session).toList());
            going.values()
                    .removeIf(key ->
                            keys.holderOf(key).filter(SessionCallers::mayLook).isEmpty());
            String page = page();
            for (Stream stream : List.copyOf(streams.values())) {
                if (going.containsKey(stream.session)) {
                    stream.tell(new Told("page", page));
                } else {
                    streams.remove(stream.emitter);
                    stream.tell(new Told(OVER, "signed out"));
                }
            }
        } catch (DataAccessException | TransactionException e) {
            List.copyOf(streams.values()).forEach(stream -> stream.tell(new Told("away", "the database is away")));
            LOG.warn("Nobody's overview is brought up to date: {}", e.toString());
        }
    }

    private String page() {
        Context context = new Context(Locale.ENGLISH, Map.of("overview", source.now(), "show", pages.show()));
        return templates.process("console/overview-live", Set.of(), context);
    }

    private record Told(String name, String data) {}

    /** One browser. Whoever reads slowly misses what was overtaken, and holds up nobody else. */
    private final class Stream {

        private final SseEmitter emitter;
        private final String session;
        private final AtomicReference<@Nullable Told> next = new AtomicReference<>();
        private final AtomicBoolean writing = new AtomicBoolean();

        Stream(SseEmitter emitter, String session) {
            this.emitter = emitter;
            this.session = session;
        }

        void tell(Told told) {
            next.set(told);
            if (!closed && writing.compareAndSet(false, true)) {
                writers.execute(this::write);
            }
        }

        private void write() {
            Told told = next.getAndSet(null);
            if (told != null) {
                write(SseEmitter.event().name(told.name()).data(told.data(), MediaType.TEXT_PLAIN));
                if (told.name().equals(OVER)) {
                    emitter.complete();
                }
            }
            writing.set(false);
            if (next.get() != null && !closed && writing.compareAndSet(false, true)) {
                writers.execute(this::write);
            }
        }

        private void write(SseEmitter.SseEventBuilder event) {
            try {
                emitter.send(event);
            } catch (IOException | IllegalStateException e) {
                streams.remove(emitter);
                LOG.debug("A browser has gone: {}", e.toString());
            }
        }
    }

    /** An open stream would hold up the service's end. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closed = true;
        writers.shutdownNow();
        List.copyOf(streams.keySet()).forEach(SseEmitter::complete);
    }
}
