package io.aitbc.monitoring.config;

import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Where the nodes of a text stand in it. */
final class Places {

    private final String text;
    private final boolean isPlain;

    Places(String text) {
        this.text = text;
        this.isPlain = text.codePointCount(0, text.length()) == text.length();
    }

    int begin(Node node) {
        return at(node.getStartMark());
    }

    /** After its last character; the mark of a block stands behind what follows it, comments too. */
    int end(Node node) {
        if (node instanceof MappingNode mapping
                && mapping.getFlowStyle() == FlowStyle.BLOCK
                && !mapping.getValue().isEmpty()) {
            NodeTuple last = mapping.getValue().get(mapping.getValue().size() - 1);
            return Math.max(end(last.getKeyNode()), endOf(last.getValueNode(), last.getKeyNode()));
        }
        if (node instanceof SequenceNode sequence
                && sequence.getFlowStyle() == FlowStyle.BLOCK
                && !sequence.getValue().isEmpty()) {
            return end(sequence.getValue().get(sequence.getValue().size() - 1));
        }
        return at(node.getEndMark());
    }

    /** An alias stands where its anchor does: before its key. */
    private int endOf(Node value, Node key) {
        return begin(value) < begin(key) ? end(key) : end(value);
    }

    /** Where the line begins that a node begins in. */
    int lineOf(Node node) {
        return text.lastIndexOf('\n', begin(node) - 1) + 1;
    }

    /** Where the line after a node begins. */
    int lineAfter(Node node) {
        int end = end(node);
        boolean ended = last(node) instanceof ScalarNode scalar
                && (scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED)
                && (end == 0 || text.charAt(end - 1) == '\n');
        return ended ? end : lineAfter(end);
    }

    /** Where the line after a place begins. */
    int lineAfter(int place) {
        int feed = text.indexOf('\n', place);
        return feed < 0 ? text.length() : feed + 1;
    }

    /** The place behind lines that are comments and indented deeper than a column: they belong to what stands above. */
    int skipComments(int place, int column) {
        int at = place;
        while (at < text.length()) {
            int comment = at;
            while (comment < text.length() && text.charAt(comment) == ' ') {
                comment++;
            }
            if (comment - at <= column || comment >= text.length() || text.charAt(comment) != '#') {
                return at;
            }
            at = lineAfter(at);
        }
        return at;
    }

    private static Node last(Node node) {
        if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
            return last(mapping.getValue().get(mapping.getValue().size() - 1).getValueNode());
        }
        if (node instanceof SequenceNode sequence && !sequence.getValue().isEmpty()) {
            return last(sequence.getValue().get(sequence.getValue().size() - 1));
        }
        return node;
    }

    private int at(Mark mark) {
        return isPlain ? mark.getIndex() : text.offsetByCodePoints(0, mark.getIndex());
    }
}
