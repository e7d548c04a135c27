package io.aitbc.poolhub.telemetry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.aitbc.poolhub.RunningHub;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** A hub that reads a dcgm-exporter itself. */
class ExporterScrapeTest extends RunningHub {

    @Autowired
    private TelemetryLedger ledger;

    @Autowired
    private TransactionTemplate transactions;

    @Test
    void whatAnExporterSaysIsItsMinersTelemetry() {
        COORDINATOR.stubFor(
                WireMock.get(urlEqualTo("/metrics")).willReturn(aResponse().withBody("""
                # TYPE DCGM_FI_DEV_GPU_TEMP gauge
                DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1",modelName="NVIDIA H100 80GB HBM3",Hostname="n1"} 61
                # TYPE DCGM_FI_DEV_POWER_USAGE gauge
                DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-1",modelName="NVIDIA H100 80GB HBM3",Hostname="n1"} 350.5
                """)));
        scrape("m-1=" + COORDINATOR.baseUrl() + "/metrics").scrape();
        assertThat(jdbc.sql("SELECT temperature_celsius FROM gpu_samples WHERE miner_id = 'm-1' AND gpu_uuid = 'GPU-1'")
                        .query(Double.class)
                        .single())
                .isEqualTo(61);
    }

    @Test
    void anExporterThatIsAwayIsNoData() {
        COORDINATOR.stubFor(
                WireMock.get(urlEqualTo("/metrics")).willReturn(aResponse().withStatus(500)));
        ExporterScrape scrape = scrape(" m-1=" + COORDINATOR.baseUrl() + "/metrics , ");
        scrape.scrape();
        scrape.scrape();
        assertThat(jdbc.sql("SELECT count(*) FROM gpu_samples")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void nonsenseStopsTheStart() {
        assertThatThrownBy(() -> scrape("http://host:9400"))
                .hasMessageStartingWith("GPU_DCGM_EXPORTERS must be miner=http://host:9400/metrics");
    }

    private ExporterScrape scrape(String exporters) {
        return new ExporterScrape(exporters, ledger, transactions, clock);
    }
}
