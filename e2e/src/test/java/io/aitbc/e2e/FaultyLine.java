package io.aitbc.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The way between hub and coordinator, with everything that can go wrong on it. */
final class FaultyLine implements AutoCloseable {

    /** What happens to a call. */
    enum Fault {
        NONE,
        /** The coordinator gets it twice; one answer comes back. */
        TWICE,
        /** The coordinator does its work, then an error comes back. */
        ERROR_AFTER,
        /** The coordinator does its work, then nonsense comes back. */
        GARBAGE_AFTER,
        /** The coordinator does its work, then half an answer comes back. */
        TRUNCATED_AFTER,
        /** The coordinator does its work, then the connection breaks. */
        RESET_AFTER,
        /** The answer comes after the hub has given up. */
        LATE,
        /** Nothing arrives. */
        REFUSED
    }

    private final HttpServer server;
    private final String target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private volatile Fault fault = Fault.NONE;

    FaultyLine(String target) {
        this.target = target;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void set(Fault now) {
        fault = now;
    }

    private void pass(HttpExchange exchange) throws IOException {
        Fault now = fault;
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (now == Fault.REFUSED) {
                answer(exchange, 503, new byte[0]);
                return;
            }
            HttpResponse<byte[]> answer = forward(exchange, body);
            if (now == Fault.TWICE) {
                answer = forward(exchange, body);
            }
            switch (now) {
                case ERROR_AFTER -> answer(exchange, 500, "{}".getBytes(StandardCharsets.UTF_8));
                case GARBAGE_AFTER -> answer(exchange, 200, "<html>welcome</html>".getBytes(StandardCharsets.UTF_8));
                case TRUNCATED_AFTER -> {
                    byte[] half = java.util.Arrays.copyOf(answer.body(), answer.body().length / 2);
                    answer(exchange, answer.statusCode(), half);
                }
                case RESET_AFTER -> {
                    return;
                }
                case LATE -> {
                    ServiceProcess.pause(10_500);
                    answer(exchange, answer.statusCode(), answer.body());
                }
                default -> answer(exchange, answer.statusCode(), answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .timeout(Duration.ofSeconds(15))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : new String[] {"Authorization", "Content-Type"}) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
