package dev.culvert.tcp.timewait;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.buffer.Memory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeWaitTableTest {
    private static final long MS = 1_000_000L;
    private static final int MINUTE_MS = 60_000;

    private final Memory memory = new Memory(1L << 30);
    private final TimeWaitTable table = new TimeWaitTable(memory, TimeWaitTable.MAX_ROWS, Tuple::hash, flow -> {});

    @AfterEach
    void free() {
        memory.freeAll();
    }

    private int enter(final Tuple tuple, final int lengthMs, final long nowNs) {
        return table.insert(tuple.hash(), tuple, lengthMs, tuple.number(), ~tuple.number(), 0xabcd, 7, nowNs);
    }

    private int find(final Tuple tuple) {
        return table.find(tuple.hash(), tuple);
    }

    @ParameterizedTest
    @CsvSource({"true, 48", "false, 96"})
    void recordsOfAllSizesStayWithinTheirBytes(final boolean v4, final int mostBytes) {
        int rows = 0;
        for (int size = 10_000; size <= 400_000; size += 1_000 + size / 10) {
            for (; rows < size; rows++) {
                assertTrue(enter(new Tuple(v4, rows, 80), MINUTE_MS, 0) >= 0);
            }
            assertTrue(memory.inUseBytes() <= (long) mostBytes * rows, memory.inUseBytes() + " bytes for " + rows);
        }
        for (int i = rows - 1; i >= 0; i--) {
            final int row = find(new Tuple(v4, i, 80));
            assertEquals(i, table.rcvNxt(row));
            table.remove(row);
            assertTrue(memory.inUseBytes() <= 1_000_000 + 2L * mostBytes * i, memory.inUseBytes() + " bytes for " + i);
        }
        assertEquals(0, memory.inUseBytes(), "all of it is given back");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void behavesAsAMapWithDeadlines(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Tuple, Long> deadlines = new HashMap<>(); // in ms
        final List<Tuple> known = new ArrayList<>();
        long nowNs = -random.nextLong(90_000_000_000L); // a clock may begin anywhere, and passes zero here
        for (int step = 0; step < 60_000; step++) {
            final boolean growing = step / 10_000 % 2 == 0;
            if (random.nextInt(10) < (growing ? 8 : 3)) {
                final Tuple tuple = new Tuple(random.nextBoolean(), random.nextInt(50_000), 1 + random.nextInt(2));
                if (!deadlines.containsKey(tuple)) {
                    final int lengthMs = 2 + random.nextInt(random.nextInt(20) == 0 ? 1_200_000 : 5_000);
                    assertTrue(enter(tuple, lengthMs, nowNs) >= 0);
                    deadlines.put(tuple, Math.floorDiv(nowNs + MS - 1, MS) + lengthMs);
                    known.add(tuple);
                }
            } else if (!known.isEmpty()) {
                final int i = random.nextInt(known.size());
                final Tuple tuple = known.get(i);
                if (random.nextInt(4) == 0 && deadlines.containsKey(tuple)) {
                    final int row = find(tuple);
                    final long length = restartedLength(tuple, deadlines, row, nowNs);
                    deadlines.put(tuple, Math.floorDiv(nowNs + MS - 1, MS) + length);
                } else {
                    known.set(i, known.get(known.size() - 1));
                    known.remove(known.size() - 1);
                    if (deadlines.remove(tuple) != null) {
                        table.remove(find(tuple));
                    }
                }
            }
            nowNs += random.nextInt(3_000_000);
            sweep(deadlines, nowNs);
            assertEquals(deadlines.size(), table.size(), "seed " + seed);
        }
        for (final Map.Entry<Tuple, Long> each : deadlines.entrySet()) {
            final int row = find(each.getKey());
            assertEquals(each.getKey().number(), table.rcvNxt(row));
            assertEquals(each.getValue() - Math.floorDiv(nowNs, MS), table.remainingMs(row, nowNs), "seed " + seed);
        }
    }

    /** Restarts a row; its length in ms. */
    private long restartedLength(final Tuple tuple, final Map<Tuple, Long> deadlines, final int row, final long nowNs) {
        assertEquals(deadlines.get(tuple) - Math.floorDiv(nowNs, MS), table.remainingMs(row, nowNs));
        table.restart(row, nowNs);
        return table.remainingMs(row, nowNs) - (nowNs % MS == 0 ? 0L : 1L);
    }

    /** Takes out what is due; nothing may be left behind for longer than a hand's rest. */
    private void sweep(final Map<Tuple, Long> deadlines, final long nowNs) {
        if (nowNs < table.nextDeadlineNs()) {
            return;
        }
        for (int row = table.due(nowNs); row >= 0; row = table.due(nowNs)) {
            final var flow = table.flow(row);
            final boolean v4 = flow.remoteHi() == 0;
            final Tuple tuple = new Tuple(
                    v4,
                    (int) (flow.remoteLo() - new Tuple(v4, 0, 1).remoteLo()) << 12 | flow.remotePort() & 0xfff,
                    flow.localPort());
            assertTrue(deadlines.remove(tuple) <= Math.floorDiv(nowNs, MS), "not before its time");
            table.remove(row);
        }
    }

    @Test
    void aMillionThatEndTogetherAreSweptInBoundedSteps() {
        final int rows = 300_000;
        for (int i = 0; i < rows; i++) {
            enter(new Tuple(true, i, 80), MINUTE_MS, 0);
        }
        final long end = MINUTE_MS * MS;
        assertEquals(end, table.nextDeadlineNs());
        assertEquals(TimeWaitTable.NONE, table.due(end - 1));
        int swept = 0;
        int turns = 0;
        for (long nowNs = end;
                nowNs < Long.MAX_VALUE;
                nowNs = table.nextDeadlineNs()) { // those moved behind the hand are later
            for (int row = table.due(nowNs); row >= 0; row = table.due(nowNs)) {
                table.remove(row);
                swept++;
            }
            assertTrue(++turns <= 10 && nowNs <= end + 1_000 * MS, "turn " + turns + " at " + nowNs + " ns");
        }
        assertEquals(rows, swept);
    }

    @Test
    void theHandKeepsUpWhereMillionsASecondEnd() {
        final int eachMs = 6_000;
        final int lengthMs = 5;
        int most = 0;
        for (int ms = 0; ms < 40; ms++) {
            for (int i = 0; i < eachMs; i++) {
                enter(new Tuple(true, ms * eachMs + i, 80), lengthMs, ms * MS);
            }
            for (int row = table.due(ms * MS); row >= 0; row = table.due(ms * MS)) {
                table.remove(row);
            }
            most = Math.max(most, table.size());
        }
        assertTrue(most <= (lengthMs + 1) * eachMs, most + " rows");
    }

    @Test
    void theTableThatWasSweptEmptyWaitsForTheNextDeadline() {
        final Tuple tuple = new Tuple(true, 1, 80);
        for (long nowNs = 0; nowNs < 9_000 * MS; nowNs += 3_000 * MS) {
            enter(tuple, 1_000, nowNs);
            final long endNs = nowNs + 1_000 * MS;
            assertEquals(endNs, table.nextDeadlineNs());
            table.remove(table.due(endNs));
            assertEquals(TimeWaitTable.NONE, table.due(endNs));
        }
    }

    @Test
    void aTurnThatWasCutShortGoesOnAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            enter(new Tuple(true, i, 80), 1_000, 0);
        }
        final long nowNs = 7_000 * MS;
        table.remove(table.due(nowNs));
        assertEquals(nowNs, table.nextDeadlineNs());
    }

    @Test
    void aRowIsNotShortOfItsLengthAndOverAtOnce() {
        final Tuple tuple = new Tuple(true, 1, 80);
        final long enteredNs = 5 * MS + 1;
        enter(tuple, 2, enteredNs);
        assertFalse(table.isOver(find(tuple), enteredNs + 2 * MS - 1));
        assertTrue(table.isOver(find(tuple), enteredNs + 3 * MS), "a millisecond later at most");
    }

    @Test
    void deadlinesGoOnWhereTheMillisecondsBeginAnew() {
        final long wrapNs = (1L << 31) * MS; // after 25 days they turn negative
        enter(new Tuple(true, 1, 80), MINUTE_MS, wrapNs - MS);
        assertEquals(wrapNs + (MINUTE_MS - 1) * MS, table.nextDeadlineNs());
        assertEquals(TimeWaitTable.NONE, table.due(wrapNs));
        assertFalse(table.isOver(find(new Tuple(true, 1, 80)), wrapNs));
        assertTrue(table.due(wrapNs + (MINUTE_MS - 1) * MS) >= 0);
    }

    @Test
    void theFirstToEndIsFound() {
        final SplittableRandom random = new SplittableRandom(7);
        final List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            lengths.add(2 + random.nextInt(1_000_000));
            enter(new Tuple(i % 3 > 0, i, 80), lengths.get(i), 0);
        }
        lengths.sort(null);
        for (final int length : lengths) {
            final int row = table.first();
            assertEquals(length, table.remainingMs(row, 0));
            table.remove(row);
        }
        assertEquals(TimeWaitTable.NONE, table.first());
    }

    @Test
    void theFirstToEndIsFoundWhileOthersCome() {
        final SplittableRandom random = new SplittableRandom(8);
        final PriorityQueue<Integer> lengths = new PriorityQueue<>();
        for (int i = 0; i < 20_000; i++) {
            final int length = 2 + random.nextInt(1_000_000);
            lengths.add(length);
            enter(new Tuple(true, i, 80), length, 0);
            lengths.add(1_000 + i);
            enter(new Tuple(true, i, 81), 1_000 + i, 0);
            if (i % 3 > 0 || i > 10_000) {
                final int row = table.first();
                assertEquals(lengths.poll(), table.remainingMs(row, 0), "after " + i);
                table.remove(row);
            }
        }
    }

    @Test
    void withoutMemoryNothingChanges() {
        final Memory little = new Memory(200_000);
        final TimeWaitTable small = new TimeWaitTable(little, TimeWaitTable.MAX_ROWS, Tuple::hash, flow -> {});
        int rows = 0;
        for (int i = 0; i < 20_000; i++) {
            final Tuple tuple = new Tuple(true, i, 80);
            if (small.insert(tuple.hash(), tuple, MINUTE_MS, i, i, 0, 0, 0) < 0) {
                break;
            }
            rows++;
        }
        assertEquals(rows, small.size());
        assertTrue(rows * 48L >= 190_000 - 48 * 1_024, rows + " rows");
        for (int i = 0; i < rows; i++) {
            final Tuple tuple = new Tuple(true, i, 80);
            assertEquals(i, small.rcvNxt(small.find(tuple.hash(), tuple)));
        }
        for (int i = 0; i < rows; i++) {
            final Tuple tuple = new Tuple(true, i, 80);
            small.remove(small.find(tuple.hash(), tuple));
        }
        assertEquals(0, little.inUseBytes());
    }

    @Test
    void whatFindsNoMemoryInTheIndexIsFoundAllTheSame() {
        final Memory little = new Memory(12_000); // for a block of rows, but for no bucket
        final TimeWaitTable small = new TimeWaitTable(little, TimeWaitTable.MAX_ROWS, Tuple::hash, flow -> {});
        int rows = 0;
        for (Tuple tuple = new Tuple(true, 0, 80);
                small.insert(tuple.hash(), tuple, MINUTE_MS, rows, 0, 0, 0, 0) >= 0; ) {
            assertEquals(rows, small.rcvNxt(small.find(tuple.hash(), tuple)));
            rows++;
            tuple = new Tuple(true, rows, 80);
        }
        assertTrue(rows > 0);
        assertEquals(rows, small.size(), "one that was refused leaves nothing");
        final Tuple refused = new Tuple(true, rows, 80);
        assertEquals(-1, small.find(refused.hash(), refused));
        for (int i = rows - 1; i >= 0; i--) { // those that came last wait beside the index
            final Tuple tuple = new Tuple(true, i, 80);
            small.remove(small.find(tuple.hash(), tuple));
            assertEquals(-1, small.find(tuple.hash(), tuple));
        }
        assertEquals(0, little.inUseBytes());
    }

    @Test
    void allFieldsOfARowAreKeptApart() {
        final Tuple tuple = new Tuple(true, 9, 443);
        final int row = table.insert(tuple.hash(), tuple, 1_200_000, 1, 2, 0xfffe, 14, 0);
        table.header(row, 0xfc, 255);
        table.tsRecent(row, -3);
        table.note(row, TimeWaitTable.REUSE_PORT | TimeWaitTable.TIMESTAMPS);
        for (int i = 1; i <= 4; i++) {
            table.hide(row);
            table.countReopening(row);
            table.show(row);
            assertEquals(Math.min(i, 3), table.reopenings(row));
        }
        table.sent(row, true, 77 * MS);
        assertEquals(1, table.rcvNxt(row));
        assertEquals(2, table.sndNxt(row));
        assertEquals(0xfffe, table.window(row));
        assertEquals(0xfffe << 14, table.windowBytes(row));
        assertEquals(0xfc, table.tos(row));
        assertEquals(255, table.ttl(row));
        assertEquals(-3, table.tsRecent(row));
        assertEquals(77, table.lastSentMs(row));
        assertEquals(1_200_000, table.remainingMs(row, 0));
        assertTrue(table.has(row, TimeWaitTable.ANSWERED));
        assertTrue(table.has(row, TimeWaitTable.REUSE_PORT));
        assertFalse(table.has(row, TimeWaitTable.SHADOW));
        assertFalse(table.has(row, TimeWaitTable.REUSE_ADDRESS));
    }

    @Test
    void aWalkComesToEveryRowWhereOthersHaveGone() {
        for (int i = 0; i < 1_500; i++) {
            enter(new Tuple(true, i, 80), i < 1_000 ? 2 * MINUTE_MS : MINUTE_MS, 0);
        }
        for (int i = 0; i < 1_000; i++) {
            table.remove(find(new Tuple(true, i, 80)));
        }
        final List<Integer> seen = new ArrayList<>();
        for (int place = Integer.MAX_VALUE; place >= 0; ) {
            place = table.walk(true, place, 70, row -> seen.add(table.rcvNxt(row)));
        }
        seen.sort(null);
        assertEquals(IntStream.range(1_000, 1_500).boxed().toList(), seen);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aWalkInStepsMissesNobodyWhoStaysWhileOthersComeAndGo(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Tuple, Boolean> seenAndStays = new HashMap<>();
        final List<Tuple> passing = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            final Tuple tuple = new Tuple(true, i, 80);
            enter(tuple, MINUTE_MS, 0);
            if (random.nextInt(3) == 0) {
                passing.add(tuple);
            } else {
                seenAndStays.put(tuple, false);
            }
        }
        int fresh = 3_000;
        int place = Integer.MAX_VALUE;
        while (place >= 0) {
            place = table.walk(
                    true,
                    place,
                    50,
                    row -> seenAndStays.computeIfPresent(
                            new Tuple(true, table.rcvNxt(row), 80), (tuple, seen) -> true));
            for (int i = 0; i < 30 && !passing.isEmpty(); i++) {
                table.remove(find(passing.remove(random.nextInt(passing.size()))));
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                final Tuple tuple = new Tuple(true, fresh++, 80);
                enter(tuple, MINUTE_MS, 0);
                passing.add(tuple);
            }
        }
        assertFalse(seenAndStays.containsValue(false), "seed " + seed);
    }
}
