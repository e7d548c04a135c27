package io.aitbc.monitoring.config;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** YAML as nodes: texts stay texts, whatever they look like. */
final class Yamls {

    /** No longer file is read. */
    static final int MOST_BYTES = 16 << 20;

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./-]+");

    private Yamls() {}

    /**
     * The documents of a text.
     *
     * @throws ConfigUnusable when it is no YAML
     */
    static List<Node> documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_BYTES);
        List<Node> documents = new ArrayList<>();
        try {
            new Yaml(options).composeAll(new StringReader(text)).forEach(documents::add);
        } catch (YAMLException e) {
            throw new ConfigUnusable("it is not YAML: " + e.getMessage());
        }
        return documents;
    }

    /** The text of a block list, each line ended by a line feed. */
    static String write(List<Node> items) {
        DumperOptions options = new DumperOptions();
        options.setIndent(2);
        options.setSplitLines(false);
        options.setAllowUnicode(true);
        options.setMaxSimpleKeyLength(1024);
        options.setLineBreak(DumperOptions.LineBreak.UNIX);
        StringWriter writer = new StringWriter();
        new Yaml(options).serialize(sequence(items), writer);
        return writer.toString();
    }

    /** A text, quoted unless it is a plain word that is read as a text without. */
    static Node text(String value) {
        return PLAIN.matcher(value).matches()
                ? new ScalarNode(Tag.STR, value, null, null, ScalarStyle.PLAIN)
                : quoted(value);
    }

    /** A text in quotes. */
    static Node quoted(String value) {
        return new ScalarNode(Tag.STR, value, null, null, ScalarStyle.DOUBLE_QUOTED);
    }

    static Node sequence(List<Node> items) {
        return new SequenceNode(Tag.SEQ, items, FlowStyle.BLOCK);
    }

    static Node mapping(List<Map.Entry<String, Node>> fields) {
        List<NodeTuple> tuples = fields.stream()
                .map(field -> new NodeTuple(text(field.getKey()), field.getValue()))
                .toList();
        return new MappingNode(Tag.MAP, tuples, FlowStyle.BLOCK);
    }

    /** The fields of a mapping; none of anything else. */
    static Map<String, Node> fields(@Nullable Node node) {
        Map<String, Node> fields = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(tuple -> fields.put(string(tuple.getKeyNode()), tuple.getValueNode()));
        }
        return fields;
    }

    /** The items of a list; none of anything else. */
    static List<Node> items(@Nullable Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    /** The text of a scalar, empty of anything else. */
    static String string(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
