package io.aitbc.e2e.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a dashboard, by the rules of Grafana's dashboard-linter and some of our own. */
final class DashboardLint {

    private static final Set<String> KINDS = Set.of(
            "bargauge",
            "gauge",
            "heatmap",
            "piechart",
            "stat",
            "state-timeline",
            "status-history",
            "table",
            "timeseries");
    private static final int COLUMNS = 24;

    private final JsonNode dashboard;
    private final List<String> problems = new ArrayList<>();

    private DashboardLint(JsonNode dashboard) {
        this.dashboard = dashboard;
    }

    /** Nothing, for a good one. */
    static List<String> problems(JsonNode dashboard) {
        DashboardLint lint = new DashboardLint(dashboard);
        lint.head();
        lint.variables();
        lint.places();
        dashboard.path("panels").forEach(lint::panel);
        return lint.problems;
    }

    private void want(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    private void head() {
        want(!dashboard.path("title").asText().isBlank(), "it has no title");
        want(!dashboard.path("description").asText().isBlank(), "it has no description");
        want(dashboard.path("uid").asText().matches("[a-z0-9-]{5,40}"), "its uid is not stable");
        want(!dashboard.has("id"), "its id belongs to one Grafana");
        want(!dashboard.has("__inputs"), "it was exported for sharing: Grafana cannot be provisioned with it");
        int schema = dashboard.path("schemaVersion").asInt();
        want(schema >= 39 && schema <= 42, "schemaVersion " + schema + " is not that of Grafana 11 or 12");
        want(dashboard.path("refresh").asText().matches("5s|30s"), "it is not refreshed");
        want(dashboard.path("time").path("to").asText().equals("now"), "it does not end now");
    }

    private void variables() {
        JsonNode first = dashboard.path("templating").path("list").path(0);
        want(
                first.path("type").asText().equals("datasource")
                        && first.path("query").asText().equals("prometheus")
                        && first.path("name").asText().equals("datasource"),
                "its first variable is not the data source");
        Set<String> defined = new HashSet<>();
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            String name = variable.path("name").asText();
            want(defined.add(name), "two variables are called " + name);
            want(!variable.path("label").asText().isBlank(), "variable " + name + " has no label");
            if (variable.path("type").asText().equals("query")) {
                dataSource(variable, "variable " + name);
                want(
                        !variable.path("includeAll").asBoolean()
                                || variable.path("allValue").asText().equals(".*"),
                        "all of variable " + name + " leaves out series without the label");
            }
        }
        Set<String> used = new HashSet<>();
        String text = dashboard.path("panels") + dashboard.path("templating").toString();
        Matcher names = Pattern.compile("\\$\\{?([a-z]\\w*)").matcher(text);
        while (names.find()) {
            used.add(names.group(1));
        }
        for (String name : defined) {
            want(used.contains(name), "nothing uses variable " + name);
        }
        for (String name : used) {
            want(defined.contains(name), "there is no variable " + name);
        }
    }

    private void dataSource(JsonNode of, String who) {
        JsonNode source = of.path("datasource");
        want(
                source.path("uid").asText().equals("${datasource}")
                        && source.path("type").asText().equals("prometheus"),
                who + " does not take the data source of the variable");
    }

    private void places() {
        Set<Integer> ids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        List<JsonNode> before = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").asText();
            want(ids.add(panel.path("id").asInt()), "panel " + title + " has the id of another");
            want(titles.add(title), "two panels are called " + title);
            JsonNode place = panel.path("gridPos");
            int x = place.path("x").asInt(-1);
            int width = place.path("w").asInt();
            want(
                    x >= 0
                            && place.path("y").asInt(-1) >= 0
                            && width > 0
                            && x + width <= COLUMNS
                            && place.path("h").asInt() > 0,
                    "panel " + title + " is not on the grid");
            for (JsonNode other : before) {
                want(
                        !overlap(place, other.path("gridPos")),
                        "panel " + title + " lies on " + other.path("title").asText());
            }
            before.add(panel);
        }
    }

    private static boolean overlap(JsonNode one, JsonNode other) {
        return apart(one, other, "x", "w") && apart(one, other, "y", "h");
    }

    private static boolean apart(JsonNode one, JsonNode other, String from, String length) {
        return one.path(from).asInt()
                        < other.path(from).asInt() + other.path(length).asInt()
                && other.path(from).asInt()
                        < one.path(from).asInt() + one.path(length).asInt();
    }

    private void panel(JsonNode panel) {
        String title = "panel " + panel.path("title").asText();
        want(!panel.path("title").asText().isBlank(), "a panel has no title");
        want(!panel.path("description").asText().isBlank(), title + " has no description");
        String kind = panel.path("type").asText();
        want(KINDS.contains(kind), title + " is of the kind " + kind);
        dataSource(panel, title);
        JsonNode defaults = panel.path("fieldConfig").path("defaults");
        want(!defaults.path("unit").asText().isBlank(), title + " has no unit");
        want(!defaults.path("thresholds").path("steps").isEmpty(), title + " has no thresholds");
        want(!panel.path("targets").isEmpty(), title + " asks for nothing");
        Set<String> letters = new HashSet<>();
        for (JsonNode target : panel.path("targets")) {
            String who = title + " / " + target.path("refId").asText();
            dataSource(target, who);
            want(letters.add(target.path("refId").asText()), who + " is there twice");
            want(kind.equals("table") || !target.path("legendFormat").asText().isBlank(), who + " has no legend");
            want(
                    target.path("instant").asBoolean() != target.path("range").asBoolean(),
                    who + " is neither of now nor of a range");
            Promql.problems(target.path("expr").asText()).forEach(problem -> problems.add(who + ": " + problem));
        }
    }
}
