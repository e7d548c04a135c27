package io.aitbc.e2e.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the documentation, as far as it is checked: its links, the anchors of its headings, its blocks of code. */
record Page(String name, List<String> lines, List<Block> blocks, List<Link> links, Set<String> anchors) {

    /** The root of the project. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Set<String> NOT_OURS = Set.of("target", "data", "node_modules", ".git", ".idea", ".vscode");
    private static final Pattern FENCE = Pattern.compile("^( *)(```+|~~~+)\\s*([\\w-]*)\\s*$");
    private static final Pattern COMMENT = Pattern.compile("(?s)^<!--\\s*(.*?)\\s*-->$");
    private static final Pattern CODE = Pattern.compile("(`+).+?\\1");
    private static final Pattern LINK =
            Pattern.compile("\\[(?:[^\\[\\]]|\\[[^\\]]*\\])*\\]\\(\\s*<?([^)>\\s]+)>?[^)]*\\)");
    private static final Pattern REFERENCE = Pattern.compile("^ {0,3}\\[[^\\]]+\\]:\\s*<?(\\S+?)>?\\s*$");
    private static final Pattern NAMED = Pattern.compile("<a\\s+(?:id|name)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(.*?)\\s*#*$");

    /** A link of the page; {@code line} counts from 1. */
    record Link(int line, String target) {}

    /**
     * A fenced block.
     *
     * @param line where its first line of content stands, from 1
     * @param remark the comment straight before it; empty when there is none
     */
    record Block(int line, String language, List<String> content, String remark) {

        String text() {
            return String.join("\n", content) + "\n";
        }
    }

    /** Every page of the project, by name. */
    static List<Page> all() {
        List<Page> pages = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean ours = folder.equals(ROOT)
                            || !NOT_OURS.contains(folder.getFileName().toString());
                    return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (file.toString().endsWith(".md")) {
                        pages.add(of(ROOT.relativize(file).toString().replace('\\', '/'), Files.readString(file)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pages.sort((a, b) -> a.name.compareTo(b.name));
        return pages;
    }

    static Page of(String name, String text) {
        List<String> lines = List.of(text.split("\n", -1));
        List<Block> blocks = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> repeated = new HashMap<>();
        String remark = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher fence = FENCE.matcher(line);
            if (fence.matches()) {
                int end = endOf(name, lines, i, fence.group(2));
                String indent = fence.group(1);
                List<String> content = lines.subList(i + 1, end).stream()
                        .map(inside -> inside.startsWith(indent) ? inside.substring(indent.length()) : inside)
                        .toList();
                blocks.add(new Block(i + 2, fence.group(3), content, remark));
                remark = "";
                i = end;
                continue;
            }
            if (line.strip().startsWith("<!--")) {
                int end = i;
                while (end + 1 < lines.size() && !lines.get(end).strip().endsWith("-->")) {
                    end++;
                }
                Matcher comment = COMMENT.matcher(
                        String.join("\n", lines.subList(i, end + 1)).strip());
                remark = comment.matches() ? comment.group(1) : "";
                i = end;
                continue;
            }
            if (!line.isBlank()) {
                remark = "";
            }
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String slug = slug(heading.group(1));
                int before = repeated.merge(slug, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? slug : slug + "-" + before);
            }
            NAMED.matcher(line).results().forEach(found -> anchors.add(found.group(1)));
            String prose = CODE.matcher(line).replaceAll("");
            for (Pattern pattern : List.of(LINK, REFERENCE)) {
                Matcher link = pattern.matcher(prose);
                while (link.find()) {
                    links.add(new Link(i + 1, link.group(1)));
                }
            }
        }
        return new Page(name, lines, blocks, links, anchors);
    }

    private static int endOf(String name, List<String> lines, int begin, String fence) {
        for (int end = begin + 1; end < lines.size(); end++) {
            String line = lines.get(end).strip();
            if (line.startsWith(fence)
                    && line.replace(fence.substring(0, 1), "").isEmpty()) {
                return end;
            }
        }
        throw new AssertionError(name + ":" + (begin + 1) + ": this block of code does not end");
    }

    /** The anchor that GitHub, and what follows it, gives a heading. */
    static String slug(String heading) {
        String words = heading.replaceAll("!?\\[([^\\]]*)\\]\\([^)]*\\)", "$1").replaceAll("[`*]", "");
        return words.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
