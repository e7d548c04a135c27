package io.aitbc.e2e;

import io.aitbc.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Both services on one data folder, as ./run starts them, with the keys that they made. */
final class Services implements AutoCloseable {

    private static final List<String> HUB_KEYS = List.of(
            "POOLHUB_OPERATOR_KEY",
            "POOLHUB_VIEWER_KEY",
            "POOLHUB_SERVICE_KEY",
            "POOLHUB_ENROLLMENT_TOKEN",
            "COORDINATOR_API_KEY");

    final Path folder;
    final ServiceProcess coordinator;
    final ServiceProcess hub;
    final FaultyLine line;
    private final Map<String, String> given;
    private @Nullable ServiceProcess secondHub;
    private @Nullable EmbeddedPostgres hubDatabase;
    private @Nullable OwnedDatabases databases;

    Services(Path folder, Map<String, String> extra) {
        this.folder = folder;
        this.given = Map.copyOf(extra);
        Map<String, String> common = new HashMap<>(extra);
        common.put("DATA_DIR", folder.resolve("data").toString());
        common.put("RATE_LIMIT_PER_SECOND", "0");
        coordinator = new ServiceProcess("coordinator-api", "COORDINATOR_PORT", folder, common);
        line = new FaultyLine(coordinator.url());
        Map<String, String> ofHub = new HashMap<>(common);
        ofHub.put("COORDINATOR_BILLING_URL", line.url());
        ofHub.putIfAbsent("BILLING_SYNC_INTERVAL_HOURS", "0.0003");
        hub = new ServiceProcess("pool-hub", "POOLHUB_PORT", folder, ofHub);
        coordinator.give(Map.of("POOLHUB_URL", hub.url()));
    }

    /** One coordinator, and two hubs on one database server, with keys that were given to them. */
    static Services withTwoHubs(Path folder) {
        return withTwoHubs(folder, Map.of());
    }

    /** The same, with more environment variables for both hubs. */
    static Services withTwoHubs(Path folder, Map<String, String> more) {
        EmbeddedPostgres server =
                EmbeddedPostgres.start(EmbeddedPostgres.Settings.durable(folder.resolve("hub-database")));
        Map<String, String> keys = newKeys();
        Services services = new Services(folder, keys);
        services.hubDatabase = server;
        Map<String, String> ofHub = new HashMap<>(keys);
        ofHub.putAll(more);
        ofHub.put("RATE_LIMIT_PER_SECOND", "0");
        ofHub.put("COORDINATOR_BILLING_URL", services.line.url());
        ofHub.put("BILLING_SYNC_INTERVAL_HOURS", "0.0003");
        ofHub.put("SPRING_DATASOURCE_URL", server.jdbcUrl());
        ofHub.put("SPRING_DATASOURCE_USERNAME", server.username());
        ofHub.put("SPRING_DATASOURCE_PASSWORD", server.password());
        services.hub.give(ofHub);
        services.secondHub = new ServiceProcess("pool-hub", "POOLHUB_PORT", folder, ofHub);
        return services;
    }

    private static Map<String, String> newKeys() {
        Map<String, String> keys = new HashMap<>();
        HUB_KEYS.forEach(name -> keys.put(name, "key-for-tests-" + UUID.randomUUID()));
        return keys;
    }

    /** On databases whose owners may do nothing else, where psql is installed, which makes them. */
    static Services onOwnedDatabases(Path folder, Map<String, String> extra) {
        OwnedDatabases databases = OwnedDatabases.start(folder);
        if (databases == null) {
            return new Services(folder, extra);
        }
        // On a database that is not their own services make no keys up.
        Map<String, String> settings = newKeys();
        settings.put("COORDINATOR_OPERATOR_KEY", "key-for-tests-" + UUID.randomUUID());
        settings.put("COORDINATOR_VIEWER_KEY", "key-for-tests-" + UUID.randomUUID());
        settings.putAll(extra);
        Services services = new Services(folder, settings);
        services.databases = databases;
        services.coordinator.give(databases.of("coordinator-api"));
        services.hub.give(databases.of("pool-hub"));
        return services;
    }

    /** What makes a third service use a database beside these; nothing when they have no such server. */
    Map<String, String> databaseOf(String service) {
        return databases == null ? Map.of() : databases.of(service);
    }

    Services start() {
        try {
            coordinator.start();
            hubs().forEach(ServiceProcess::start);
            awaitReady();
            return this;
        } catch (RuntimeException | Error e) {
            // Nobody has us yet who would close us.
            hubs().forEach(ServiceProcess::kill);
            coordinator.kill();
            throw e;
        }
    }

    void awaitReady() {
        coordinator.awaitReady();
        hubs().forEach(ServiceProcess::awaitReady);
    }

    List<ServiceProcess> hubs() {
        return secondHub == null ? List.of(hub) : List.of(hub, secondHub);
    }

    String key(String name) {
        if (given.containsKey(name)) {
            return given.get(name);
        }
        try {
            return Files.readAllLines(folder.resolve("data/credentials.env")).stream()
                    .filter(text -> text.startsWith(name + "="))
                    .map(text -> text.substring(name.length() + 1))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Api hubAs(String keyName) {
        return hubAs(keyName, hub);
    }

    Api hubAs(String keyName, ServiceProcess which) {
        return new Api(which.url(), key(keyName));
    }

    Api coordinatorAs(String keyName) {
        return new Api(coordinator.url(), key(keyName));
    }

    /** SIGKILL for the coordinator's PostgreSQL server, which the coordinator starts again. */
    void killCoordinatorsDatabase() throws IOException {
        kill(folder.resolve("data/coordinator-api/postgres"));
    }

    /** SIGKILL for the PostgreSQL server that the hubs share; whoever started it starts it again, as a managed one would be. */
    void killHubsDatabase() throws IOException {
        kill(folder.resolve("hub-database"));
    }

    private static void kill(Path server) throws IOException {
        Path pidFile = server.resolve("data/postmaster.pid");
        if (Files.exists(pidFile)) {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() {
        // A graceful stop takes the database along; what was killed last is started once more for that.
        List<ServiceProcess> all = new ArrayList<>(hubs());
        all.add(coordinator);
        for (ServiceProcess service : all) {
            if (!service.isRunning()) {
                service.start().awaitReady();
            }
            service.close();
        }
        line.close();
        if (hubDatabase != null) {
            hubDatabase.close();
        }
        if (databases != null) {
            databases.close();
        }
    }
}
