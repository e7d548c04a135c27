package io.aitbc.monitoring.recipe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds what a PromQL template reads. It knows no more of the language than that needs; whether the rest is well-formed says
 * Prometheus.
 */
final class PromqlScanner {

    private static final Set<String> LABEL_LISTS =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "atan2", "bool", "inf", "nan");
    private static final Set<String> AGGREGATIONS = Set.of(
            "sum",
            "avg",
            "min",
            "max",
            "count",
            "group",
            "stddev",
            "stdvar",
            "topk",
            "bottomk",
            "quantile",
            "count_values");
    private static final Set<String> OF_COUNTERS = Set.of("increase", "rate", "irate", "resets");
    private static final List<String> NUMBERS = List.of(Template.WINDOW_SECONDS, Template.SCRAPES_EXPECTED);

    private final String text;
    private final List<Template.Input> inputs = new ArrayList<>();
    private final List<Template.Quantile> quantiles = new ArrayList<>();
    private final Deque<String> functions = new ArrayDeque<>();
    private int at;

    PromqlScanner(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException with a sentence, when it reads what it must not, or nothing */
    Template scan() {
        while (at < text.length()) {
            next();
        }
        if (!functions.isEmpty()) {
            throw new IllegalArgumentException("a parenthesis is not closed");
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("it reads no series");
        }
        return new Template(text, List.copyOf(inputs), List.copyOf(quantiles));
    }

    private void next() {
        char c = text.charAt(at);
        String number = NUMBERS.stream()
                .filter(name -> text.startsWith(name, at))
                .findFirst()
                .orElse("");
        if (!number.isEmpty()) {
            at += number.length();
        } else if (c == '"' || c == '\'' || c == '`') {
            skipString();
        } else if (c == '{') {
            selector(at);
        } else if (isLetter(c)) {
            word();
        } else if (Character.isDigit(c)) {
            skipWhile(PromqlScanner::isOfWord);
        } else if (c == '(') {
            functions.push("");
            at++;
        } else if (c == ')') {
            if (functions.poll() == null) {
                throw new IllegalArgumentException("a parenthesis too many is closed");
            }
            at++;
        } else if (c == '[') {
            throw new IllegalArgumentException("a range stands only right behind a selector; subqueries are not taken");
        } else if (c == '@') {
            throw new IllegalArgumentException("'@' is not taken: a KPI is of its window");
        } else if (c == '#') {
            throw new IllegalArgumentException("comments are not taken");
        } else {
            at++;
        }
    }

    private void word() {
        int start = at;
        skipWhile(PromqlScanner::isOfWord);
        String word = text.substring(start, at);
        String lower = word.toLowerCase(Locale.ROOT);
        skipWhile(Character::isWhitespace);
        char following = at < text.length() ? text.charAt(at) : ' ';
        if (lower.equals("offset")) {
            throw new IllegalArgumentException("'offset' is not taken: a KPI is of its window");
        } else if (LABEL_LISTS.contains(lower)) {
            if (following == '(') {
                at = closing(at) + 1;
            }
        } else if (following == '(') {
            if (lower.equals("histogram_quantile")) {
                quantile(at);
            }
            functions.push(lower);
            at++;
        } else if (following == '{' && NUMBERS.stream().noneMatch(name -> text.startsWith(name, at))) {
            selector(start);
        } else if (!WORDS.contains(lower) && !AGGREGATIONS.contains(lower)) {
            throw new IllegalArgumentException("'" + word + "' is not scoped: write " + word + "{" + Template.SCOPE
                    + "}[" + Template.WINDOW + "]");
        }
    }

    /** The matchers begin here; the name, if any, at {@code start}. */
    private void selector(int start) {
        boolean scoped = false;
        at++;
        while (at < text.length() && text.charAt(at) != '}') {
            char c = text.charAt(at);
            if (text.startsWith(Template.SCOPE, at)) {
                scoped = true;
                at += Template.SCOPE.length();
            } else if (c == '"' || c == '\'' || c == '`') {
                skipString();
            } else {
                at++;
            }
        }
        at = Math.min(at + 1, text.length());
        String selector = text.substring(start, at);
        if (!scoped) {
            throw new IllegalArgumentException(
                    "'" + selector + "' is not scoped: its braces must have " + Template.SCOPE);
        }
        skipWhile(Character::isWhitespace);
        int close = text.indexOf(']', at);
        if (at >= text.length() || text.charAt(at) != '[' || close < 0) {
            throw new IllegalArgumentException(
                    "'" + selector + "' must have the range [" + Template.WINDOW + "]: a KPI is of its whole window");
        }
        if (!text.substring(at + 1, close).strip().equals(Template.WINDOW)) {
            throw new IllegalArgumentException("the range of '" + selector + "' must be [" + Template.WINDOW + "], was "
                    + text.substring(at, close + 1));
        }
        at = close + 1;
        String function = functions.isEmpty() ? "" : functions.peek();
        Template.Input input = new Template.Input(selector, OF_COUNTERS.contains(function));
        if (!inputs.contains(input)) {
            inputs.add(input);
        }
    }

    /** A quantile's arguments begin at this parenthesis; they are scanned afterwards like everything else. */
    private void quantile(int open) {
        int close = closing(open);
        int comma = text.indexOf(',', open);
        if (comma < 0 || comma > close) {
            throw new IllegalArgumentException("histogram_quantile needs a number and a vector");
        }
        String quantile = text.substring(open + 1, comma).strip();
        if (!quantile.matches("0?\\.[0-9]{1,9}|[01](\\.0*)?")) {
            throw new IllegalArgumentException("the quantile must be a number within 0..1, was '" + quantile + "'");
        }
        quantiles.add(new Template.Quantile(
                Double.parseDouble(quantile), text.substring(comma + 1, close).strip()));
    }

    private int closing(int open) {
        int depth = 0;
        int back = at;
        at = open;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'' || c == '`') {
                skipString();
                continue;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                int close = at;
                at = back;
                return close;
            }
            at++;
        }
        throw new IllegalArgumentException("a parenthesis is not closed");
    }

    private void skipString() {
        char quote = text.charAt(at++);
        while (at < text.length() && text.charAt(at) != quote) {
            at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
        }
        if (at >= text.length()) {
            throw new IllegalArgumentException("a string is not closed");
        }
        at++;
    }

    private void skipWhile(java.util.function.IntPredicate kind) {
        while (at < text.length() && kind.test(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    }

    private static boolean isOfWord(int c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '.';
    }
}
