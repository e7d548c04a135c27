package io.aitbc.agent;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Stands in for each of the programs that {@code ./run} starts, so that its test is about the script alone. */
final class FakeService {

    private FakeService() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        String jar = List.of(arguments).stream()
                .filter(argument -> argument.endsWith(".jar"))
                .findFirst()
                .orElseThrow();
        String name = Objects.requireNonNull(Path.of(jar).getName(0)).toString();
        if (name.equals(environment.get("FAKE_DIES"))) {
            System.out.println("cannot open the database");
            System.exit(1);
        }
        Path data = Path.of(Objects.requireNonNull(environment.get("DATA_DIR")));
        Files.writeString(
                data.resolve(name + ".pid"), "" + ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopped(data, name)));
        if (name.equals("miner-agent")) {
            Files.writeString(data.resolve("arguments"), String.join(" ", arguments));
            Files.writeString(Path.of(arguments[arguments.length - 1]), "ready");
        } else {
            Map<String, String> ports = Map.of(
                    "pool-hub", "POOLHUB_PORT",
                    "coordinator-api", "COORDINATOR_PORT",
                    "monitoring", "MONITORING_PORT");
            int port = Integer.parseInt(Objects.requireNonNull(environment.get(ports.get(name))));
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            server.createContext("/v1/health", exchange -> exchange.sendResponseHeaders(200, -1));
            server.start();
        }
        new CountDownLatch(1).await();
    }

    private static void stopped(Path data, String name) {
        try {
            Files.writeString(
                    data.resolve("stopped"), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
