package io.aitbc.gpu.rules;

import io.aitbc.gpu.rules.InvalidRules.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A mapping of a YAML file, read key by key. What is wrong is noted with its line, and reading goes on with a stand-in, so
 * that one pass names everything.
 */
final class YamlMap {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,7})(s|m|h)");

    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> asked = new TreeSet<>();
    private final int line;
    private final List<Fault> faults;

    private YamlMap(int line, List<Fault> faults) {
        this.line = line;
        this.faults = faults;
    }

    static YamlMap of(@Nullable Node node, List<Fault> faults) {
        YamlMap map = new YamlMap(node == null ? 0 : lineOf(node), faults);
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                if (map.values.put(key, entry.getValueNode()) != null) {
                    faults.add(new Fault(lineOf(entry.getKeyNode()), key + " stands here twice"));
                }
                map.lines.put(key, lineOf(entry.getKeyNode()));
            }
        } else if (node != null) {
            faults.add(new Fault(map.line, "keys and values are expected here"));
        }
        return map;
    }

    int line() {
        return line;
    }

    Set<String> keys() {
        return values.keySet();
    }

    boolean has(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    /** Whether the key says what kind of mapping this is; one that does not is not a known key of this kind. */
    boolean isKind(String key) {
        return values.containsKey(key);
    }

    void fault(String key, String reason) {
        faults.add(new Fault(lines.getOrDefault(key, line), reason));
    }

    String text(String key) {
        Node node = asked(key);
        if (node == null) {
            fault(key, key + " is missing");
            return "";
        }
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        fault(key, key + " must be a text");
        return "";
    }

    double number(String key, double otherwise) {
        if (!has(key)) {
            fault(key, key + " is missing");
            return otherwise;
        }
        String text = text(key);
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value) && text.matches("[-+0-9.eE]+")) {
                return value;
            }
        } catch (NumberFormatException notOne) {
            // Said below.
        }
        fault(key, key + " must be a number, was " + text);
        return otherwise;
    }

    long whole(String key, long otherwise) {
        double value = number(key, otherwise);
        if (value != Math.rint(value) || Math.abs(value) > 1e15) {
            fault(key, key + " must be a whole number, was " + value);
            return otherwise;
        }
        return (long) value;
    }

    boolean flag(String key) {
        if (!has(key)) {
            return false;
        }
        String text = text(key);
        if (!text.equals("true") && !text.equals("false")) {
            fault(key, key + " must be true or false, was " + text);
        }
        return text.equals("true");
    }

    /** Such as 45s, 5m or 1h. */
    Duration duration(String key, Duration otherwise) {
        String text = text(key);
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            if (has(key)) {
                fault(key, key + " must be a duration such as 45s, 5m or 1h, was " + text);
            }
            return otherwise;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    <E extends Enum<E>> E oneOf(String key, E[] choices, E otherwise) {
        String text = text(key);
        for (E choice : choices) {
            if (choice.name().equals(text)) {
                return choice;
            }
        }
        if (has(key) && !text.isEmpty()) {
            fault(key, key + " must be one of " + Arrays.toString(choices) + ", was " + text);
        }
        return otherwise;
    }

    YamlMap map(String key) {
        Node node = asked(key);
        if (node == null) {
            fault(key, key + " is missing");
        }
        return of(node, faults);
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node node : nodes(key)) {
            if (node instanceof ScalarNode scalar) {
                texts.add(scalar.getValue());
            } else {
                fault(key, key + " must be a list of texts");
            }
        }
        return texts;
    }

    List<YamlMap> maps(String key) {
        return nodes(key).stream().map(node -> of(node, faults)).toList();
    }

    private List<Node> nodes(String key) {
        Node node = asked(key);
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        fault(key, key + (node == null ? " is missing" : " must be a list"));
        return List.of();
    }

    /** To be called last: a key that nobody asked for is a mistake, mostly a misspelt one. */
    void nothingElse() {
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                fault(key, key + " is not known here; known are " + String.join(", ", asked));
            }
        }
    }

    private @Nullable Node asked(String key) {
        asked.add(key);
        return values.get(key);
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
