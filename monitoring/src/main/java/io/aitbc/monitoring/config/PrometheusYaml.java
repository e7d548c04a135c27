package io.aitbc.monitoring.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Prometheus' configuration: our jobs, and the text of everything else, of which no byte is changed. Ours stand together, sorted, at
 * the end of the scrape_configs; where they stand is found by the positions of the nodes.
 *
 * @param jobs ours, by name
 * @param rest the file without our header and jobs
 * @param foreign the names of the other jobs
 */
record PrometheusYaml(List<ScrapeJob> jobs, String rest, Set<String> foreign) {

    private static final String JOBS = "scrape_configs";
    private static final String HEADER_LINE =
            "# monitoring: generation %d, sha256 of what follows %s. Jobs named session/job"
                    + " are rewritten, the rest is yours.\n";
    private static final Pattern HEADER =
            Pattern.compile("# monitoring: generation (\\d+), sha256 of what follows ([0-9a-f]{64})[^\\n]*\\n");
    private static final Pattern DASH = Pattern.compile(" *- +");

    PrometheusYaml {
        jobs = List.copyOf(jobs);
        foreign = Set.copyOf(foreign);
    }

    /**
     * A text to be written.
     *
     * @param sha256 of what follows its header
     */
    record Rendered(String text, String sha256) {}

    /**
     * Reads one.
     *
     * @throws ConfigUnusable when jobs cannot be written into it
     */
    static PrometheusYaml read(String text) {
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Matcher header = HEADER.matcher(body);
        body = header.lookingAt() ? body.substring(header.end()) : body;
        Places places = new Places(body);
        Node list = jobList(root(body)).map(NodeTuple::getValueNode).orElse(null);
        List<ScrapeJob> ours = new ArrayList<>();
        Set<String> foreign = new HashSet<>();
        StringBuilder rest = new StringBuilder();
        int copied = 0;
        for (Node item : Yamls.items(list)) {
            int begin = places.lineOf(item);
            Optional<ScrapeJob> job =
                    DASH.matcher(body.substring(begin, places.begin(item))).matches()
                            ? ScrapeJob.written(item)
                            : Optional.empty();
            if (job.isPresent()) {
                ours.add(job.get());
                rest.append(body, copied, begin);
                copied = places.lineAfter(item);
            } else if (!foreign.add(Yamls.string(Yamls.fields(item).get("job_name")))) {
                throw new ConfigUnusable("two of its jobs have one name");
            }
        }
        rest.append(body.substring(copied));
        return new PrometheusYaml(ours, rest.toString(), foreign);
    }

    /** The sha256 that the header of a text says, if it has one that is true. */
    static Optional<String> sha256(String text) {
        Matcher header = HEADER.matcher(text);
        return header.lookingAt() && digest(text.substring(header.end())).equals(header.group(2))
                ? Optional.of(header.group(2))
                : Optional.empty();
    }

    /**
     * It with these jobs of ours instead of those that it has.
     *
     * @throws ConfigUnusable when it has no place for them, or a job of the same name
     */
    Rendered with(List<ScrapeJob> wanted, long generation) {
        for (ScrapeJob job : wanted) {
            if (foreign.contains(job.name())) {
                throw new ConfigUnusable("it has another job " + job.name()
                        + ", or this one was changed by hand; remove it from the file or rename it");
            }
        }
        Placed placed = wanted.isEmpty() ? new Placed(rest, 0, "") : place(wanted);
        String body = placed.text();
        String sha256 = digest(body);
        String text = HEADER_LINE.formatted(generation, sha256) + body;
        // What was written must be read as it was meant, and nothing else have changed.
        PrometheusYaml again = read(text);
        if (!again.jobs().equals(wanted)
                || !again.foreign().equals(foreign)
                || !again.rest().equals(placed.rest())) {
            throw new ConfigUnusable("our jobs cannot be told from the rest of it; write its " + JOBS
                    + " as a plain list, one job after the other");
        }
        return new Rendered(text, sha256);
    }

    /**
     * Where our jobs go.
     *
     * @param rest the file without them, with a place for them
     */
    private record Placed(String rest, int at, String block) {

        String text() {
            return rest.substring(0, at) + block + rest.substring(at);
        }
    }

    private Placed place(List<ScrapeJob> wanted) {
        String end = rest.contains("\r\n") ? "\r\n" : "\n";
        String ended = rest.isEmpty() || rest.endsWith("\n") ? rest : rest + end;
        Places places = new Places(ended);
        MappingNode root = root(ended);
        Optional<NodeTuple> entry = jobList(root);
        if (root == null || entry.isEmpty()) {
            int at = root == null ? ended.length() : places.lineAfter(root);
            int column = root == null ? 0 : root.getStartMark().getColumn();
            String key = " ".repeat(column) + JOBS + ":" + end;
            return new Placed(
                    ended.substring(0, at) + key + ended.substring(at),
                    at + key.length(),
                    block(wanted, column + 2, end));
        }
        Node list = entry.get().getValueNode();
        int column = entry.get().getKeyNode().getStartMark().getColumn();
        if (list instanceof SequenceNode items && items.getFlowStyle() == FlowStyle.BLOCK) {
            int dash = items.getStartMark().getColumn();
            return new Placed(ended, places.skipComments(places.lineAfter(items), dash), block(wanted, dash, end));
        }
        int begin = places.begin(list);
        boolean isEmpty = Yamls.items(list).isEmpty() && Yamls.fields(list).isEmpty();
        if (!isEmpty
                || list.getAnchor() != null
                || ended.substring(begin, places.end(list)).contains("#")) {
            throw new ConfigUnusable(
                    "its " + JOBS + " are written in brackets; write them as a list, one job after the other");
        }
        String emptied = ended.substring(0, begin) + ended.substring(places.end(list));
        return new Placed(emptied, new Places(emptied).lineAfter(begin), block(wanted, column + 2, end));
    }

    private static String block(List<ScrapeJob> jobs, int column, String end) {
        return lines(jobs).stream().map(line -> " ".repeat(column) + line + end).collect(Collectors.joining());
    }

    /** The lines of jobs as they stand in the file, not indented. */
    static List<String> lines(List<ScrapeJob> jobs) {
        return jobs.isEmpty()
                ? List.of()
                : Yamls.write(jobs.stream().map(ScrapeJob::node).toList())
                        .lines()
                        .toList();
    }

    private static @Nullable MappingNode root(String body) {
        List<Node> documents = Yamls.documents(body);
        if (documents.isEmpty()) {
            return null;
        }
        if (documents.size() == 1
                && documents.get(0) instanceof MappingNode root
                && root.getFlowStyle() == FlowStyle.BLOCK) {
            return root;
        }
        throw new ConfigUnusable("it is not one block mapping, such as 'global: …' and '" + JOBS + ": …' below it");
    }

    private static Optional<NodeTuple> jobList(@Nullable MappingNode root) {
        List<NodeTuple> found = root == null
                ? List.of()
                : root.getValue().stream()
                        .filter(tuple -> Yamls.string(tuple.getKeyNode()).equals(JOBS))
                        .toList();
        if (found.size() > 1) {
            throw new ConfigUnusable("it names " + JOBS + " twice");
        }
        return found.stream().findAny();
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
