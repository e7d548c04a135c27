package io.aitbc.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said about the documentation without running anything; {@link DocsIT} runs its commands. */
class DocsTest {

    private static final Set<String> LANGUAGES = Set.of(
            "", "sh", "json", "yaml", "properties", "java", "mermaid", "promql", "sql", "text", "ini", "console");
    private static final Pattern COMMAND = Pattern.compile(
            "^(\\$ |sudo |curl |java |mvn |export |source |docker |systemctl |psql |promtool |amtool |\\./|[a-z-]+/[a-z-]+ ).*");

    private final List<Page> pages = Page.all();

    @Test
    void everyLinkLeadsSomewhere() {
        assertThat(pages).hasSizeGreaterThan(20);
        assertThat(deadLinks(pages)).isEmpty();
    }

    @Test
    void deadLinksAreFound() {
        Page page = Page.of("docs/x.md", """
                # One `two`, three
                ## Same
                ## Same
                [a](#one-two-three) [b](#same-1) [c](#same-2) `[no](link.md)` [d](no-such-page.md) [e](../README.md#nowhere)
                [f](https://example.org/#x) [g](../README.md) [h](../no-such-folder/)
                ```sh
                [no](link.md)
                ```
                """);
        List<Page> two = List.of(page, Page.of("README.md", "# Here\n"));
        assertThat(deadLinks(two))
                .containsExactly(
                        "docs/x.md:4: #same-2",
                        "docs/x.md:4: no-such-page.md",
                        "docs/x.md:4: ../README.md#nowhere",
                        "docs/x.md:5: ../no-such-folder/");
    }

    @Test
    void everyBlockIsWellFormed() {
        List<String> faults = new ArrayList<>();
        forEachBlock((page, block) -> {
            String fault = fault(block);
            if (!fault.isEmpty()) {
                faults.add(page.name() + ":" + block.line() + ": " + fault);
            }
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void malformedBlocksAreFound() {
        assertThat(fault(block("json", "{\"a\": }", ""))).contains("JSON");
        assertThat(fault(block("yaml", "a: [", ""))).contains("YAML");
        assertThat(fault(block("properties", "A_LINE", ""))).contains("NAME=value");
        assertThat(fault(block("bash", "true", ""))).contains("bash");
        assertThat(fault(block("", "curl localhost", ""))).contains("sh block");
        assertThat(fault(block("sh", "true", "not run:"))).contains("reason");
        assertThat(fault(block("sh", "true", "needs: psql"))).isEmpty();
    }

    @Test
    void everyCommandIsOneForTheShell() throws Exception {
        assumeTrue(Commands.isInstalled("bash"), "bash is not installed");
        List<String> faults = new ArrayList<>();
        for (Page page : pages) {
            for (Page.Block block : page.blocks()) {
                if (block.language().equals("sh")) {
                    Process bash = new ProcessBuilder("bash", "-n")
                            .redirectErrorStream(true)
                            .start();
                    bash.getOutputStream().write(block.text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    bash.getOutputStream().close();
                    String said =
                            new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
                    if (bash.exitValue() != 0) {
                        faults.add(page.name() + ":" + block.line() + ": " + said);
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        Path docs = Page.ROOT.resolve("docs");
        Page index = page("docs/README.md");
        Set<String> named = index.links().stream()
                .map(link -> docs.resolve(link.target().replaceAll("#.*", ""))
                        .normalize()
                        .toString())
                .collect(Collectors.toSet());
        assertThat(pages.stream()
                        .map(Page::name)
                        .filter(name -> name.startsWith("docs/")
                                && !name.matches("docs/(README|decisions/.*|runbooks/.*)\\.md")))
                .allSatisfy(name -> assertThat(named)
                        .contains(Page.ROOT.resolve(name).normalize().toString()));
    }

    @Test
    void aCommandThatFailsIsFound(@TempDir Path folder) throws IOException {
        assumeTrue(Commands.isInstalled("bash") && Commands.isInstalled("curl"), "bash or curl is not installed");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/good") ? 204 : 404, -1);
            exchange.close();
        });
        server.start();
        try {
            Commands commands = new Commands(
                    folder,
                    Map.of("localhost:8210", "127.0.0.1:" + server.getAddress().getPort()),
                    Map.of());
            Commands.Outcome outcome = commands.run(Page.of("x.md", """
                    <!-- run: A=1 -->
                    ```sh
                    curl localhost:8210/good
                    echo $A | grep 1
                    ```
                    <!-- in background -->
                    ```sh
                    sleep 300
                    ```
                    ```sh
                    curl localhost:8210/bad
                    false | true
                    ```
                    1. In a list:

                       <!-- not run: needs another machine -->
                       ```sh
                       false
                       ```
                    <!-- needs: no-such-program -->
                    ```sh
                    false
                    ```
                    """));
            assertThat(outcome.run()).isEqualTo(3);
            assertThat(outcome.failures().subList(0, 2))
                    .containsExactly("x.md:11: exit 22: curl localhost:8210/bad", "x.md:12: exit 1: false | true");
            assertThat(outcome.left())
                    .containsExactly(
                            "x.md:18: not run: needs another machine",
                            "x.md:22: not run: no-such-program is not installed");
            assertThat(commands.run(Page.of("y.md", "```sh\necho $UNKNOWN\n```\n"))
                            .failures())
                    .first()
                    .asString()
                    .isEqualTo("y.md: the shell gave up");
        } finally {
            server.stop(0);
        }
    }

    private Page page(String name) {
        return pages.stream()
                .filter(page -> page.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private interface BlockVisitor {
        void visit(Page page, Page.Block block);
    }

    private void forEachBlock(BlockVisitor visitor) {
        pages.forEach(page -> page.blocks().forEach(block -> visitor.visit(page, block)));
    }

    private static Page.Block block(String language, String text, String remark) {
        return new Page.Block(1, language, List.of(text), remark);
    }

    /** What is wrong with a block; empty when nothing is. */
    private static String fault(Page.Block block) {
        if (!LANGUAGES.contains(block.language())) {
            return "unknown language " + block.language() + ", use one of " + LANGUAGES;
        }
        if (block.language().isEmpty()
                && block.content().stream()
                        .anyMatch(line -> COMMAND.matcher(line).matches())) {
            return "commands belong into an sh block, where they are run; what a program said is a console block";
        }
        if (block.remark().startsWith(Commands.NOT_RUN) && block.remark().length() < Commands.NOT_RUN.length() + 10) {
            return "say the reason why it is not run";
        }
        return switch (block.language()) {
            case "json" -> json(block.text());
            case "yaml" -> yaml(block.text());
            case "properties" -> properties(block);
            default -> "";
        };
    }

    private static String json(String text) {
        try {
            new ObjectMapper().readTree(text);
            return "";
        } catch (IOException e) {
            return "no JSON: " + e.getMessage();
        }
    }

    private static String yaml(String text) {
        try {
            new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            return "";
        } catch (RuntimeException e) {
            return "no YAML: " + e.getMessage();
        }
    }

    private static String properties(Page.Block block) {
        assertThatCode(() -> new Properties().load(new StringReader(block.text())))
                .doesNotThrowAnyException();
        return block.content().stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.matches("[A-Za-z][\\w.-]*=.*"))
                .map(line -> "not NAME=value: " + line)
                .collect(Collectors.joining("; "));
    }

    private static List<String> deadLinks(List<Page> pages) {
        Map<String, Page> byName = pages.stream().collect(Collectors.toMap(Page::name, page -> page));
        List<String> dead = new ArrayList<>();
        for (Page page : pages) {
            for (Page.Link link : page.links()) {
                if (!link.target().matches("^[a-z]+:.*") && !leadsSomewhere(page, link.target(), byName)) {
                    dead.add(page.name() + ":" + link.line() + ": " + link.target());
                }
            }
        }
        return dead;
    }

    private static boolean leadsSomewhere(Page from, String link, Map<String, Page> pages) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path file = path.isEmpty()
                ? Page.ROOT.resolve(from.name())
                : Page.ROOT.resolve(from.name()).resolveSibling(path).normalize();
        Page page = pages.get(Page.ROOT.relativize(file).toString().replace('\\', '/'));
        if (hash >= 0) {
            return page != null && page.anchors().contains(link.substring(hash + 1));
        }
        return page != null || Files.exists(file);
    }
}
