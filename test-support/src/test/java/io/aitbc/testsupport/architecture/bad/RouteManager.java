package io.aitbc.testsupport.architecture.bad;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.web.bind.annotation.GetMapping;

/** Breaks: web outside a controller, its own clock, endless waiting, executors anywhere, an empty name. */
final class RouteManager {

    @GetMapping("/bad")
    String route() {
        return Instant.now().toString();
    }

    ExecutorService threads() {
        return Executors.newCachedThreadPool();
    }

    String waits(CompletableFuture<String> answer) {
        return answer.join();
    }
}
