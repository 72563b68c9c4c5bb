package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int simulate(final String... words) {
        final String[] args = new String[words.length + 1];
        args[0] = "simulate";
        System.arraycopy(words, 0, args, 1, words.length);
        return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private Path record(final String name, final String seed) {
        final Path file = directory.resolve(name);
        final int code =
                simulate("ping-pong", "--seed", seed, "--set", "app.rounds=50", "--pcapng", file.toString(), "--quiet");
        assertEquals(ExitCode.OK, code, err::toString);
        return file;
    }

    @Test
    void theSameSeedGivesTheSameCaptureToTheByte() throws IOException {
        final byte[] once = Files.readAllBytes(record("1.pcapng", "5"));
        assertTrue(once.length > 10_000);
        assertArrayEquals(once, Files.readAllBytes(record("2.pcapng", "5")));
        assertFalse(Arrays.equals(once, Files.readAllBytes(record("3.pcapng", "6"))));
        assertEquals("", out.toString());
    }

    @Test
    void statesAreLinesOfJson() throws IOException {
        final Path file = directory.resolve("states.jsonl");
        assertEquals(ExitCode.OK, simulate("closing", "--states", file.toString(), "-q"), err::toString);
        final List<String> lines = Files.readAllLines(file);
        assertTrue(
                lines.get(0).startsWith("{\"time\":0.000000000,\"stack\":\"a\",\"local\":\"10.83.0.2:"), lines.get(0));
        assertTrue(lines.get(0).endsWith("\"from\":\"CLOSED\",\"to\":\"SYN_SENT\"}"), lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.endsWith("\"from\":\"TIME_WAIT\",\"to\":\"CLOSED\"}")));
    }

    @Test
    void samplesAreLinesOfCsvOrJsonByTheNameOfTheFile() throws IOException {
        final Path csv = directory.resolve("bulk.CSV");
        final Path json = directory.resolve("bulk.jsonl");
        final String small = "app.bytes=100kB";
        assertEquals(ExitCode.OK, simulate("bulk", "--set", small, "--trace", csv.toString(), "-q"), err::toString);
        assertEquals(ExitCode.OK, simulate("bulk", "--set", small, "--trace", json.toString(), "-q"), err::toString);
        final List<String> rows = Files.readAllLines(csv);
        final List<String> objects = Files.readAllLines(json);
        assertTrue(rows.get(0).startsWith("time,stack,local,remote,acked,right_edge,cwnd,ssthresh,"), rows.get(0));
        assertEquals(rows.size() - 1, objects.size());
        final String[] first = rows.get(1).split(",", -1);
        assertEquals(13, first.length);
        assertEquals("", first[7]); // no threshold yet
        assertTrue(objects.get(0).startsWith("{\"time\":" + first[0] + ",\"stack\":\"a\","), objects.get(0));
        assertTrue(objects.get(0).contains(",\"acked\":" + first[4] + ","), objects.get(0));
        assertFalse(objects.get(0).contains("ssthresh"), objects.get(0));
        final String[] last = rows.get(rows.size() - 1).split(",", -1);
        assertEquals("100001", last[4]); // and the FIN
        assertEquals("0", last[8]);
    }

    @Test
    void aPlotIsAPicture() throws IOException {
        final Path file = directory.resolve("bulk.svg");
        final String[] words = {"bulk", "--set", "app.bytes=100kB", "--plot", file.toString(), "-q"};
        assertEquals(ExitCode.OK, simulate(words), err::toString);
        final String once = Files.readString(file);
        assertTrue(once.startsWith("<svg ") && once.endsWith("</svg>\n"));
        assertTrue(once.contains("bulk, seed 1"));
        assertEquals(ExitCode.OK, simulate(words), err::toString);
        assertEquals(once, Files.readString(file));
    }

    @Test
    void theSummaryIsATextOrJson() {
        assertEquals(ExitCode.OK, simulate("bulk", "--set", "app.bytes=10kB"), err::toString);
        assertTrue(out.toString().startsWith("bulk, seed 1: all done after 0."), out::toString);
        out.getBuffer().setLength(0);
        assertEquals(ExitCode.OK, simulate("bulk", "--set", "app.bytes=10kB", "--json"), err::toString);
        assertTrue(out.toString().startsWith("{\"scenario\":\"bulk\",\"seed\":1,"), out::toString);
        assertTrue(out.toString().contains("\"bytesUp\":10000,"), out::toString);
    }

    @Test
    void aPrintedScenarioCanBePlayedFromItsFile() throws IOException {
        assertEquals(ExitCode.OK, simulate("--print", "slow-reader"));
        final Path file = Files.writeString(directory.resolve("mine.yaml"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(ExitCode.OK, simulate(file.toString(), "--duration", "1s"), err::toString);
        assertTrue(out.toString().contains("seed 1: time is over after"), out::toString);
    }

    @Test
    void allBuiltInScenariosAreListedWithALine() {
        assertEquals(ExitCode.OK, simulate("--list"));
        assertTrue(out.toString().lines().count() >= 10);
        assertTrue(out.toString().lines().allMatch(line -> line.matches("[a-z-]+ +[A-Z0-9].*\\.")), out::toString);
    }

    @Test
    void anEndThatIsNotReachedIsAFailure() {
        assertEquals(ExitCode.FAILURE, simulate("bulk", "--set", "end.limit=1s"));
        assertTrue(out.toString().contains("time limit reached before everything was done"), out::toString);
    }

    @Test
    void aModelIsExploredAndOnePathReplayed() throws IOException {
        assertEquals(ExitCode.OK, simulate("--explore", "close", "--duplicates", "0"), err::toString);
        assertTrue(out.toString().startsWith("close: "), out::toString);
        assertTrue(
                out.toString().endsWith("; with losses 1, duplicates 0, reorders 0, timeouts 0 nothing breaks\n"),
                out::toString);
        out.getBuffer().setLength(0);
        final Path file = directory.resolve("path.pcapng");
        assertEquals(
                ExitCode.OK,
                simulate("--explore", "close", "--replay", "1", "--pcapng", file.toString()),
                err::toString);
        assertTrue(out.toString().contains("b gets   S 0:0(0)"), out::toString);
        assertTrue(out.toString().contains("   (lost)"), out::toString);
        assertTrue(out.toString().endsWith("both are CLOSED, nothing broke\n"), out::toString);
        assertTrue(Files.size(file) > 500);
    }

    @Test
    void whatCannotBeExploredIsSaidInOneLine() {
        assertEquals(ExitCode.USAGE, simulate("--explore", "nothing"));
        assertTrue(err.toString().startsWith("culvert: there is no model 'nothing'; models are open, close,"));
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.USAGE, simulate("--explore", "open", "--losses", "-1"));
        assertEquals("culvert: a budget is 0 or more\n", err.toString());
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.USAGE, simulate("--explore", "open", "--replay", "7"));
        assertTrue(err.toString().startsWith("culvert: --replay 7: the model has no such path ("), err::toString);
    }

    @Test
    void aMistakeIsOneLineWithItsPlace() throws IOException {
        final Path file = Files.writeString(directory.resolve("bad.yaml"), "stacks:\n  a: { adress: 10.0.0.1 }\n");
        assertEquals(ExitCode.USAGE, simulate(file.toString()));
        assertEquals("culvert: " + file + ":2: stacks.a: 'address' is missing\n", err.toString());
    }

    @Test
    void filesThatCannotBeReadOrWrittenAreNamed() throws IOException {
        assertEquals(ExitCode.USAGE, simulate("no-such-scenario"));
        assertTrue(err.toString().startsWith("culvert: there is no file 'no-such-scenario'"), err::toString);
        err.getBuffer().setLength(0);
        final String nowhere = directory.resolve("none/x").toString();
        assertEquals(ExitCode.FAILURE, simulate("bulk", "--pcapng", nowhere));
        assertEquals("culvert: cannot write " + nowhere + " (there is no such directory)\n", err.toString());
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.FAILURE, simulate("bulk", "--states", nowhere));
        assertEquals("culvert: cannot write " + nowhere + " (there is no such directory)\n", err.toString());
        for (final String option : List.of("--plot", "--trace")) {
            err.getBuffer().setLength(0);
            assertEquals(ExitCode.FAILURE, simulate("bulk", option, nowhere));
            assertEquals("culvert: cannot write " + nowhere + " (there is no such directory)\n", err.toString());
        }
        err.getBuffer().setLength(0);
        final Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertEquals(ExitCode.USAGE, simulate(binary.toString()));
        assertEquals("culvert: " + binary + ": is no text in UTF-8\n", err.toString());
    }

    @Test
    void aPartOfTheGridIsMeasured() {
        final String part = "control=cubic,rate=10mbit,rtt=10ms,loss=0%,reordering=none,flows=1";
        assertEquals(ExitCode.OK, simulate("--grid", part, "--csv"), err::toString);
        final List<String> lines = out.toString().lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(1).matches("cubic,10mbit,10ms,0%,none,1,9[0-9]{6},.*"), lines.get(1)); // of 9.65 Mbit/s
    }

    @Test
    void aGridThatIsInterruptedSaysHowMuchOfItWasMeasured() {
        Thread.currentThread().interrupt();
        assertEquals(130, simulate("--grid", "golden"), err::toString);
        assertEquals("Interrupted: 0 of 60 cells were measured.\n\n", out.toString());
    }

    @Test
    void aCellIsMeasuredWithTheSeedThatWasAskedFor() {
        final String part = "control=cubic,rate=10mbit,rtt=10ms,loss=1%,reordering=none,flows=1";
        final List<String> rows = new ArrayList<>();
        for (final String seed : List.of("1", "7", "7")) {
            assertEquals(ExitCode.OK, simulate("--grid", part, "--csv", "--seed", seed), err::toString);
            rows.add(out.toString());
            out.getBuffer().setLength(0);
        }
        assertNotEquals(rows.get(0), rows.get(1));
        assertEquals(rows.get(1), rows.get(2));
    }

    @ParameterizedTest
    @CsvSource({
        "'--grid golden --plot x.svg',--plot has no effect with --grid",
        "'ping-pong --grid golden',SCENARIO has no effect with --grid",
        "'--explore open --seed 2',--seed has no effect with --explore",
        "'--list --json',--json has no effect with --list",
        "'ping-pong --print --set app.rounds=1',--set has no effect with --print",
        "'ping-pong --jobs 2',--jobs has no effect without --grid",
        "'ping-pong --losses 2',--losses has no effect without --explore"
    })
    void whatWouldHaveNoEffectIsRefused(final String words, final String complaint) {
        assertEquals(ExitCode.USAGE, simulate(words.split(" ")));
        assertEquals(complaint, err.toString().lines().findFirst().orElse(""));
    }

    @Test
    void aCellThatTheGridDoesNotHaveIsSaidInALine() {
        assertEquals(ExitCode.USAGE, simulate("--grid", "loss=2%"));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().startsWith("culvert: --grid loss=2%: values of 'loss' are 0%, "), err::toString);
        assertEquals(ExitCode.USAGE, simulate("--grid", "golden", "--jobs", "0"));
        assertEquals(ExitCode.USAGE, simulate("--grid", "golden", "--seeds", "0"));
        assertEquals(ExitCode.USAGE, simulate("--grid", "flows=8,loss=1%"));
    }
}
