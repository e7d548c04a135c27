package io.aitbc.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster on disk and its password: made once, checked on each start, never wiped. */
final class DataFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
    static final String MAJOR = "17";
    private static final String HALF_MADE = ".{initdb,unpacking,password}*";

    /** Lies in a folder whose data may be thrown away. */
    static final String FOR_TESTS = "for-tests";

    private final Path folder;
    private final Path data;
    private final Path password;
    private final boolean durable;

    DataFolder(Path folder, boolean durable) {
        this.folder = folder;
        this.data = dataIn(folder);
        this.password = folder.resolve("password");
        this.durable = durable;
    }

    static Path dataIn(Path folder) {
        return folder.resolve("data");
    }

    /** Deletes what a killed start left half done. Nothing was ever stored there: only what is whole gets its name. */
    void forgetHalfMade() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, HALF_MADE)) {
            for (Path half : found) {
                try {
                    Binaries.delete(half);
                } catch (IOException e) {
                    LOG.debug("{} stays until the next start", half, e);
                }
            }
        }
    }

    /**
     * Whether there is a cluster.
     *
     * @throws EmbeddedPostgresException when there is one that cannot be used
     */
    boolean exists() throws IOException {
        if (!Files.exists(data)) {
            markForTests();
            return false;
        }
        List<String> missing = Stream.of(
                        data.resolve("PG_VERSION"), data.resolve("global").resolve("pg_control"), password)
                .filter(file -> !Files.isRegularFile(file))
                .map(file -> folder.relativize(file).toString())
                .toList();
        if (!missing.isEmpty()) {
            throw new EmbeddedPostgresException("The data folder " + data + " is not a whole PostgreSQL cluster: "
                    + String.join(", ", missing)
                    + " missing. Nothing was changed in it: restore it from a backup, or move "
                    + folder + " away to start empty.");
        }
        String major = Files.readString(data.resolve("PG_VERSION")).strip();
        if (!major.equals(MAJOR)) {
            throw new EmbeddedPostgresException("The data folder " + data + " belongs to PostgreSQL " + major
                    + ", this program brings " + MAJOR
                    + ". Dump it with the old version and restore it into an empty one; nothing was changed in it.");
        }
        boolean forTests = Files.exists(folder.resolve(FOR_TESTS));
        if (durable == forTests) {
            throw new EmbeddedPostgresException("The data under " + folder + " were made "
                    + (forTests ? "for tests, without fsync" : "durable, and tests may throw theirs away")
                    + ". Name another folder.");
        }
        return true;
    }

    private void markForTests() throws IOException {
        if (durable) {
            Files.deleteIfExists(folder.resolve(FOR_TESTS));
        } else {
            Files.writeString(folder.resolve(FOR_TESTS), "");
        }
    }

    /** Makes the cluster under a temporary name and gives it its own when it is whole. */
    void create(Commands commands, Account account) throws IOException {
        if (!Files.exists(password)) {
            writePassword();
        }
        account.handOver(password); // initdb reads it as the user it runs as
        Path fresh = Files.createTempDirectory(folder, ".initdb");
        account.handOver(fresh);
        List<String> arguments = new ArrayList<>(List.of("-D", fresh.toString(), "-U", EmbeddedPostgres.USER));
        arguments.addAll(List.of("-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "--pwfile=" + password));
        arguments.addAll(durable ? List.of("--data-checksums") : List.of("--no-sync"));
        commands.run("initdb", arguments);
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        sync(folder); // else a loss of power could take the name back, and with it what is committed later
    }

    String password() throws IOException {
        return Files.readString(password).strip();
    }

    private void writePassword() throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Path fresh = Files.createTempFile(
                folder,
                ".password",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, HexFormat.of().formatHex(random) + "\n");
        sync(fresh);
        Files.move(fresh, password, StandardCopyOption.ATOMIC_MOVE);
    }

    private void sync(Path path) throws IOException {
        if (durable) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
