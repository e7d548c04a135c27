package io.aitbc.poolhub.telemetry;

import io.aitbc.gpu.telemetry.DcgmExporter;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.TelemetrySource;
import io.aitbc.gpu.telemetry.TelemetryUnavailable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads dcgm-exporters that this hub can reach, for miners that do not send telemetry themselves; one replica at a time. */
@Component
class ExporterScrape {

    private static final Logger LOG = LoggerFactory.getLogger(ExporterScrape.class);
    private static final Duration DEADLINE = Duration.ofSeconds(4);

    private final Map<String, TelemetrySource> exporters = new TreeMap<>();
    private final Set<String> away = new HashSet<>();
    private final TelemetryLedger ledger;
    private final TransactionTemplate transactions;

    ExporterScrape(
            @Value("${gpu.dcgm-exporters:}") String exporters,
            TelemetryLedger ledger,
            TransactionTemplate transactions,
            Clock clock) {
        this.ledger = ledger;
        this.transactions = transactions;
        for (String pair : exporters.split(",")) {
            if (!pair.isBlank()) {
                String[] parts = pair.strip().split("=", 2);
                if (parts.length < 2 || parts[0].isBlank()) {
                    throw new IllegalArgumentException(
                            "GPU_DCGM_EXPORTERS must be miner=http://host:9400/metrics,…, was " + exporters);
                }
                this.exporters.put(parts[0].strip(), new DcgmExporter(URI.create(parts[1].strip()), DEADLINE, clock));
            }
        }
    }

    @Scheduled(fixedDelayString = "PT30S", initialDelayString = "PT5S")
    @SchedulerLock(name = "gpu-exporters", lockAtMostFor = "PT10M")
    public void scrape() {
        exporters.forEach((minerId, exporter) -> {
            try {
                List<GpuSample> samples = exporter.read();
                transactions.executeWithoutResult(
                        status -> ledger.write(List.of(new Telemetry(minerId, samples, List.of(), List.of()))));
                if (away.remove(minerId)) {
                    LOG.info("The dcgm-exporter of {} answers again.", minerId);
                }
            } catch (TelemetryUnavailable e) {
                if (away.add(minerId)) {
                    LOG.warn("No telemetry of {}: {}", minerId, e.getMessage());
                }
            }
        });
    }
}
