package io.aitbc.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of the documentation, on services that {@code ./run} has started; and the API reference against them. */
class DocsIT {

    private static final boolean WRITE = Boolean.getBoolean("docs.write");

    @TempDir
    static Path folder;

    private static RunningPool pool;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Commands.isInstalled("bash") && Commands.isInstalled("curl"), "bash or curl is not installed");
        pool = RunningPool.start(folder);
    }

    @AfterAll
    static void stop() {
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void everyCommandWorks() throws IOException {
        // Runbooks take the keys to be in the environment.
        Commands commands = new Commands(pool.folder(), pool.replaced(), pool.credentials());
        List<String> failures = new ArrayList<>();
        List<String> left = new ArrayList<>();
        int run = 0;
        for (Page page : inOrder()) {
            Commands.Outcome outcome = commands.run(page);
            run += outcome.run();
            failures.addAll(outcome.failures());
            left.addAll(outcome.left());
        }
        System.out.printf("docs: %d blocks of commands run, %d not run:%n", run, left.size());
        left.forEach(each -> System.out.println("docs: " + each));
        assertThat(failures).isEmpty();
        assertThat(run).isGreaterThan(30);
    }

    @Test
    void theApiReferenceIsWhatTheServicesSay() throws IOException {
        for (Map.Entry<String, String> service : pool.urls().entrySet()) {
            JsonNode described = new ObjectMapper().readTree(pool.get(service.getValue() + "/v3/api-docs"));
            if (WRITE) {
                ApiPage.write(service.getKey(), described);
            }
            ApiPage.check(service.getKey(), described);
        }
    }

    /** What others rest on comes first. */
    private static List<Page> inOrder() {
        List<String> first = List.of("README.md", "docs/getting-started.md");
        List<Page> pages = new ArrayList<>(Page.all());
        pages.sort(
                Comparator.comparing(page -> first.contains(page.name()) ? first.indexOf(page.name()) : first.size()));
        return pages;
    }
}
