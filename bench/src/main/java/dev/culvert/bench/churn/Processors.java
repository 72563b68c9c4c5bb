package dev.culvert.bench.churn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which processors the two ends run on: servers on the first that this program may use, the client on the last.
 *
 * @param server number of the servers' processor
 * @param client number of the client's
 */
public record Processors(int server, int client) {
    private static final String ALLOWED = "Cpus_allowed_list:";

    public static Processors ofThisProcess() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(ALLOWED)) {
                return parse(line.substring(ALLOWED.length()).strip());
            }
        }
        throw new IOException("/proc/self/status has no line '" + ALLOWED + "'");
    }

    /** From a list such as {@code 0-3,8}. */
    static Processors parse(final String list) {
        return new Processors(
                Integer.parseInt(list.replaceFirst("[^0-9].*", "")),
                Integer.parseInt(list.replaceFirst(".*[^0-9]", "")));
    }
}
