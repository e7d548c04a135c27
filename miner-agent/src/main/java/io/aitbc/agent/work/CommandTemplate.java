package io.aitbc.agent.work;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * How a job's command becomes a process of this machine: words, of which {@code {command}} stands for all of the job's, and
 * {@code {image}}, {@code {gpus}} (UUIDs with commas) and {@code {job_id}} may be part of others. No shell looks at them.
 */
public final class CommandTemplate {

    private final List<String> words;

    /** @throws IllegalArgumentException when it is empty, a quote does not end, or {@code {command}} is missing */
    public CommandTemplate(String template) {
        this.words = split(template);
        if (words.isEmpty() || !words.contains("{command}")) {
            throw new IllegalArgumentException(
                    "--job-command must contain {command} as a word of its own, as in: {command}, was: " + template);
        }
    }

    /**
     * The words of one job's process.
     *
     * @throws IllegalArgumentException when the job does not say what to run, or not what the template needs
     */
    List<String> of(Assignment job) {
        List<String> command = command(job.spec().path("command"));
        List<String> all = new ArrayList<>();
        for (String word : words) {
            if (word.equals("{command}")) {
                all.addAll(command);
            } else {
                all.add(filled(word, job));
            }
        }
        return all;
    }

    private static String filled(String word, Assignment job) {
        String image = job.spec().path("image").asText("");
        if (word.contains("{image}") && (image.isEmpty() || image.startsWith("-"))) {
            throw new IllegalArgumentException("spec.image must name an image");
        }
        return word.replace("{image}", image)
                .replace("{gpus}", String.join(",", job.gpuUuids()))
                .replace("{job_id}", job.jobId());
    }

    private static List<String> command(JsonNode said) {
        List<String> command = new ArrayList<>();
        if (said.isTextual() && !said.asText().isBlank()) {
            return List.of("/bin/sh", "-c", said.asText());
        }
        for (JsonNode word : said) {
            if (!word.isTextual()) {
                throw new IllegalArgumentException("spec.command must be a text or a list of texts");
            }
            command.add(word.asText());
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("spec.command is missing");
        }
        return command;
    }

    private static List<String> split(String template) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean inWord = false;
        for (char c : template.toCharArray()) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("a quote does not end in --job-command: " + template);
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
