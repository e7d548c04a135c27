package io.aitbc.gpu.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sources that misbehave. */
@Timeout(30)
class SourcesTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T00:00:00Z"));
    private static final Duration SHORT = Duration.ofMillis(700);

    @TempDir
    Path folder;

    @Test
    void asksTheToolAndReadsItsAnswer() throws Exception {
        NvidiaSmi smi = smi("""
                echo "uuid, temperature.gpu"
                echo "GPU-a, 40"
                """);
        assertThat(smi.read())
                .singleElement()
                .satisfies(
                        sample -> assertThat(sample.value(Signal.TEMPERATURE)).isEqualTo(40));
    }

    @Test
    void aHungToolIsKilledWithAllThatItStarted() throws Exception {
        Path child = folder.resolve("child");
        NvidiaSmi smi = smi("sleep 600 & echo $! > " + child + "\nwait\n");
        assertThatThrownBy(smi::read)
                .isInstanceOf(TelemetryUnavailable.class)
                .hasMessageContaining("did not answer within 0 s and was killed");
        long pid = Long.parseLong(Files.readString(child).strip());
        for (int i = 0; i < 100 && isRunning(pid); i++) {
            Thread.onSpinWait();
            new ProcessBuilder("true").start().waitFor();
        }
        assertThat(isRunning(pid)).isFalse();
    }

    private static boolean isRunning(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "stat");
        return Files.exists(status) && !Files.readString(status).contains(") Z ");
    }

    @Test
    void aToolThatNeverStopsTalkingIsKilledToo() throws Exception {
        assertThatThrownBy(smi("yes 'uuid, temperature.gpu'\n")::read).isInstanceOf(TelemetryUnavailable.class);
    }

    @Test
    void aMachineWithoutGpusIsEmptyNotBroken() throws Exception {
        assertThat(smi("echo 'No devices were found'\nexit 6\n").read()).isEmpty();
    }

    @Test
    void aDriverThatDoesNotAnswerIsNoEmptyMachine() throws Exception {
        NvidiaSmi smi = smi("""
                echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
                exit 9
                """);
        assertThatThrownBy(smi::read)
                .isInstanceOf(TelemetryUnavailable.class)
                .hasMessageContaining("ended with status 9: NVIDIA-SMI has failed");
        assertThatThrownBy(new NvidiaSmi(folder.resolve("none").toString(), SHORT, CLOCK)::read)
                .isInstanceOf(TelemetryUnavailable.class)
                .hasMessageContaining("could not be started");
    }

    @Test
    void anOlderDriverIsAskedForLess() throws Exception {
        NvidiaSmi smi = smi("""
                case "$1" in
                  *gpu_recovery_action*) echo 'Field "gpu_recovery_action" is not a valid field to query.'; exit 2;;
                  *tlimit*) echo 'Field "temperature.gpu.tlimit" is not a valid field to query.'; exit 2;;
                esac
                echo "uuid, temperature.gpu"
                echo "GPU-a, 40"
                """);
        assertThat(smi.read()).hasSize(1);
    }

    @Test
    void oneLostGpuDoesNotHideTheOthers() throws Exception {
        NvidiaSmi smi = smi("""
                echo "Unable to determine the device handle for GPU0000:3B:00.0: Unknown Error"
                echo "uuid, temperature.gpu"
                echo "GPU-b, 40"
                exit 15
                """);
        assertThat(smi.read()).hasSize(1);
    }

    @Test
    void anExporterIsScraped() throws Exception {
        withServer(
                "DCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} 61\n".getBytes(StandardCharsets.UTF_8),
                200,
                source -> assertThat(source.read()).hasSize(1));
        withServer(
                new byte[0],
                500,
                source -> assertThatThrownBy(source::read)
                        .isInstanceOf(TelemetryUnavailable.class)
                        .hasMessageContaining("answered 500"));
        byte[] huge = "# padding padding padding padding padding padding\n"
                .repeat(100_000)
                .getBytes(StandardCharsets.UTF_8);
        withServer(
                huge,
                200,
                source -> assertThatThrownBy(source::read)
                        .isInstanceOf(TelemetryUnavailable.class)
                        .hasMessageContaining("more than"));
    }

    @Test
    void anExporterThatHangsOrDripsOrStopsInTheMiddleIsGivenUp() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nDCGM_FI_DEV_GPU_TEMP{UUID=\"GPU-a\"} 61\n";
        withSocket("", false, source -> assertThatThrownBy(source::read).isInstanceOf(TelemetryUnavailable.class));
        withSocket(
                head,
                false,
                source -> assertThatThrownBy(source::read)
                        .isInstanceOf(TelemetryUnavailable.class)
                        .hasMessageContaining("did not answer within"));
        withSocket(head, true, source -> assertThatThrownBy(source::read).isInstanceOf(TelemetryUnavailable.class));
    }

    @Test
    void anExporterHasAnAddress() {
        for (String address : List.of("localhost:9400", "ftp://host/x", "http:///x")) {
            assertThatThrownBy(() -> new DcgmExporter(URI.create(address), SHORT, CLOCK))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must begin with http:// or https://");
        }
    }

    private NvidiaSmi smi(String script) throws IOException {
        Path file = Files.createTempFile(folder, "nvidia-smi", ".sh");
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new NvidiaSmi(file.toString(), SHORT, CLOCK);
    }

    private interface Trial {
        void with(DcgmExporter source) throws Exception;
    }

    private static void withServer(byte[] body, int status, Trial trial) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            trial.with(source(server.getAddress().getPort(), Duration.ofSeconds(5)));
        } finally {
            server.stop(0);
        }
    }

    private static void withSocket(String answer, boolean hangUp, Trial trial) throws Exception {
        // Whoever hangs must still be held by somebody: a socket that nobody holds is reset by the garbage collector.
        List<Socket> held = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread peer = new Thread(() -> {
                try {
                    Socket socket = server.accept();
                    held.add(socket);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    socket.getOutputStream().flush();
                    if (hangUp) {
                        socket.close();
                    }
                } catch (IOException over) {
                    // The test has ended.
                }
            });
            peer.setDaemon(true);
            peer.start();
            trial.with(source(server.getLocalPort(), SHORT));
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    private static DcgmExporter source(int port, Duration deadline) {
        return new DcgmExporter(URI.create("http://127.0.0.1:" + port + "/metrics"), deadline, CLOCK);
    }
}
