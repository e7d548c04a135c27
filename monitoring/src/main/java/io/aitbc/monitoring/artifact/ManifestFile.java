package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A manifest on the disk. */
final class ManifestFile {

    private static final int LARGEST = 64 << 20;

    private ManifestFile() {}

    static Manifest read(Path folder) throws IOException {
        return Json.readManifest(bytes(folder.resolve(Manifest.NAME)));
    }

    /** A small file, whole. */
    static byte[] bytes(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file.getFileName() + " is missing");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(file.getFileName() + " has more than 64 MiB");
            }
            return bytes;
        }
    }
}
