package io.aitbc.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.agent.gpu.Order;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Invented GPUs have bodies, and troubles that come when they should. */
class SimulatedGpusTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void energyIsTheIntegralOfPower() {
        SimulatedGpu gpu = gpu();
        double joules = 0;
        Instant now = START;
        for (int i = 0; i < 500; i++) {
            now = now.plusSeconds(7);
            gpu.live(now, i % 90 < 45 ? 1 : 0);
            joules += 7 * watts(gpu);
        }
        assertThat(gpu.joules()).isBetween(joules * 0.99, joules * 1.01);
    }

    @Test
    void temperatureFollowsLoadAndSettles() {
        SimulatedGpu gpu = gpu();
        double cold = gpu.celsius();
        gpu.live(START.plusSeconds(180), 1);
        double afterOneLag = gpu.celsius();
        gpu.live(START.plusSeconds(7_200), 1);
        double settled = gpu.celsius();
        assertThat(settled).isBetween(57.0, 71.0);
        assertThat((afterOneLag - cold) / (settled - cold)).isBetween(0.62, 0.65);
        gpu.live(START.plusSeconds(14_400), 1);
        assertThat(gpu.celsius()).isEqualTo(settled);
    }

    @Test
    void theSameSeedMakesTheSameGpus() {
        assertThat(run(1, 3)).isEqualTo(run(1, 3));
        assertThat(run(1, 3)).isNotEqualTo(run(2, 3));
    }

    @Test
    void oneGpuRunsHotWithinTenMinutesAndCoolsDownWhenThrottled() {
        SimulatedMiner miner = SimulatedMiner.of(1, 3);
        SimulatedGpus gpus = new SimulatedGpus(1, miner, START);
        Instant now = START;
        while (celsius(gpus.reports(now, Set.of())) <= 86 && now.isBefore(START.plus(Duration.ofMinutes(15)))) {
            now = now.plusSeconds(30);
        }
        assertThat(Duration.between(START, now)).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(12));
        String uuid = String.valueOf(gpus.reports(now, Set.of()).get(0).get("uuid"));
        assertThat(gpus.obey(new Order("c", "throttle", uuid, null, null, (int) (miner.gpu().boardWatts * 0.7)))
                        .outcome())
                .isEqualTo("done");
        assertThat(celsius(gpus.reports(now.plus(Duration.ofMinutes(15)), Set.of())))
                .isLessThan(86);
        assertThat(gpus.obey(new Order("c", "throttle", "GPU-none", null, null, 1))
                        .outcome())
                .isEqualTo("refused");
    }

    @Test
    void eachTroubleComesOnceARound() {
        List<Object> xids = new ArrayList<>();
        SimulatedGpus gpus = new SimulatedGpus(1, SimulatedMiner.of(1, 12), START);
        for (int second = 0; second < 2 * SimulatedGpus.ROUND.toSeconds(); second += 30) {
            Object told =
                    gpus.reports(START.plusSeconds(second), Set.of()).get(0).get("xids");
            if (told != null) {
                xids.add(told);
            }
        }
        assertThat(xids).hasSize(2);
        assertThat(xids.get(0).toString()).contains("xid=79");
        SimulatedGpus silent = new SimulatedGpus(1, SimulatedMiner.of(1, 13), START);
        assertThat(silent.reports(START.plusSeconds(60), Set.of())).isNotEmpty();
        assertThat(silent.reports(START.plusSeconds(300), Set.of())).isEmpty();
        assertThat(silent.reports(START.plusSeconds(900), Set.of())).isNotEmpty();
    }

    private static double celsius(List<Map<String, Object>> reports) {
        return (Double) reports.get(0).getOrDefault("temperature_celsius", Double.NaN);
    }

    private static double watts(SimulatedGpu gpu) {
        GpuSample sample = gpu.sample(1, false);
        return sample.value(Signal.POWER);
    }

    private static String run(long seed, int number) {
        SimulatedGpus gpus = new SimulatedGpus(seed, SimulatedMiner.of(seed, number), START);
        StringBuilder all = new StringBuilder();
        for (int second = 0; second < 600; second += 30) {
            all.append(gpus.reports(START.plusSeconds(second), Set.of(0)));
        }
        return all.toString();
    }

    private static SimulatedGpu gpu() {
        return new SimulatedGpu(1, SimulatedMiner.of(1, 1), 0, START);
    }
}
