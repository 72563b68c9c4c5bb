package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The programs that end-to-end tests need beside the JDK. Where one is missing the tests fail; they are never skipped. */
final class Tools {
    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("bash", "bash"),
            Map.entry("curl", "curl"),
            Map.entry("dumpcap", "wireshark-common"),
            Map.entry("ip", "iproute2"),
            Map.entry("kill", "procps"),
            Map.entry("mknod", "coreutils"),
            Map.entry("mount", "mount"),
            Map.entry("nc", "netcat-openbsd"),
            Map.entry("nsenter", "util-linux"),
            Map.entry("ping", "iputils-ping"),
            Map.entry("script", "bsdutils"),
            Map.entry("setpriv", "util-linux"),
            Map.entry("ss", "iproute2"),
            Map.entry("tcpdump", "tcpdump"),
            Map.entry("tshark", "tshark"),
            Map.entry("unshare", "util-linux"));

    private Tools() {}

    /** Fails with the line that installs what is missing. */
    static void check() {
        final List<String> missing = PACKAGES.entrySet().stream()
                .filter(tool -> !onPath(tool.getKey()))
                .map(Map.Entry::getValue)
                .distinct()
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            fail("the end-to-end tests need: apt-get install -y --no-install-recommends " + String.join(" ", missing));
        }
    }

    private static boolean onPath(final String tool) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }
}
