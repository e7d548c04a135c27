package io.aitbc.postgres;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A real PostgreSQL server, started from the binaries on the class path, that keeps its data.
 *
 * <p>One JVM owns a folder at a time. A server that a killed JVM left behind is stopped and started anew; a server that
 * dies is started again on the same port. Close it, or it goes on running when the JVM ends.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    static final String USER = "postgres";
    private static final long LARGEST_LOG = 10L << 20;

    /**
     * How to run it.
     *
     * @param folder where data, password, port and log are kept; made when missing
     * @param binaries where the programs are unpacked; several folders may share them
     * @param durable whether a commit survives the loss of power; false only for tests
     */
    public record Settings(Path folder, Path binaries, boolean durable) {

        /** Checks that the folders can be folders. */
        public Settings {
            for (Path path : new Path[] {folder, binaries}) {
                if (Files.exists(path) && !Files.isDirectory(path)) {
                    throw new EmbeddedPostgresException(path + " is to be a folder for the database but is a file."
                            + " Name another folder with DATA_DIR.");
                }
            }
        }

        /** A server whose data matter. */
        public static Settings durable(Path folder) {
            return new Settings(folder, folder, true);
        }

        /** A server for tests: without fsync, and {@link EmbeddedPostgres#discard} may delete it. */
        public static Settings forTests(Path folder) {
            return new Settings(folder, folder, false);
        }

        /** The same with its programs unpacked elsewhere, so that not each folder has to unpack them (some seconds). */
        public Settings withBinaries(Path elsewhere) {
            return new Settings(folder, elsewhere, durable);
        }
    }

    /** Decides as whom the server of a data folder runs. */
    interface AccountChoice {
        Account forData(Path data) throws IOException;
    }

    private final Server server;
    private final String password;
    private final FolderLock lock;

    private EmbeddedPostgres(Server server, String password, FolderLock lock) {
        this.server = server;
        this.password = password;
        this.lock = lock;
    }

    /**
     * Starts the server and waits until it answers, for as long as it recovers from a crash.
     *
     * @throws EmbeddedPostgresException with a sentence that says what to do
     */
    public static EmbeddedPostgres start(Settings settings) {
        return start(settings, Account::forData);
    }

    static EmbeddedPostgres start(Settings settings, AccountChoice accounts) {
        try {
            Binaries binaries = Binaries.forThisPlatform();
            Path folder =
                    Files.createDirectories(settings.folder().toAbsolutePath()).toRealPath();
            FolderLock lock = FolderLock.on(folder)
                    .orElseThrow(() -> new EmbeddedPostgresException("Another process runs the database under " + folder
                            + ". Stop it, or name another folder with DATA_DIR."));
            boolean started = false;
            try {
                EmbeddedPostgres server = start(settings, folder, lock, binaries, accounts);
                started = true;
                return server;
            } finally {
                if (!started) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The database under " + settings.folder() + " could not be started: " + explain(e), e);
        }
    }

    private static EmbeddedPostgres start(
            Settings settings, Path folder, FolderLock lock, Binaries binaries, AccountChoice accounts)
            throws IOException {
        DataFolder data = new DataFolder(folder, settings.durable());
        boolean exists = data.exists();
        data.forgetHalfMade();
        Path unpacked =
                Files.createDirectories(settings.binaries().toAbsolutePath()).toRealPath();
        Path programs = binaries.unpackInto(unpacked);
        Path path = DataFolder.dataIn(folder);
        Account account = accounts.forData(path);
        account.letThrough(folder);
        account.letThrough(unpacked);
        account.checkMayRun(programs.resolve("bin/postgres"));
        account.handOver(path);
        ServerLog log = new ServerLog(folder.resolve("postgres.log"), LARGEST_LOG);
        log.create();
        Commands commands = new Commands(programs, account, log);
        if (!exists) {
            data.create(commands, account);
        }
        Postmaster postmaster = new Postmaster(path, commands, log, settings.durable());
        postmaster.stopLeftover();
        Binaries.forgetOthers(folder, programs);
        Server server = new Server(postmaster, log, data.password());
        server.start(folder.resolve("port"));
        return new EmbeddedPostgres(server, data.password(), lock);
    }

    /**
     * Deletes a folder of {@link Settings#forTests} that no JVM runs any more, and stops the server that a killed one may
     * have left on it.
     *
     * @return false when a JVM still runs it
     * @throws EmbeddedPostgresException when it is not such a folder; nothing is deleted then
     */
    public static boolean discard(Path folder) {
        if (!Files.exists(folder)) {
            return true;
        }
        if (!Files.exists(folder.resolve(DataFolder.FOR_TESTS))) {
            throw new EmbeddedPostgresException(folder + " is not a database for tests and was left alone.");
        }
        try {
            Path real = folder.toRealPath();
            Optional<FolderLock> claim = FolderLock.on(real);
            if (claim.isEmpty()) {
                return false;
            }
            try (FolderLock lock = claim.get()) {
                Path data = DataFolder.dataIn(real);
                Postmaster.running(data).ifPresent(ProcessHandle::destroy);
                if (!Postmaster.isGone(data, 3)) {
                    Postmaster.running(data).ifPresent(ProcessHandle::destroyForcibly);
                    Postmaster.isGone(data, 10);
                }
                Binaries.delete(real);
                return true;
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException(folder + " could not be deleted: " + explain(e), e);
        }
    }

    /** JDBC address of its default database. */
    public String jdbcUrl() {
        return jdbcUrl(USER);
    }

    /** JDBC address of one of its databases. */
    public String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    /** The superuser. */
    public String username() {
        return USER;
    }

    /** The superuser's password, drawn once per folder. */
    public String password() {
        return password;
    }

    /** The TCP port on 127.0.0.1; the same after a restart where it is free. */
    public int port() {
        return server.port();
    }

    /** Stops the server, within a minute; open transactions are rolled back, committed ones are on disk. */
    @Override
    public void close() {
        server.close();
        lock.close();
    }

    private static String explain(IOException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left on device")) {
            return "the disk is full (" + text + "). Make room, or name a folder on another with DATA_DIR.";
        }
        if (e instanceof AccessDeniedException || text.contains("Read-only file system")) {
            return "not writable (" + text + "). Give this user the folder, or name another with DATA_DIR.";
        }
        return e.getClass().getSimpleName() + ": " + text;
    }
}
