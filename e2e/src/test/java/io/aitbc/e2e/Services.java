package io.aitbc.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Both services on one data folder, as ./run starts them, with the keys that they made. */
final class Services implements AutoCloseable {

    final Path folder;
    final ServiceProcess coordinator;
    final ServiceProcess hub;
    final FaultyLine line;

    Services(Path folder, Map<String, String> extra) {
        this.folder = folder;
        Map<String, String> common = new HashMap<>(extra);
        common.put("DATA_DIR", folder.resolve("data").toString());
        common.put("RATE_LIMIT_PER_SECOND", "0");
        coordinator = new ServiceProcess("coordinator-api", "COORDINATOR_PORT", folder, common);
        line = new FaultyLine(coordinator.url());
        Map<String, String> ofHub = new HashMap<>(common);
        ofHub.put("COORDINATOR_BILLING_URL", line.url());
        ofHub.putIfAbsent("BILLING_SYNC_INTERVAL_HOURS", "0.0003");
        hub = new ServiceProcess("pool-hub", "POOLHUB_PORT", folder, ofHub);
    }

    Services start() {
        coordinator.start();
        hub.start();
        coordinator.awaitReady();
        hub.awaitReady();
        return this;
    }

    String key(String name) {
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
        return new Api(hub.url(), key(keyName));
    }

    Api coordinatorAs(String keyName) {
        return new Api(coordinator.url(), key(keyName));
    }

    /** SIGKILL for the PostgreSQL server of a service. */
    void killDatabaseOf(String service) throws IOException {
        Path pidFile = folder.resolve("data").resolve(service).resolve("postgres/data/postmaster.pid");
        if (Files.exists(pidFile)) {
            long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() {
        // A graceful stop takes the database along; what was killed last is started once more for that.
        for (ServiceProcess service : new ServiceProcess[] {hub, coordinator}) {
            if (!service.isRunning()) {
                service.start().awaitReady();
            }
            service.close();
        }
        line.close();
    }
}
