package io.aitbc.testsupport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether there is a Docker engine, asked with one short question. Testcontainers asks too, but tells at length when there
 * is none and waits long for one that hangs.
 *
 * @param environment where DOCKER_HOST may stand
 * @param sockets where engines listen when it does not
 */
record DockerEngine(Map<String, String> environment, List<Path> sockets) {

    private static final long PATIENCE_SECONDS = 3;

    static DockerEngine ofThisMachine() {
        Path home = Path.of(System.getProperty("user.home"));
        List<Path> sockets = new ArrayList<>(List.of(
                Path.of("/var/run/docker.sock"),
                home.resolve(".docker/run/docker.sock"),
                home.resolve(".docker/desktop/docker.sock")));
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null) {
            sockets.add(Path.of(runtime, "docker.sock"));
        }
        return new DockerEngine(System.getenv(), sockets);
    }

    boolean answers() {
        return addresses().stream().anyMatch(DockerEngine::answersIn);
    }

    private List<SocketAddress> addresses() {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        if (host.startsWith("unix://")) {
            return List.of(UnixDomainSocketAddress.of(host.substring("unix://".length())));
        }
        if (host.startsWith("tcp://")) {
            URI uri = URI.create(host);
            return List.of(new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 2375 : uri.getPort()));
        }
        return sockets.stream()
                .filter(Files::exists)
                .<SocketAddress>map(UnixDomainSocketAddress::of)
                .toList();
    }

    private static boolean answersIn(SocketAddress address) {
        try (SocketChannel channel = SocketChannel.open(
                address instanceof UnixDomainSocketAddress
                        ? java.net.StandardProtocolFamily.UNIX
                        : java.net.StandardProtocolFamily.INET)) {
            // The channel has no time limit of its own; closing it ends the thread that waits on it.
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> ask(channel, address));
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // An engine that wants TLS answers plain HTTP with an error, which is an answer too.
    private static boolean ask(SocketChannel channel, SocketAddress address) {
        try {
            channel.connect(address);
            channel.write(
                    ByteBuffer.wrap("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer start = ByteBuffer.allocate(5);
            while (start.hasRemaining() && channel.read(start) >= 0) {
                // reads on
            }
            return new String(start.array(), StandardCharsets.US_ASCII).equals("HTTP/");
        } catch (IOException e) {
            return false;
        }
    }
}
