package io.aitbc.monitoring.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that Prometheus never is. */
@Timeout(20)
class PrometheusHttpTest {

    private static final int LIMIT = 100_000;

    /** What is written once a request came. */
    private interface Peer {
        void answer(OutputStream out) throws IOException, InterruptedException;
    }

    private static PrometheusHttp.Answer ask(Peer peer) {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read(new byte[10_000]);
                    peer.answer(socket.getOutputStream());
                } catch (IOException | InterruptedException e) {
                    // The client has hung up, as it should.
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
            PrometheusHttp http =
                    new PrometheusHttp(URI.create("http://127.0.0.1:" + server.getLocalPort()), Duration.ofSeconds(1));
            return http.send(http.to("/").GET(), LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void oneThatSaysNothingIsLeft() {
        assertThatThrownBy(() -> ask(out -> TimeUnit.SECONDS.sleep(10))).isInstanceOf(PrometheusAway.class);
    }

    @Test
    void oneWhoseBodyDripsIsLeftInTime() {
        long began = System.nanoTime();
        assertThatThrownBy(() -> ask(out -> {
                    write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                    for (int i = 0; i < 200; i++) {
                        write(out, "x");
                        TimeUnit.MILLISECONDS.sleep(50);
                    }
                }))
                .isInstanceOf(PrometheusAway.class)
                .hasMessageContaining("did not answer within 1 s");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void oneWhoseBodyHasNoEndIsLeft() {
        assertThatThrownBy(() -> ask(out -> {
                    write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    while (true) {
                        write(out, "400\r\n" + "x".repeat(1024) + "\r\n");
                    }
                }))
                .isInstanceOf(PrometheusRefused.class)
                .hasMessageContaining("ask for less at once");
    }

    @Test
    void oneThatHangsUpInTheMiddleIsAway() {
        assertThatThrownBy(() -> ask(out -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")))
                .isInstanceOf(PrometheusAway.class);
    }

    @Test
    void aRedirectIsNotFollowed() {
        assertThat(ask(out -> write(
                                out,
                                "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"))
                        .status())
                .isEqualTo(302);
    }
}
