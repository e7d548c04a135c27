package io.aitbc.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service's OpenAPI description as a page to read: each call with its roles, parameters, body, answers and refusals. */
public final class ApiPage {

    private static final String REFERENCE = "#/components/schemas/";
    private static final Pattern ROLES = Pattern.compile("\\s*(?:Roles: \\[(.*)]|Open)\\.$");
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private final String service;
    private final JsonNode api;
    private final Set<String> objects = new TreeSet<>();
    private final StringBuilder page = new StringBuilder();

    private record Call(String method, String path, JsonNode operation) {
        String title() {
            return method.toUpperCase(Locale.ROOT) + " " + path;
        }
    }

    private ApiPage(String service, JsonNode api) {
        this.service = service;
        this.api = api;
    }

    /** Fails when the page in docs/api is not what the service says. */
    public static void check(String service, JsonNode described) throws IOException {
        assertThat(file(service))
                .as("write the pages in docs/api anew: docs/check --write")
                .content()
                .isEqualTo(new ApiPage(service, described).text());
    }

    static void write(String service, JsonNode described) throws IOException {
        Files.createDirectories(file(service).getParent());
        Files.writeString(file(service), new ApiPage(service, described).text());
    }

    private static Path file(String service) {
        return Page.ROOT.resolve("docs/api/" + service + ".md");
    }

    private String text() {
        Map<String, List<Call>> groups = groups();
        say("# API of " + service);
        say("");
        say(
                "<!-- Written by docs/check --write from the OpenAPI description of the service. Changes by hand are lost. -->");
        say("");
        say("""
                The running service tells the same at `/v3/api-docs` (OpenAPI 3) and, to try, at `/swagger-ui.html`. Names are in
                snake_case, times ISO 8601 in UTC, bodies JSON unless a call says otherwise.

                A call with roles needs a key of one of them: `Authorization: Bearer KEY`, or `X-Api-Key: KEY`
                ([keys and roles](../operations/security.md#roles)).

                A refusal is a problem by RFC 9457 (`application/problem+json`): `type` is a stable name, `detail` a sentence that says
                what to do.

                | status | when |
                |---|---|
                | 400 | the request cannot be read |
                | 401 | there is no key, or none that is known |
                | 403 | the key's role may not do this |
                | 404 | there is no such thing, or none that this key may know of |
                | 409 | it contradicts what is stored; the call says when |
                | 413 | the body is larger than 1 MiB; 10 MiB where many things come at once |
                | 422 | a value breaks a rule; all that are wrong are named |
                | 429 | too many requests with this key; `Retry-After` says for how long to wait |
                | 503 | the database, or what is asked behind this service, is away; nothing was stored |
                """.stripTrailing());
        if (api.path("paths").has("/v1/sla/status")) {
            say("");
            say("Every path under `/sla/` answers under `/v1/sla/` too.");
        }
        say("");
        say("| call | |");
        say("|---|---|");
        groups.values()
                .forEach(calls -> calls.forEach(call -> say("| [%s](#%s) | %s |"
                        .formatted(
                                call.title(),
                                Page.slug(call.title()),
                                cell(call.operation.path("summary").asText())))));
        groups.forEach((name, calls) -> {
            say("");
            say("## Calls: " + name);
            calls.forEach(this::call);
        });
        objects();
        return page.toString();
    }

    private Map<String, List<Call>> groups() {
        Map<String, List<Call>> groups = new TreeMap<>();
        Map<String, JsonNode> paths = new TreeMap<>();
        api.path("paths").fields().forEachRemaining(path -> paths.put(path.getKey(), path.getValue()));
        paths.forEach((path, operations) -> {
            for (String method : METHODS) {
                JsonNode operation = operations.path(method);
                if (!operation.isMissingNode() && !path.startsWith("/v1/sla/")) {
                    String tag = operation.path("tags").path(0).asText("other");
                    String name = tag.replaceAll("-controller$", "").replace('-', ' ');
                    groups.computeIfAbsent(name, n -> new ArrayList<>()).add(new Call(method, path, operation));
                }
            }
        });
        return groups;
    }

    private void call(Call call) {
        JsonNode operation = call.operation;
        String description = operation.path("description").asText();
        Matcher roles = ROLES.matcher(description);
        boolean told = roles.find();
        say("");
        say("### " + call.title());
        say("");
        say(sentence(operation.path("summary").asText()));
        String more = told ? description.substring(0, roles.start()).strip() : description.strip();
        if (!more.isEmpty()) {
            say("");
            say(more);
        }
        say("");
        say(
                told && roles.group(1) != null
                        ? "**Roles:** " + roles.group(1).toLowerCase(Locale.ROOT)
                        : "**Open** to everybody");
        parameters(operation.path("parameters"));
        body(operation.path("requestBody"));
        answers(operation.path("responses"));
    }

    private void parameters(JsonNode parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        say("");
        say("| parameter | in | type | |");
        say("|---|---|---|---|");
        for (JsonNode each : parameters) {
            JsonNode schema = each.path("schema");
            say("| `%s` | %s | %s | %s |"
                    .formatted(
                            each.path("name").asText(),
                            each.path("in").asText(),
                            type(schema),
                            cell(rules(
                                    schema,
                                    each.path("required").asBoolean(),
                                    each.path("description").asText()))));
        }
    }

    private void body(JsonNode body) {
        if (body.isMissingNode()) {
            return;
        }
        List<String> kinds = new ArrayList<>();
        body.path("content").fields().forEachRemaining(content -> {
            String media = content.getKey().equals("application/json") ? "" : " (`" + content.getKey() + "`)";
            kinds.add(type(content.getValue().path("schema")) + media);
        });
        say("");
        say("**Body**" + (body.path("required").asBoolean() ? ": " : ", if any: ") + String.join(", or ", kinds));
    }

    private void answers(JsonNode responses) {
        List<String> refusals = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        responses.fields().forEachRemaining(response -> {
            if (response.getKey().compareTo("400") >= 0) {
                refusals.add(response.getKey());
                return;
            }
            Set<String> kinds = new TreeSet<>();
            response.getValue().path("content").fields().forEachRemaining(content -> {
                String media =
                        content.getKey().matches("\\*/\\*|application/json") ? "" : " (`" + content.getKey() + "`)";
                kinds.add(type(content.getValue().path("schema")) + media);
            });
            answers.add(response.getKey() + (kinds.isEmpty() ? "" : ", " + String.join(", or ", kinds)));
        });
        say("");
        say("**Answers:** " + String.join("; ", answers)
                + (refusals.isEmpty() ? "" : ". **Refusals:** " + String.join(", ", refusals)));
    }

    private void objects() {
        // What an object refers to may be another that nothing else does.
        Set<String> written = new TreeSet<>();
        Map<String, String> texts = new TreeMap<>();
        while (!written.containsAll(objects)) {
            for (String name : List.copyOf(objects)) {
                if (written.add(name)) {
                    texts.put(
                            name, object(api.path("components").path("schemas").path(name)));
                }
            }
        }
        say("");
        say("## Objects");
        texts.forEach((name, text) -> {
            say("");
            say("### " + name);
            say("");
            say(text);
        });
    }

    private String object(JsonNode schema) {
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        List<String> lines = new ArrayList<>();
        if (schema.has("description")) {
            lines.add(schema.get("description").asText() + "\n");
        }
        JsonNode properties = schema.path("properties");
        if (properties.isEmpty()) {
            lines.add(
                    schema.has("enum") ? type(schema) + " " + rules(schema, false, "") : "An object with any members.");
            return String.join("\n", lines);
        }
        lines.add("| field | type | |");
        lines.add("|---|---|---|");
        properties
                .fields()
                .forEachRemaining(field -> lines.add("| `%s` | %s | %s |"
                        .formatted(
                                field.getKey(),
                                type(field.getValue()),
                                cell(rules(
                                        field.getValue(),
                                        required.contains(field.getKey()),
                                        field.getValue().path("description").asText())))));
        return String.join("\n", lines);
    }

    private String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.get("$ref").asText().replace(REFERENCE, "");
            objects.add(name);
            return "[" + name + "](#" + Page.slug(name) + ")";
        }
        if (schema.has("oneOf") || schema.has("anyOf") || schema.has("allOf")) {
            List<String> kinds = new ArrayList<>();
            for (String several : new String[] {"oneOf", "anyOf", "allOf"}) {
                schema.path(several).forEach(each -> kinds.add(type(each)));
            }
            return String.join(" or ", kinds);
        }
        String type = schema.path("type").asText("any");
        return switch (type) {
            case "array" -> "list of " + type(schema.path("items"));
            case "object" ->
                schema.path("additionalProperties").isObject()
                        ? "map of " + type(schema.get("additionalProperties"))
                        : "object";
            default ->
                schema.has("format") && !schema.get("format").asText().matches("int32|int64|double|float")
                        ? type + " (" + schema.get("format").asText() + ")"
                        : type;
        };
    }

    private static String rules(JsonNode schema, boolean needed, String description) {
        List<String> rules = new ArrayList<>();
        if (needed) {
            rules.add("needed");
        }
        if (!description.isBlank()) {
            rules.add(description.strip());
        }
        JsonNode values =
                schema.has("enum") ? schema.get("enum") : schema.path("items").path("enum");
        if (!values.isMissingNode()) {
            List<String> names = new ArrayList<>();
            values.forEach(value -> names.add("`" + value.asText() + "`"));
            rules.add("one of " + String.join(", ", names));
        }
        range(rules, schema, "minimum", "maximum", "");
        range(rules, schema, "minLength", "maxLength", " characters");
        range(rules, schema, "minItems", "maxItems", " entries");
        if (schema.has("pattern")) {
            rules.add("matches `" + schema.get("pattern").asText() + "`");
        }
        if (schema.has("default")) {
            rules.add("`" + schema.get("default").asText() + "` when left out");
        }
        return String.join("; ", rules);
    }

    private static void range(List<String> rules, JsonNode schema, String least, String most, String unit) {
        boolean from =
                schema.has(least) && !schema.get(least).asText().equals("0") || schema.has(least) && unit.isEmpty();
        if (from && schema.has(most)) {
            rules.add(schema.get(least).asText() + ".." + schema.get(most).asText() + unit);
        } else if (from) {
            rules.add("at least " + schema.get(least).asText() + unit);
        } else if (schema.has(most)) {
            rules.add("at most " + schema.get(most).asText() + unit);
        }
    }

    private static String sentence(String text) {
        return text.isEmpty() || text.endsWith(".") ? text : text + ".";
    }

    /** As the cell of a table. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s*\n\\s*", " ");
    }

    private void say(String line) {
        page.append(line).append('\n');
    }
}
