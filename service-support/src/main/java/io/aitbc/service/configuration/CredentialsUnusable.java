package io.aitbc.service.configuration;

import java.io.IOException;
import java.nio.file.Path;

/** credentials.env can be neither read nor written. */
final class CredentialsUnusable extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    CredentialsUnusable(Path dataDir, IOException cause) {
        super(
                "credentials.env in " + dataDir.toAbsolutePath() + " can be neither read nor written (" + cause
                        + "). Make the folder writable or name another with DATA_DIR.",
                cause);
    }
}
