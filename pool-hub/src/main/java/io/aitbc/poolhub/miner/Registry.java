package io.aitbc.poolhub.miner;

import io.aitbc.poolhub.miner.StateIntervals.Transition;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Who belongs to the pool: registration, approval, change and removal of miners. */
@Service
class Registry {

    /** What registration answers; the key only when the hub drew it. */
    record Registered(
            String minerId, Enrollment status, @Nullable String apiKey, boolean isNew, String keyHash) {}

    private final Miners miners;
    private final MinerStatusRows status;
    private final StateIntervals intervals;
    private final AuditLog audit;
    private final MinerSettings settings;
    private final Clock clock;

    Registry(
            Miners miners,
            MinerStatusRows status,
            StateIntervals intervals,
            AuditLog audit,
            MinerSettings settings,
            Clock clock) {
        this.miners = miners;
        this.status = status;
        this.intervals = intervals;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Registers a miner, or takes over what a known one says of itself now.
     *
     * @param presentedHash of the key that the call came with, valid or not
     */
    @Transactional
    public Registered register(
            @Nullable Caller caller, @Nullable String presentedHash, String minerId, RegisterRequest request) {
        status.lockId(minerId);
        Miner known = miners.findForChange(minerId).orElse(null);
        return known == null ? enrol(caller, minerId, request) : again(caller, presentedHash, known, request);
    }

    private Registered enrol(@Nullable Caller caller, String minerId, RegisterRequest request) {
        boolean trusted = caller != null && caller.is(Role.ENROLLMENT, Role.OPERATOR);
        if (!trusted && caller != null && caller.is(Role.MINER)) {
            throw Problem.forbidden("not-your-miner", "This key belongs to another miner.");
        }
        if (!trusted && !settings.openEnrollment()) {
            throw caller == null
                    ? Problem.unauthorized("Registering needs the enrolment token, as 'Authorization: Bearer TOKEN'.")
                    : Problem.forbidden("role-not-allowed", "Registering needs the enrolment token.");
        }
        String key = request.apiKey() == null ? ApiKeys.generate("miner") : request.apiKey();
        String hash = untaken(ApiKeys.sha256(key));
        Instant now = clock.instant();
        Enrollment enrollment = trusted || settings.autoApprove() ? Enrollment.APPROVED : Enrollment.PENDING;
        Miner miner = new Miner(minerId, hash, enrollment, now);
        miner.describe(request.described(), now);
        miners.saveAndFlush(miner);
        status.add(minerId);
        if (enrollment == Enrollment.APPROVED) {
            admit(minerId, now);
        }
        Caller by = caller == null ? new Caller("open-enrollment", Role.ENROLLMENT, null) : caller;
        audit.record(by, "miner.register", minerId, null, Map.of("enrollment", enrollment));
        return new Registered(minerId, enrollment, request.apiKey() == null ? key : null, true, hash);
    }

    private Registered again(
            @Nullable Caller caller, @Nullable String presentedHash, Miner miner, RegisterRequest request) {
        // By the key itself, not by the caller: a removed miner's key makes no caller, and caches lag behind.
        boolean ownKey = miner.apiKeyHash.equals(presentedHash);
        boolean sameKey =
                request.apiKey() != null && ApiKeys.sha256(request.apiKey()).equals(miner.apiKeyHash);
        boolean operator = caller != null && caller.is(Role.OPERATOR);
        if (!ownKey && !sameKey && !operator) {
            throw Problem.forbidden(
                    "not-your-miner",
                    "The miner " + miner.minerId + " is registered; only its own key may register it again.");
        }
        Instant now = clock.instant();
        Enrollment before = miner.enrollment;
        miner.describe(request.described(), now);
        String hash = miner.apiKeyHash;
        if ((ownKey || operator) && request.apiKey() != null && !sameKey) {
            miner.apiKeyHash = untaken(ApiKeys.sha256(request.apiKey()));
        }
        if (before == Enrollment.REMOVED) {
            miner.enrollment = operator || settings.autoApprove() ? Enrollment.APPROVED : Enrollment.PENDING;
            if (miner.enrollment == Enrollment.APPROVED) {
                admit(miner.minerId, now);
            }
        }
        Caller by = caller == null ? Caller.miner(miner.minerId) : caller;
        audit.record(
                by,
                "miner.register",
                miner.minerId,
                Map.of("enrollment", before),
                Map.of("enrollment", miner.enrollment));
        return new Registered(miner.minerId, miner.enrollment, null, false, hash);
    }

    /** Lets a waiting miner in. */
    @Transactional
    public void approve(Caller caller, String minerId) {
        Miner miner = get(minerId);
        if (miner.enrollment == Enrollment.REMOVED) {
            throw Problem.conflict("miner-removed", "The miner was removed; it has to register again.");
        }
        Enrollment before = miner.enrollment;
        if (before != Enrollment.APPROVED) {
            Instant now = clock.instant();
            miner.enroll(Enrollment.APPROVED, now);
            if (before == Enrollment.PENDING) {
                admit(minerId, now);
            }
            audit.record(
                    caller, "miner.approve", minerId, Map.of("enrollment", before), Map.of("enrollment", "APPROVED"));
        }
    }

    /** Changes what is said of a miner. */
    @Transactional
    public void change(Caller caller, String minerId, MinerDescription said) {
        Miner miner = get(minerId);
        miner.describe(said, clock.instant());
        audit.record(caller, "miner.change", minerId, null, said);
    }

    /**
     * Removes a miner, or lets it finish its work first.
     *
     * @return its enrolment now: DRAINING while it works, else REMOVED
     */
    @Transactional
    public Enrollment remove(Caller caller, String minerId) {
        Miner miner = get(minerId);
        Enrollment before = miner.enrollment;
        if (before == Enrollment.REMOVED) {
            return before;
        }
        Instant now = clock.instant();
        miner.enroll(status.isWorking(minerId, now) ? Enrollment.DRAINING : Enrollment.REMOVED, now);
        if (miner.enrollment == Enrollment.REMOVED) {
            status.set(minerId, MinerState.NOT_ENROLLED, null);
            intervals.enter(List.of(new Transition(minerId, MinerState.NOT_ENROLLED, now, null)));
        }
        audit.record(
                caller, "miner.remove", minerId, Map.of("enrollment", before), Map.of("enrollment", miner.enrollment));
        return miner.enrollment;
    }

    /** Removes a miner that has drained, unless somebody wants it back by now. */
    @Transactional
    public void letGo(String minerId) {
        if (get(minerId).enrollment == Enrollment.DRAINING) {
            remove(Caller.system(), minerId);
        }
    }

    private String untaken(String keyHash) {
        if (miners.existsByApiKeyHash(keyHash)) {
            throw Problem.conflict("key-taken", "Choose another api_key; this one is in use.");
        }
        return keyHash;
    }

    /** From now on silence counts: UNKNOWN until the first heartbeat, DOWN when none comes within the grace period. */
    private void admit(String minerId, Instant now) {
        status.set(minerId, MinerState.UNKNOWN, now.plus(settings.grace()));
        intervals.enter(List.of(new Transition(minerId, MinerState.UNKNOWN, now, null)));
    }

    private Miner get(String minerId) {
        return miners.findForChange(minerId).orElseThrow(() -> unknown(minerId));
    }

    static Problem unknown(String minerId) {
        return Problem.notFound("unknown-miner", "There is no miner " + minerId + " here.");
    }
}
