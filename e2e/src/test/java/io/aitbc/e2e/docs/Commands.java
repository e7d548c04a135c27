package io.aitbc.e2e.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the {@code sh} blocks of a page, one after the other in one shell, so that later ones find the variables of earlier
 * ones. A command that ends with another status than 0 is a failure, and so is an answer of 400 or above to curl.
 *
 * <p>A comment straight before a block says otherwise:
 *
 * <ul>
 *   <li>{@code <!-- not run: reason -->}: it cannot be run here, or must not be;
 *   <li>{@code <!-- needs: promtool amtool -->}: it is run where these programs are installed;
 *   <li>{@code <!-- in background -->}, {@code <!-- needs: python3; in background -->}: it goes on until the page ends.
 * </ul>
 *
 * <p>A comment {@code <!-- run: commands -->} is run where it stands, such as to set what a reader sets by hand.
 */
final class Commands {

    static final String NOT_RUN = "not run:";
    private static final String NEEDS = "needs:";
    private static final String BACKGROUND = "in background";
    private static final String HIDDEN = "<!-- run:";
    private static final int SECONDS = 150;

    private static final String PRELUDE = """
            set -uo pipefail
            background=()
            curl() { command curl --fail-with-body --silent --show-error --noproxy '*' --max-time 100 "$@"; }
            trap 'status=$?; echo "$LINENO $status" >&3; echo "^^ line $LINENO"' ERR
            trap 'for group in "${background[@]}"; do kill -- "-$group" 2>/dev/null; done' EXIT
            """;

    /**
     * What came of a page.
     *
     * @param failures each with page and line
     * @param left what was not run, with page, line and reason
     */
    record Outcome(int run, List<String> failures, List<String> left) {}

    private final Path folder;
    private final Map<String, String> replaced;
    private final Map<String, String> environment;

    /**
     * @param folder where commands are run
     * @param replaced what stands otherwise in the pages, such as a port
     */
    Commands(Path folder, Map<String, String> replaced, Map<String, String> environment) {
        this.folder = folder;
        this.replaced = replaced;
        this.environment = environment;
    }

    Outcome run(Page page) {
        List<String> left = new ArrayList<>();
        // Line by line as the page, so that bash names the page's lines.
        String[] script = new String[page.lines().size() + 1];
        Arrays.fill(script, "");
        int blocks = 0;
        for (Page.Block block : page.blocks()) {
            if (!block.language().equals("sh")) {
                continue;
            }
            String why = whyNot(block.remark());
            if (!why.isEmpty()) {
                left.add(page.name() + ":" + block.line() + ": " + why);
                continue;
            }
            blocks++;
            for (int i = 0; i < block.content().size(); i++) {
                script[block.line() - 1 + i] = replaced(block.content().get(i));
            }
            if (block.remark().contains(BACKGROUND)) {
                script[block.line() - 2] = "set -m; {";
                script[block.line() - 1 + block.content().size()] =
                        "} >background-" + block.line() + ".log 2>&1 </dev/null & background+=($!); set +m";
            }
        }
        if (blocks == 0) {
            return new Outcome(0, List.of(), left);
        }
        hidden(page, script);
        script[script.length - 1] = "echo ended >&3";
        return new Outcome(blocks, failures(page, String.join("\n", script) + "\n"), left);
    }

    private void hidden(Page page, String[] script) {
        for (int i = 0; i < page.lines().size(); i++) {
            String line = page.lines().get(i);
            if (line.strip().startsWith(HIDDEN)) {
                int end = i;
                while (!page.lines().get(end).strip().endsWith("-->")) {
                    end++;
                }
                for (int at = i; at <= end; at++) {
                    script[at] =
                            replaced(page.lines().get(at).replace(HIDDEN, "").replace("-->", ""));
                }
            }
        }
    }

    private List<String> failures(Page page, String script) {
        try {
            Path scripts = Files.createTempDirectory("docs-commands");
            Path told = scripts.resolve("told");
            Path log = scripts.resolve("log");
            Path prelude = Files.writeString(scripts.resolve("prelude"), PRELUDE);
            Path main = Files.writeString(scripts.resolve("page"), script);
            ProcessBuilder bash = new ProcessBuilder(
                            "bash",
                            "-c",
                            "exec 3>\"$1\"; source \"$2\"; source \"$3\"",
                            "bash",
                            told.toString(),
                            prelude.toString(),
                            main.toString())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            bash.environment().putAll(environment);
            Process process = bash.start();
            process.getOutputStream().close();
            boolean inTime = process.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!inTime) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            List<String> failures = new ArrayList<>();
            boolean ended = false;
            for (String line : Files.readAllLines(told)) {
                if (line.equals("ended")) {
                    ended = true;
                } else {
                    int at = Integer.parseInt(line.substring(0, line.indexOf(' ')));
                    failures.add("%s:%d: exit %s: %s"
                            .formatted(
                                    page.name(),
                                    at,
                                    line.substring(line.indexOf(' ') + 1),
                                    page.lines().get(at - 1).strip()));
                }
            }
            if (!ended) {
                failures.add(page.name() + (inTime ? ": the shell gave up" : ": not done within " + SECONDS + " s"));
            }
            if (!failures.isEmpty()) {
                List<String> said = Files.readAllLines(log);
                failures.add("  | " + String.join("\n  | ", said.subList(Math.max(0, said.size() - 60), said.size())));
            }
            return failures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String replaced(String line) {
        String text = line;
        for (Map.Entry<String, String> each : replaced.entrySet()) {
            text = text.replace(each.getKey(), each.getValue());
        }
        return text;
    }

    private static String whyNot(String remark) {
        if (remark.startsWith(NOT_RUN)) {
            return remark.replace('\n', ' ');
        }
        if (remark.startsWith(NEEDS)) {
            String programs = remark.substring(NEEDS.length()).replaceAll(";.*", "");
            for (String program : programs.strip().split("\\s+")) {
                if (!isInstalled(program)) {
                    return "not run: " + program + " is not installed";
                }
            }
        }
        return "";
    }

    /** Whether a program is on the PATH. */
    static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry).resolve(program)));
    }
}
