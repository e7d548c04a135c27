package io.aitbc.poolhub.console;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.KeyRing;
import io.aitbc.service.web.Problem;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Lets people in who have an operator's or a viewer's key, and out again. */
@Service
class SignIn {

    private static final int LONGEST_KEY = 512;

    private final Sessions sessions;
    private final KeyRing keys;
    private final AuditLog audit;
    private final ConsoleSettings settings;
    private final Cache<String, Bucket> mistakes = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    SignIn(Sessions sessions, KeyRing keys, AuditLog audit, ConsoleSettings settings) {
        this.sessions = sessions;
        this.keys = keys;
        this.audit = audit;
        this.settings = settings;
    }

    /**
     * Begins a session and ends the one before it.
     *
     * @param address whose mistakes are counted
     * @param former the cookie's value so far; never goes on after signing in
     * @return the cookie's new value; empty when the key is nobody's who may look
     * @throws Problem 429 after too many mistakes
     */
    @Transactional
    public Optional<String> begin(String key, String address, @Nullable String former) {
        Bucket left = mistakes.get(address, a -> newBucket());
        if (!left.tryConsume(1)) {
            throw Problem.tooMany(
                    "too-many-mistakes",
                    "Too many wrong keys came from your address. Wait a minute, then sign in.",
                    Duration.ofMinutes(1));
        }
        String secret = key.strip();
        String hash = ApiKeys.sha256(secret);
        Optional<Caller> holder = secret.isEmpty() || secret.length() > LONGEST_KEY
                ? Optional.empty()
                : keys.holderOf(hash).filter(SessionCallers::mayLook);
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        left.addTokens(1);
        if (former != null) {
            sessions.end(former);
        }
        String value = SessionCookie.fresh();
        sessions.begin(value, hash);
        audit.record(holder.get(), "console.sign-in", address, null, null);
        return Optional.of(value);
    }

    @Transactional
    public void end(Caller caller, String value, String address) {
        sessions.end(value);
        audit.record(caller, "console.sign-out", address, null, null);
    }

    private Bucket newBucket() {
        int most = settings.signInAttempts();
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(most).refillGreedy(most, Duration.ofMinutes(1)))
                .build();
    }
}
