package io.aitbc.monitoring.proxy;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Which exporters may be reached, and under which names. */
@Service
class ExporterRegistry {

    /** The service whose metrics this service makes itself, of the chain nodes that it watches. */
    private static final String OWN = "chain";

    private static final int MOST = 10_000;

    /** What became of a registration. */
    record Kept(Exporter exporter, boolean isNew) {}

    private final Exporters exporters;
    private final ProxySettings settings;
    private final AuditLog audit;
    private final Clock clock;

    ExporterRegistry(Exporters exporters, ProxySettings settings, AuditLog audit, Clock clock) {
        this.exporters = exporters;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Kept put(Caller caller, String service, String jobId, @Nullable String url) {
        String fault = url == null ? "must be given." : ExporterUrl.faultOf(url);
        if (url == null || fault != null) {
            throw Problem.unprocessable("invalid-request", "url " + fault);
        }
        if (service.equals(OWN)) {
            throw Problem.unprocessable(
                    "service-reserved", "/metrics/chain shows the nodes of CHAIN_NODES; register under another name.");
        }
        exporters.lock();
        Exporter before = exporters.find(service, jobId).orElse(null);
        if (before != null && before.url().equals(url)) {
            return new Kept(before, false);
        }
        if (before == null && exporters.count() >= MOST) {
            throw Problem.conflict(
                    "exporters-full", "There are " + MOST + " exporters already; DELETE those whose jobs are over.");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Exporter after = new Exporter(service, jobId, url, before == null ? now : before.registeredAt(), now);
        exporters.put(after);
        audit.record(caller, "exporter.put", service + "/" + jobId, before, after);
        return new Kept(after, before == null);
    }

    @Transactional
    public void delete(Caller caller, String service, String jobId) {
        exporters.lock();
        Exporter before = exporters
                .find(service, jobId)
                .orElseThrow(() -> Problem.notFound(
                        "exporter-not-found",
                        "No exporter is registered under these names; GET /api/v1/exporters lists all."));
        exporters.delete(service, jobId);
        audit.record(caller, "exporter.delete", service + "/" + jobId, before, null);
    }

    Page<Exporter> page(@Nullable String cursor, int limit) {
        return exporters.page(cursor, limit);
    }

    /** Where the exporter of a job answers; empty when nobody may say. */
    Optional<URI> addressOf(String service, String jobId) {
        return exporters
                .find(service, jobId)
                .map(exporter -> URI.create(exporter.url()))
                .or(() -> settings.elsewhere(service, jobId));
    }
}
