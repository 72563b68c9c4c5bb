package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code --plot} and {@code --trace} of an endpoint whose connections go to the kernel's TCP. */
@Tag("e2e")
class PlotTest {
    private static final String RESENT = "stroke=\"#d62728\" d=\"M";
    private static final String SACKED = "stroke=\"#2ca02c\" d=\"M";

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @Test
    void aDownloadOverABadLinkIsDrawnAndWrittenAfterCtrlC() throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        final Path plot = home.file("run.svg");
        final Path trace = home.file("run.csv");
        final String impairment = "out:loss=3%,delay=2ms,seed=21";
        try (Serving serving = Serving.start(
                home,
                "--impair",
                impairment,
                "--plot",
                plot.toString(),
                "--trace",
                trace.toString(),
                "http:80=" + Workspace.get().www())) {
            serving.sh(
                            "curl -sS --fail -m 80 -o /dev/null \"http://10.83.0.2/$1\"",
                            Workspace.get().file(MIB))
                    .succeeds();
            serving.awaitStatistic("connections", 0);
            final Outcome end = serving.program().signal("INT").await().succeeds();
            assertFalse(end.err().contains("missing"), end::toString);
        }

        final String picture = Files.readString(plot);
        assertTrue(picture.contains("culvert serve, cubic, " + impairment), picture);
        assertTrue(picture.contains(">culvert 10.83.0.2:80 &gt; 10.83.0.1:"), picture);
        assertTrue(picture.contains(RESENT) && picture.contains(SACKED), picture);
        assertTrue(picture.endsWith("</svg>\n"), picture);
        final List<String> lines = Files.readAllLines(trace);
        assertTrue(lines.get(0).startsWith("time,stack,local,remote,acked,"), lines.get(0));
        final String[] last = lines.get(lines.size() - 1).split(",", -1);
        assertTrue(Long.parseLong(last[4]) > MIB, () -> String.join(",", last));
    }

    @Test
    void theOtherCommandsHaveThemToo() throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        final Path connected = home.file("connect.svg");
        final Path listened = home.file("listen.jsonl");
        Program.start(home.culvert(
                        "connect", "--plot", connected.toString(), "10.83.0.1", "9000", "--", "nc", "-lN", "9000"))
                .says("hello\n")
                .endInput()
                .await()
                .succeeds();
        Program.start(home.culvert(
                        "listen", "--trace", listened.toString(), "9000", "--", "nc", "-d", "10.83.0.2", "9000"))
                .says("hello\n")
                .endInput()
                .await()
                .succeeds();

        assertTrue(Files.readString(connected).contains(" &gt; 10.83.0.1:9000<"));
        assertTrue(Files.readString(listened).contains("\"acked\":7,"), "hello, its new line and the FIN");
    }
}
