package dev.culvert.endpoint.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks Wireshark about a capture. */
final class Tshark {
    private Tshark() {}

    /** The packets that a display filter lets through, a line each; only some fields of them where these are named. */
    static String read(final Path capture, final String filter, final String... fields)
            throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-Y", filter));
        words.addAll(List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
        for (final String field : fields) {
            words.addAll(List.of("-T", "fields", "-e", field));
        }
        return Program.run(new ProcessBuilder(words)).succeeds().out();
    }

    /** How many packets a display filter lets through. */
    static long count(final Path capture, final String filter) throws IOException, InterruptedException {
        return read(capture, filter, "frame.number").lines().count();
    }
}
