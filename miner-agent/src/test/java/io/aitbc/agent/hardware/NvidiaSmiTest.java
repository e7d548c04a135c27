package io.aitbc.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaSmiTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path bin;

    @Test
    void namesAndMemoryAreReadFromItsOutput() throws Exception {
        String command = script("echo 'NVIDIA H200, 143771'; echo 'NVIDIA H200, 143771'");
        Hardware.Gpu h200 = new Hardware.Gpu("NVIDIA H200", new BigDecimal("140.4"));
        assertThat(new NvidiaSmi(command, SOON).gpus()).containsExactly(h200, h200);
    }

    @Test
    void aLineThatMakesNoSenseIsPassedOver() {
        assertThat(NvidiaSmi.parse("NVIDIA X, [N/A]\nNVIDIA GeForce RTX 4090, 24564\n\n"))
                .isEqualTo(List.of(new Hardware.Gpu("NVIDIA GeForce RTX 4090", new BigDecimal("24.0"))));
    }

    @Test
    void withoutItThereAreNoGpus() {
        assertThat(new NvidiaSmi(bin.resolve("missing").toString(), SOON).gpus())
                .isEmpty();
    }

    @Test
    void itsFailureMeansNoGpus() throws Exception {
        String command = script("echo 'NVIDIA-SMI has failed because it could not talk to the driver'; exit 9");
        assertThat(new NvidiaSmi(command, SOON).gpus()).isEmpty();
    }

    @Test
    void whenItHangsItIsKilledWithItsChildren() throws Exception {
        Path pids = bin.resolve("pids");
        String command = script("sleep 60 & echo $$ $! > " + pids + "; wait");
        assertThat(new NvidiaSmi(command, Duration.ofMillis(700)).gpus()).isEmpty();
        for (String pid : Files.readString(pids).strip().split(" ")) {
            boolean ended = ProcessHandle.of(Long.parseLong(pid))
                    .map(process -> endsSoon(process))
                    .orElse(true);
            assertThat(ended).as("process %s ended", pid).isTrue();
        }
    }

    private static boolean endsSoon(ProcessHandle process) {
        try {
            process.onExit().get(5, java.util.concurrent.TimeUnit.SECONDS);
            return true;
        } catch (Exception stillThere) {
            return false;
        }
    }

    private String script(String body) throws Exception {
        Path script = Files.writeString(bin.resolve("nvidia-smi"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }
}
