package io.aitbc.coordinator.capacity;

import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.capacity.SnapshotRow;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes what pools say of themselves; each row is good or bad for itself, and the same row twice is one row. */
@Service
class SnapshotIntake {

    /**
     * A row that was not taken.
     *
     * @param later whether the same row may be taken when it is sent again later
     */
    record Refused(int index, @Nullable UUID id, String detail, boolean later) {}

    /** What came of a call. */
    record Report(int accepted, int duplicates, List<Refused> rejected) {}

    private final PoolSnapshots snapshots;
    private final AuditLog audit;
    private final Clock clock;

    SnapshotIntake(PoolSnapshots snapshots, AuditLog audit, Clock clock) {
        this.snapshots = snapshots;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Report take(Caller caller, String poolId, List<SnapshotRow> rows) {
        Instant now = clock.instant();
        Map<UUID, CapacitySnapshot> good = new LinkedHashMap<>();
        List<Refused> refused = new ArrayList<>();
        for (int index = 0; index < rows.size(); index++) {
            SnapshotRow row = rows.get(index);
            String fault = row.fault(now);
            if (fault == null) {
                CapacitySnapshot snapshot = row.snapshot(Map.of());
                good.putIfAbsent(snapshot.id(), snapshot);
            } else {
                refused.add(new Refused(index, row.id(), fault, row.isAhead(now)));
            }
        }
        int accepted = snapshots.store(poolId, good.values());
        Report report = new Report(accepted, rows.size() - refused.size() - accepted, refused);
        if (accepted + refused.size() > 0) {
            audit.record(
                    caller,
                    "capacity.take",
                    poolId,
                    null,
                    Map.of("accepted", accepted, "duplicates", report.duplicates(), "rejected", refused.size()));
        }
        return report;
    }
}
