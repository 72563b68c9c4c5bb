package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel sees at its end of a serving endpoint's interface, from start to end and without a gap. */
final class KernelCapture implements AutoCloseable {
    private final Serving serving;
    private final Path file;
    private final Program dumpcap;

    private KernelCapture(final Serving serving, final Path file, final Program dumpcap) {
        this.serving = serving;
        this.file = file;
        this.dumpcap = dumpcap;
    }

    /** Into a file, with more options of dumpcap(1) where there are any; returns when it captures. */
    static KernelCapture start(final Serving serving, final Path file, final String... options)
            throws IOException, InterruptedException {
        final List<String> words =
                new ArrayList<>(List.of("dumpcap", "-B", "64", "-i", "culvert0", "-w", file.toString()));
        words.addAll(List.of(options));
        final KernelCapture capture =
                new KernelCapture(serving, file, Program.start(serving.inside(words.toArray(String[]::new))));
        capture.dumpcap.awaitErr("File: ");
        serving.sh("ping -n -q -c 5 -i 0.2 10.83.0.2").succeeds();
        capture.dumpcap.awaitErr("Packets: [1-9]");
        return capture;
    }

    /** Waits until all that has happened so far is in the file, and ends it; nothing may have been dropped. */
    void end() throws IOException, InterruptedException {
        serving.sh("ping -n -q -c 5 -i 0.2 -p 43554c56455254 fd83::2").succeeds();
        serving.awaitInside(
                "the last packet in " + file,
                count -> !count.isBlank(),
                "tail -c 8192 \"$1\" | grep --text -o CULVERTCULVERT",
                file);
        final Outcome end = dumpcap.signal("INT").await().succeeds();
        assertTrue(end.err().contains("/0 (pcap:0/dumpcap:0/"), end::toString);
    }

    @Override
    public void close() {
        dumpcap.close();
    }
}
