package dev.culvert.shim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The plug-in with which packetdrill ({@code --so_filename}) drives a stack in another process. */
public final class PacketdrillPlugin {
    private static final String NAME = "pd_proxy.so";

    private PacketdrillPlugin() {}

    /**
     * Writes it to a file that must not exist yet.
     *
     * @return false: it was not built for this machine, because there was no C compiler
     * @throws IOException the file exists, or cannot be written
     */
    public static boolean writeTo(final Path file) throws IOException {
        try (InputStream in = NativeResource.open(NAME)) {
            if (in == null) {
                return false;
            }
            Files.copy(in, file);
            return true;
        }
    }
}
