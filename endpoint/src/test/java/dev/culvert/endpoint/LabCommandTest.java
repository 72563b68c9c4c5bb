package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.lab.LabScenario;
import dev.culvert.kit.lab.Laboratory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int lab(final String... words) {
        final String[] args = new String[words.length + 1];
        args[0] = "lab";
        System.arraycopy(words, 0, args, 1, words.length);
        return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private void refused(final String why, final String... words) {
        assertEquals(ExitCode.USAGE, lab(words));
        assertTrue(err.toString().contains(why), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    @Test
    void onlyWhatTheKernelAnswersSoonIsPlayedLive() {
        refused(
                "buckets cannot be played live; these can: exit-chat, lost-last-ack, server-closes",
                "buckets",
                "--live");
        refused("--live goes with NAME alone", "--live");
    }

    @Test
    void withoutANameItListsEveryScenario() {
        assertEquals(ExitCode.OK, lab());
        assertEquals(Laboratory.all().size(), out.toString().lines().count());
        for (final LabScenario scenario : Laboratory.all()) {
            assertTrue(out.toString().contains(scenario.title()), out.toString());
        }
    }

    @Test
    void aScenarioIsDrawnExplainedAndCompared() {
        assertEquals(ExitCode.OK, lab("old-duplicate-syn"), err::toString);
        final String text = out.toString();
        assertTrue(text.contains("[TIME-WAIT becomes a shadow]"), text);
        assertTrue(text.contains("because: RFC 1122"), text);
        assertTrue(text.contains("\nstrict"), text);
    }

    @Test
    void aPresetIsPlayedAloneAndTheIdServesAsAName() {
        assertEquals(ExitCode.OK, lab("tw1", "--preset", "strict"), err::toString);
        assertTrue(out.toString().contains("connect fails with EADDRNOTAVAIL"), out.toString());
        assertFalse(out.toString().contains("\nculvert "), out.toString());
    }

    @Test
    void picturesGoWhereTheyAreWanted() throws IOException {
        final Path file = directory.resolve("one.svg");
        assertEquals(ExitCode.OK, lab("exit-chat", "--svg", file.toString()), err::toString);
        assertTrue(Files.readString(file).startsWith("<svg "));
        assertTrue(Files.readString(directory.resolve("one-2.svg")).endsWith("</svg>\n"));
    }

    @Test
    void aPageGoesWhereItIsWanted() throws IOException {
        final Path pages = directory.resolve("pages");
        assertEquals(ExitCode.OK, lab("simultaneous-close", "--dir", pages.toString()), err::toString);
        final String page = Files.readString(pages.resolve("simultaneous-close.md"));
        assertTrue(page.contains("(simultaneous-close-1.svg)"), page);
        assertTrue(Files.exists(pages.resolve("simultaneous-close-1.svg")));
    }

    @Test
    void mistakesAreToldInOneLine() {
        refused("there is no scenario 'nonsense'; there are exit-chat,", "nonsense");
        refused("there is no policy 'nonsense'; there are culvert,", "exit-chat", "--preset", "nonsense");
        refused("which scenario?", "--preset", "linux");
        refused("--all goes with neither", "exit-chat", "--all");
        refused("--dir goes with neither", "exit-chat", "--dir", "x", "--preset", "linux");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        final Path nowhere = directory.resolve("none").resolve("one.svg");
        assertEquals(ExitCode.FAILURE, lab("simultaneous-close", "--svg", nowhere.toString()));
        assertTrue(err.toString().contains("cannot write " + nowhere), err.toString());
    }
}
