package io.aitbc.monitoring.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real dev chain from npm (Ganache); where it cannot be installed, tests that need it are skipped. */
final class DevChain implements AutoCloseable {

    private static final Path FOLDER = Path.of("target", "dev-chain").toAbsolutePath();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private @Nullable Process process;

    DevChain(int port) {
        this.port = port;
    }

    /** Installs it, once for all runs until target/ is cleaned; skips the test where that does not work. */
    static void assumeInstalled() {
        boolean isThere;
        try {
            Process install = new ProcessBuilder("bash", "src/test/dev-chain/install", FOLDER.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            isThere = install.waitFor(120, TimeUnit.SECONDS) && install.exitValue() == 0;
            if (!isThere) {
                install.descendants().forEach(ProcessHandle::destroyForcibly);
                install.destroyForcibly();
            }
        } catch (IOException e) {
            isThere = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isThere = false;
        }
        Assumptions.assumeTrue(isThere, "npm is missing, or could not install the dev chain within 120 s");
    }

    DevChain start() {
        try {
            process = new ProcessBuilder(
                            "node",
                            FOLDER.resolve("node_modules/ganache/dist/node/cli.js")
                                    .toString(),
                            "--server.host=127.0.0.1",
                            "--server.port=" + port,
                            "--wallet.deterministic",
                            "--logging.quiet")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreException(UncheckedIOException.class)
                .until(() -> call("eth_blockNumber").has("result"));
        return this;
    }

    /** Ends it at once, as a crash does. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** Calls it, with parameters as JSON. */
    JsonNode call(String method, String... parameters) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":["
                + String.join(",", parameters) + "]}";
        try {
            return JSON.readTree(HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Has it make one block with so many transactions. */
    void mine(int transactions) {
        if (transactions == 0) {
            call("evm_mine");
            return;
        }
        call("miner_stop");
        JsonNode accounts = call("eth_accounts").path("result");
        for (int i = 0; i < transactions; i++) {
            JsonNode sent = call(
                    "eth_sendTransaction",
                    "{\"from\":%s,\"to\":%s,\"value\":\"0x1\",\"gas\":\"0x5208\"}"
                            .formatted(accounts.get(i), accounts.get(9)));
            if (!sent.has("result")) {
                throw new IllegalStateException(sent.toString());
            }
        }
        call("miner_start");
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
