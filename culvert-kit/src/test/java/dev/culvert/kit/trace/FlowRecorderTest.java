package dev.culvert.kit.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.plot.FlowRecords;
import dev.culvert.kit.plot.FlowRing;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shard.ShardConfig;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stack has done is in the files when the recorder is closed, or somebody is told that it is not. */
class FlowRecorderTest {
    private static final IpAddress OWN = IpAddress.parse("10.83.0.2");
    private static final long START_NS = 5_000_000_000L;
    private static final int ROOMY = 1 << 20;
    private static final int WRITES = 50;
    private static final int WRITE_BYTES = 1_000;

    @TempDir
    private Path directory;

    private final List<String> said = new ArrayList<>();

    /** A connection of a stack with itself, one way. */
    private void record(final FlowFiles files, final int ringBytes, final int mostEvents) throws IOException {
        final FlowRing ring = new FlowRing("culvert", ringBytes, START_NS);
        final VirtualStack stack = new VirtualStack(ShardConfig.of(OWN), 1, START_NS);
        stack.watch(ring);
        stack.batch(() -> stack.shard().listen(OWN, 80, 1, null, "listener"));
        final long connection =
                stack.batch(() -> stack.shard().connect(OWN, 0, OWN, 80, null, "connection", stack.nowNs()));
        final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(WRITE_BYTES, Long.BYTES));
        for (int i = 0; i < WRITES; i++) {
            assertEquals(WRITE_BYTES, (int) stack.batch(() -> stack.shard().send(connection, text, 0, WRITE_BYTES)));
        }
        stack.advanceTo(stack.nowNs() + 900_000_000); // the last acknowledgement may be delayed
        FlowRecorder.open(files, ring, new FlowRecords(FlowRecorder.MOST_FLOWS, mostEvents), said::add)
                .close();
    }

    private Path file(final String name) {
        return directory.resolve(name);
    }

    @Test
    void pictureAndLinesHaveTheWholeConnection() throws IOException {
        record(new FlowFiles(file("a.svg"), file("a.csv"), "a title"), ROOMY, FlowRecorder.MOST_EVENTS);

        final List<String> lines = Files.readAllLines(file("a.csv"));
        assertTrue(lines.get(0).startsWith("time,stack,local,remote,acked,"), lines::toString);
        final String last = lines.get(lines.size() - 1);
        assertTrue(last.matches("0\\.0\\d+,culvert,10.83.0.2:\\d+,10.83.0.2:80,50000,.*"), last);
        final String picture = Files.readString(file("a.svg"));
        assertTrue(picture.contains("a title") && picture.contains(" &gt; 10.83.0.2:80<"), picture);
        assertEquals(List.of(), said);
    }

    @Test
    void linesAreJsonUnlessTheNameSaysCsv() throws IOException {
        record(new FlowFiles(null, file("a.jsonl"), "a title"), ROOMY, FlowRecorder.MOST_EVENTS);

        final String first = Files.readAllLines(file("a.jsonl")).get(0);
        assertTrue(first.startsWith("{\"time\":0.000000000,") && first.contains("\"acked\":1000,"), first);
    }

    @Test
    void whatFoundTheRingFullIsCountedAndTold() throws IOException {
        record(new FlowFiles(null, file("a.csv"), "a title"), 1 << 11, FlowRecorder.MOST_EVENTS);

        final String told = String.join("\n", said);
        final int missing = Integer.parseInt(told.replaceFirst(" .*", ""));
        assertTrue(told.endsWith(" came faster than they could be recorded, and are missing"), told);
        final int lines = Files.readAllLines(file("a.csv")).size() - 1;
        assertTrue(missing > 0 && lines > 0 && lines < WRITES, missing + " missing, " + lines + " lines");
    }

    @Test
    void whatThePictureHasNoRoomForIsCountedAndTold() throws IOException {
        record(new FlowFiles(file("a.svg"), null, "a title"), ROOMY, WRITES / 2);

        assertEquals(2, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("the plot is full") && said.get(0).endsWith("a.svg"), said::toString);
        assertTrue(said.get(1).matches("[1-9]\\d* ranges and samples are not in .*a.svg"), said::toString);
        assertTrue(Files.readString(file("a.svg")).contains(" &gt; 10.83.0.2:80<"));
    }

    @Test
    void aFullDiskStopsTheLinesAndNothingElse() throws IOException {
        record(new FlowFiles(file("a.svg"), Path.of("/dev/full"), "a title"), ROOMY, FlowRecorder.MOST_EVENTS);

        assertEquals(List.of("trace stopped: cannot write /dev/full"), said);
        assertTrue(Files.readString(file("a.svg")).contains(" &gt; 10.83.0.2:80<"));
    }

    @Test
    void aPictureThatCannotBeWrittenIsTold() throws IOException {
        record(new FlowFiles(Path.of("/dev/full"), null, "a title"), ROOMY, FlowRecorder.MOST_EVENTS);

        assertEquals(List.of("cannot write /dev/full"), said);
    }

    @Test
    void aFileThatCannotBeOpenedIsKnownAtOnce() {
        final Path nowhere = file("nowhere").resolve("a.csv");
        final FileSystemException failure = assertThrows(
                FileSystemException.class,
                () -> record(new FlowFiles(file("a.svg"), nowhere, "a title"), ROOMY, FlowRecorder.MOST_EVENTS));
        assertEquals(nowhere.toString(), failure.getFile());
    }
}
