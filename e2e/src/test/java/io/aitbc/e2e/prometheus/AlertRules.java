package io.aitbc.e2e.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** The shipped rules and their tests, as they are written. */
public final class AlertRules {

    /** An alert, or one of several of the same name. */
    record Alert(String name, String expression, Map<String, String> labels, Map<String, String> annotations) {

        /** Whether an alert with these labels is of this rule. */
        boolean made(Map<String, String> of) {
            return of.entrySet().containsAll(labels.entrySet());
        }
    }

    /** At one moment of a test: what must fire of a name, and nothing else of it. */
    record Expected(String name, List<Map<String, String>> alerts) {}

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path FOLDER = ROOT.resolve("infra/prometheus");

    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "on", "without");
    private static final Pattern TEXTS = Pattern.compile("\"[^\"]*\"|#.*");
    private static final Pattern NO_NAMES = Pattern.compile(
            "\\{[^}]*}|\\[[^]]*]" + "|\\b(by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?![\\w:]*\\s*\\()");

    private AlertRules() {}

    /** The series that alerts and recorded series are made of, without those that are recorded. */
    public static Set<String> series() {
        Set<String> names = new TreeSet<>();
        rules().forEach(rule -> names.addAll(namesIn(text(rule.get("expr")))));
        rules().filter(rule -> rule.containsKey("record")).forEach(rule -> names.remove(text(rule.get("record"))));
        return names;
    }

    static Set<String> namesIn(String expression) {
        Set<String> names = new TreeSet<>();
        String bare =
                NO_NAMES.matcher(TEXTS.matcher(expression).replaceAll(" ")).replaceAll(" ");
        Matcher matcher = NAME.matcher(bare);
        while (matcher.find()) {
            if (!WORDS.contains(matcher.group())) {
                names.add(matcher.group());
            }
        }
        return names;
    }

    static List<Alert> alerts() {
        return rules().filter(rule -> rule.containsKey("alert"))
                .map(rule -> new Alert(
                        text(rule.get("alert")),
                        text(rule.get("expr")),
                        texts(rule.get("labels")),
                        texts(rule.get("annotations"))))
                .toList();
    }

    static List<Expected> expectations() {
        List<Expected> all = new ArrayList<>();
        for (Path file : files("tests")) {
            for (Map<?, ?> test : maps(load(file).get("tests"))) {
                for (Map<?, ?> check : maps(test.get("alert_rule_test"))) {
                    List<Map<String, String>> alerts = maps(check.get("exp_alerts")).stream()
                            .map(alert -> texts(alert.get("exp_labels")))
                            .toList();
                    all.add(new Expected(text(check.get("alertname")), alerts));
                }
            }
        }
        return all;
    }

    static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Map<?, ?>> rules() {
        return files("rules").stream()
                .flatMap(file -> maps(load(file).get("groups")).stream())
                .flatMap(group -> maps(group.get("rules")).stream());
    }

    private static Map<?, ?> load(Path file) {
        try {
            return Objects.requireNonNull(new Yaml().<Map<?, ?>>load(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<?, ?>> maps(@Nullable Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        ((List<?>) Objects.requireNonNull(list)).forEach(each -> maps.add((Map<?, ?>) each));
        return maps;
    }

    private static Map<String, String> texts(@Nullable Object map) {
        Map<String, String> texts = new TreeMap<>();
        ((Map<?, ?>) Objects.requireNonNull(map)).forEach((name, value) -> texts.put(text(name), text(value)));
        return texts;
    }

    private static String text(@Nullable Object value) {
        return Objects.requireNonNull(value).toString();
    }
}
