package io.aitbc.testsupport.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules about source files, which compiled classes no longer show. */
public final class SourceRules {

    /** The most lines that a file may have. */
    public static final int LONGEST = 300;

    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^public (?:abstract |final |sealed |non-sealed )*(?:class|record|enum|interface|@interface) ",
            Pattern.MULTILINE);

    private SourceRules() {}

    /**
     * Files over {@value #LONGEST} lines.
     *
     * @param excused file names that may be longer, each with its reason
     */
    public static List<String> tooLong(Path sources, Map<String, String> excused) {
        return files(sources)
                .filter(file -> !excused.containsKey(file.getFileName().toString()))
                .filter(file -> read(file).lines().count() > LONGEST)
                .map(file -> file.getFileName() + " has more than " + LONGEST + " lines: split it by what it does")
                .toList();
    }

    /** The share of files whose top-level type is package-private, 0..1. */
    public static double packagePrivateShare(Path sources) {
        List<Path> all = files(sources)
                .filter(file -> !file.endsWith("package-info.java"))
                .toList();
        long hidden = all.stream()
                .filter(file -> !PUBLIC_TYPE.matcher(read(file)).find())
                .count();
        return all.isEmpty() ? 1 : (double) hidden / all.size();
    }

    private static Stream<Path> files(Path sources) {
        try (Stream<Path> walk = Files.walk(sources)) {
            return walk.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
