package io.aitbc.testsupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;

class ContainerServerTest extends DatabaseServerContract {

    private static final boolean DOCKER_ANSWERS = DockerEngine.ofThisMachine().answers();

    private static final class Started {
        static final ContainerServer SERVER = ContainerServer.launch();
    }

    @BeforeEach
    void onlyWithDocker() {
        assumeTrue(DOCKER_ANSWERS, "no Docker engine answers here");
    }

    @Override
    DatabaseServer server() {
        return Started.SERVER;
    }
}
