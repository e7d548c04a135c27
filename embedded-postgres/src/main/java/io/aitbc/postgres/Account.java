package io.aitbc.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * As whom PostgreSQL's programs run. They refuse root. There a user namespace makes them believe that they are nobody,
 * while the files stay root's own; where namespaces are forbidden (in most containers) they really become nobody, and the
 * data folder becomes nobody's.
 *
 * @param prefix what stands before each command
 * @param owner whose the data folder has to be; null for as it is
 */
record Account(List<String> prefix, @Nullable Owner owner) {

    /** A user and its group. */
    record Owner(int uid, int gid) {}

    /** 65534 is nobody on every Linux. */
    static final Owner NOBODY = new Owner(65_534, 65_534);

    private static final boolean LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    private static final Account SAME = new Account(List.of(), null);

    /** The one that can run a server on this data folder, which may not exist yet. */
    static Account forData(Path data) throws IOException {
        if (!"0".equals(firstLine(List.of("id", "-u")))) {
            return SAME;
        }
        if (LINUX && Files.exists(data)) {
            Owner owner = ownerOf(data);
            if (owner.uid() != 0 && becoming(owner) != null) {
                return Objects.requireNonNull(becoming(owner));
            }
        }
        // initdb asks for the name of its user, so a number without one does not do.
        if (LINUX && firstLine(List.of("unshare", "-U", "id", "-un")) != null) {
            return new Account(List.of("unshare", "-U"), null);
        }
        Account nobody = LINUX ? becoming(NOBODY) : null;
        if (nobody == null) {
            throw new EmbeddedPostgresException(
                    "PostgreSQL does not run as root, and neither a user namespace (unshare -U)"
                            + " nor another user (setpriv) is available here. Start as another user, or set"
                            + " SPRING_DATASOURCE_URL.");
        }
        return nobody;
    }

    /** Another user, or null where that cannot be. */
    static @Nullable Account becoming(Owner owner) {
        List<String> prefix =
                List.of("setpriv", "--reuid=" + owner.uid(), "--regid=" + owner.gid(), "--clear-groups", "--");
        return runs(prefix, "true") ? new Account(prefix, owner) : null;
    }

    /** Gives the files to the owner, so that the programs may read and write them. */
    void handOver(Path path) throws IOException {
        Owner to = owner;
        if (to == null || !Files.exists(path)) {
            return;
        }
        if (ownerOf(path).equals(to)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return give(file, to);
            }

            // The folder itself last: one that is the owner's already has been handed over as a whole.
            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                return give(visited, to);
            }
        });
    }

    /** Lets the owner pass through a folder of ours, which is root's, to what lies in it. */
    void letThrough(Path folder) throws IOException {
        if (owner != null) {
            Set<PosixFilePermission> permissions = new HashSet<>(Files.getPosixFilePermissions(folder));
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(folder, permissions);
            }
        }
    }

    /** Says so when the programs cannot be reached by the user that they have to run as. */
    void checkMayRun(Path program) {
        Owner as = owner;
        if (as != null && !runs(prefix, "test", "-x", program.toString())) {
            throw new EmbeddedPostgresException("PostgreSQL does not run as root, and user " + as.uid()
                    + ", as whom it would run, may not enter the folder of " + program
                    + ". Name a folder that others may enter with DATA_DIR, start as another user, or set"
                    + " SPRING_DATASOURCE_URL.");
        }
    }

    private static FileVisitResult give(Path path, Owner owner) throws IOException {
        Files.setAttribute(path, "unix:uid", owner.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", owner.gid(), LinkOption.NOFOLLOW_LINKS);
        return FileVisitResult.CONTINUE;
    }

    private static Owner ownerOf(Path path) throws IOException {
        return new Owner(
                (Integer) Files.getAttribute(path, "unix:uid"), (Integer) Files.getAttribute(path, "unix:gid"));
    }

    private static boolean runs(List<String> prefix, String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return firstLine(whole) != null;
    }

    /** What a command prints, or null when it is not there or fails. */
    private static @Nullable String firstLine(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = process.getInputStream()) {
                String text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
                return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : null;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
