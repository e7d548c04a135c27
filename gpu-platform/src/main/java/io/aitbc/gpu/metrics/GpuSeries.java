package io.aitbc.gpu.metrics;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Makes the series of a fleet. What a GPU does not say has no series; counters are the GPU's own and start again when it
 * does, as Prometheus expects of counters.
 */
public final class GpuSeries {

    private record Gauge(String name, String help, ToDoubleFunction<GpuSample> value) {}

    private record Counter(String name, String help, Signal signal, double scale) {}

    private static final List<Gauge> GAUGES = List.of(
            new Gauge("gpu_temperature_celsius", "Temperature of the GPU", of(Signal.TEMPERATURE)),
            new Gauge("gpu_memory_temperature_celsius", "Temperature of its memory", of(Signal.MEMORY_TEMPERATURE)),
            new Gauge("gpu_power_watts", "Power draw", of(Signal.POWER)),
            new Gauge("gpu_power_limit_watts", "Power limit that is enforced", of(Signal.POWER_LIMIT)),
            new Gauge("gpu_utilization_percent", "Share of time in which a kernel ran", of(Signal.UTILIZATION)),
            new Gauge("gpu_memory_used_mb", "Memory in use, MiB", of(Signal.MEMORY_USED)),
            new Gauge("gpu_memory_total_mb", "Memory in all, MiB", of(Signal.MEMORY_TOTAL)),
            new Gauge("gpu_sm_clock_mhz", "Clock of the multiprocessors", of(Signal.SM_CLOCK)));

    private static final List<Counter> COUNTERS = List.of(
            new Counter("gpu_ecc_errors_correctable", "Corrected memory errors", Signal.ECC_CORRECTED, 1),
            new Counter("gpu_ecc_errors_uncorrectable", "Uncorrected memory errors", Signal.ECC_UNCORRECTED, 1),
            new Counter("gpu_pcie_replays", "PCIe retries", Signal.PCIE_REPLAYS, 1),
            new Counter("gpu_nvlink_errors", "Errors of all NVLinks", Signal.NVLINK_ERRORS, 1),
            new Counter("gpu_energy_joules", "Energy used since the driver was loaded", Signal.ENERGY, 0.001));

    private GpuSeries() {}

    private static ToDoubleFunction<GpuSample> of(Signal signal) {
        return sample -> sample.value(signal);
    }

    /** All series of a fleet. */
    public static List<MetricSnapshot> of(Collection<GpuReading> fleet) {
        List<Labels> labels = new ArrayList<>(fleet.size());
        fleet.forEach(gpu -> labels.add(labels(gpu)));
        List<MetricSnapshot> all = new ArrayList<>();
        for (Gauge gauge : GAUGES) {
            all.add(gauge(fleet, labels, gauge));
        }
        for (Counter counter : COUNTERS) {
            all.add(counter(fleet, labels, counter));
        }
        all.add(states(fleet, labels));
        all.add(throttling(fleet, labels));
        all.add(expected(
                fleet,
                labels,
                "gpu_board_power_watts",
                "Rated power of the board by the profile of its model; none for unknown models",
                GpuReading::boardPowerWatts));
        all.add(expected(
                fleet,
                labels,
                "gpu_last_sample_timestamp_seconds",
                "When it last said anything, as seconds since 1970",
                GpuSeries::lastSample));
        all.add(expected(
                fleet,
                labels,
                "gpu_failure_risk_ratio",
                "Probability that it gets critical within half an hour, or fails by its memory",
                GpuReading::failureRisk));
        all.add(expected(
                fleet,
                labels,
                "gpu_time_to_critical_seconds",
                "Likely time until it is critical, for GPUs that are on their way there",
                GpuReading::secondsToCritical));
        // The specified name ends as only counters may: it is typed as one, and a gauge stands beside it.
        all.add(CounterSnapshot.builder()
                .name("cluster_gpus")
                .help("GPUs of the pool; a count of things, whatever its type")
                .dataPoint(
                        CounterDataPointSnapshot.builder().value(fleet.size()).build())
                .build());
        all.add(single("cluster_gpu_capacity", "GPUs of the pool", fleet.size()));
        all.add(single("cluster_gpus_available", "GPUs that may get any work", count(fleet, GpuState::isSellable)));
        all.add(single(
                "cluster_gpus_allocated",
                "GPUs that jobs have",
                fleet.stream().filter(GpuReading::allocated).count()));
        all.add(single(
                "cluster_gpu_headroom",
                "GPUs that may get any work and have none",
                fleet.stream()
                        .filter(gpu -> gpu.state().isSellable() && !gpu.allocated())
                        .count()));
        all.add(single(
                "cluster_gpus_unhealthy",
                "GPUs that may not get any work",
                count(fleet, state -> !state.isSellable())));
        return all;
    }

    private static double lastSample(GpuReading gpu) {
        Instant at = gpu.lastSampleAt();
        return at == null ? Double.NaN : at.getEpochSecond();
    }

    private static long count(Collection<GpuReading> fleet, Predicate<GpuState> wanted) {
        return fleet.stream().map(GpuReading::state).filter(wanted).count();
    }

    private static Labels labels(GpuReading gpu) {
        return Labels.of(
                "gpu",
                gpu.index() == null ? "" : gpu.index().toString(),
                "uuid",
                gpu.uuid(),
                "miner_id",
                gpu.minerId(),
                "model",
                gpu.model() == null ? "" : gpu.model());
    }

    private static GaugeSnapshot expected(
            Collection<GpuReading> fleet,
            List<Labels> labels,
            String name,
            String help,
            ToDoubleFunction<GpuReading> value) {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder().name(name).help(help);
        int i = 0;
        for (GpuReading gpu : fleet) {
            double now = value.applyAsDouble(gpu);
            if (!Double.isNaN(now)) {
                snapshot.dataPoint(new GaugeDataPointSnapshot(now, labels.get(i), null));
            }
            i++;
        }
        return snapshot.build();
    }

    private static GaugeSnapshot gauge(Collection<GpuReading> fleet, List<Labels> labels, Gauge gauge) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(gauge.name()).help(gauge.help());
        int i = 0;
        for (GpuReading gpu : fleet) {
            GpuSample sample = gpu.sample();
            double value = sample == null ? Double.NaN : gauge.value().applyAsDouble(sample);
            if (!Double.isNaN(value)) {
                snapshot.dataPoint(new GaugeDataPointSnapshot(value, labels.get(i), null));
            }
            i++;
        }
        return snapshot.build();
    }

    private static CounterSnapshot counter(Collection<GpuReading> fleet, List<Labels> labels, Counter counter) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name(counter.name()).help(counter.help());
        int i = 0;
        for (GpuReading gpu : fleet) {
            GpuSample sample = gpu.sample();
            if (sample != null && sample.has(counter.signal())) {
                snapshot.dataPoint(CounterDataPointSnapshot.builder()
                        .value(sample.value(counter.signal()) * counter.scale())
                        .labels(labels.get(i))
                        .build());
            }
            i++;
        }
        return snapshot.build();
    }

    /** One series per GPU and state, 1 for the one that it is in: so that states can be counted over time. */
    private static GaugeSnapshot states(Collection<GpuReading> fleet, List<Labels> labels) {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder()
                .name("gpu_state")
                .help("1 for the state that the GPU is in; the label says which");
        int i = 0;
        for (GpuReading gpu : fleet) {
            Labels state = labels.get(i++).add("state", gpu.state().name().toLowerCase(Locale.ROOT));
            snapshot.dataPoint(new GaugeDataPointSnapshot(1, state, null));
        }
        return snapshot.build();
    }

    /** One series per GPU and reason that holds its clocks down now, of those that mean trouble. */
    private static GaugeSnapshot throttling(Collection<GpuReading> fleet, List<Labels> labels) {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder()
                .name("gpu_throttle_active")
                .help("1 while the clocks are held down for a reason that means trouble; the label says which");
        int i = 0;
        for (GpuReading gpu : fleet) {
            Labels own = labels.get(i++);
            GpuSample sample = gpu.sample();
            Set<ThrottleReason> reasons =
                    sample == null ? Set.of() : sample.throttleReasons().orElse(Set.of());
            for (ThrottleReason reason : reasons) {
                if (reason.isTrouble()) {
                    snapshot.dataPoint(new GaugeDataPointSnapshot(1, own.add("reason", reason.wireName()), null));
                }
            }
        }
        return snapshot.build();
    }

    private static GaugeSnapshot single(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(new GaugeDataPointSnapshot(value, Labels.EMPTY, null))
                .build();
    }
}
