package io.aitbc.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Two chain nodes with a new block each second: one as AITBC's, which tells durations, and one as Ethereum's, which tells its peers. */
final class ChainNodes implements AutoCloseable {

    private static final Instant GENESIS = Instant.now();
    private static final int OLD = 100;

    private final HttpServer server;

    ChainNodes() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/rpc/head", exchange -> answer(exchange, aitbc(height())));
        server.createContext("/rpc/blocks/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            answer(exchange, aitbc(Long.parseLong(path.substring(path.lastIndexOf('/') + 1))));
        });
        server.createContext("/ethereum", ChainNodes::ethereum);
        server.start();
    }

    /** What CHAIN_NODES is to be. */
    String setting() {
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        return "main=aitbc:" + base + "/rpc,dev=ethereum:" + base + "/ethereum";
    }

    private static long height() {
        return OLD + Duration.between(GENESIS, Instant.now()).toSeconds();
    }

    private static Instant at(long height) {
        return GENESIS.plusSeconds(height - OLD);
    }

    private static String aitbc(long height) {
        return String.format(
                Locale.ROOT,
                "{\"height\":%d,\"hash\":\"h%d\",\"parent_hash\":\"h%d\",\"timestamp\":\"%s\",\"tx_count\":3,"
                        + "\"processing_duration_seconds\":0.3,\"validation_duration_seconds\":0.04}",
                height,
                height,
                height - 1,
                at(height));
    }

    private static void ethereum(HttpExchange exchange) throws IOException {
        String call = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String result = "\"0x5\"";
        if (call.contains("eth_getBlockByNumber")) {
            long height = call.contains("latest")
                    ? height()
                    : Long.parseLong(call.replaceFirst("(?s).*\"0x([0-9a-f]+)\".*", "$1"), 16);
            result = String.format(
                    Locale.ROOT,
                    "{\"number\":\"0x%x\",\"hash\":\"h%d\",\"parentHash\":\"h%d\",\"timestamp\":\"0x%x\",\"transactions\":[]}",
                    height,
                    height,
                    height - 1,
                    at(height).getEpochSecond());
        }
        answer(exchange, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}");
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
