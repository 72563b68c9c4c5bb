package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.buffer.PieceStore;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.MemoryLevels;
import dev.culvert.tcp.MemoryPressure;
import dev.culvert.tcp.Readiness;
import org.junit.jupiter.api.Test;

/** What happens when payload takes most of the memory: windows shrink, new data is refused, SYNs are refused, in this order. */
class MemoryPressureTest extends ScriptTest {
    private static final int MSS = 1_000;
    private static final int WINDOW = 2_000_000;
    /** What the stack asks the machine for at a time. */
    private static final int BLOCK = 64 * PieceStore.CHUNK_BYTES;

    private static final int SEGMENTS_IN_BLOCK = BLOCK / MSS;
    private static final long MEMORY = 7L << 19;

    /** A connection with a large window, on a stack with little memory and these levels. */
    private Script pressed(final int low, final int pressure, final int high) {
        final Script tcp = given(
                s -> s.shard(c -> c.withMemoryLimit(MEMORY))
                        .peerMss(MSS)
                        .peerWscale(7)
                        .config(c -> c.receiveBufferBytes(WINDOW).receiveBufferStartBytes(WINDOW)),
                ESTABLISHED);
        tcp.shard().memoryLevels(new MemoryLevels(low, pressure, high));
        return tcp;
    }

    private static void arrive(final Script tcp, final int segments) {
        for (int i = 0; i < segments; i++) {
            tcp.inject(data(MSS));
        }
        tcp.takeAll();
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-14", section = "3.8.6")
    void underPressureTheWindowShrinksToAFewSegmentsButItsRightEdgeStays() {
        final Script tcp = pressed(1, 2, 99);
        arrive(tcp, 100);
        final int edge = tcp.rightEdge();
        while (tcp.rightEdge() - tcp.peerNxt() > MemoryPressure.WINDOW_SEGMENTS * MSS) {
            arrive(tcp, 1);
            tcp.receive(MSS).takeAll();
            assertTrue(tcp.rightEdge() - edge >= 0, "the right edge has moved left");
        }
        assertEquals(edge, tcp.rightEdge(), 0.01 * WINDOW); // scaled windows are rounded up, RFC 7323 §2.4
        tcp.expectCount(StackCounter.TcpExtTCPMemoryPressures, 1);
        tcp.advance(ms(700)).expectCount(StackCounter.TcpExtTCPMemoryPressuresChrono, 0);
        arrive(tcp, 1);
        tcp.receive(101 * MSS).takeAll();
        assertTrue(tcp.window() > WINDOW / 2, "window " + tcp.window());
        tcp.expectCount(StackCounter.TcpExtTCPMemoryPressures, 1);
        assertEquals(700.0, (double) tcp.shard().counters().get(StackCounter.TcpExtTCPMemoryPressuresChrono), 50);
    }

    @Test
    void newDataIsRefusedUntilMuchIsFreeAgain() {
        final Script tcp = pressed(1, 2, 4);
        arrive(tcp, 200);
        tcp.forgetEvents().send(1, -Errno.EAGAIN).send(1, -Errno.EAGAIN);
        tcp.expectCount(StackCounter.TcpMemorySendRefused, 2);
        tcp.receive(50 * MSS).takeAll();
        tcp.expectNoEvent(Readiness.WRITABLE); // below the one level, but not below the other
        tcp.send(1, -Errno.EAGAIN);
        tcp.receive(140 * MSS).takeAll();
        tcp.expectEvent(Readiness.WRITABLE).send(1).expect(data(1));
        tcp.inject(ack()).receive(10 * MSS).takeAll();
        tcp.expectCount(StackCounter.TcpMemorySendRefused, 3);
    }

    @Test
    void whatCameAheadOfAGapGivesWayToWhatIsInOrder() {
        final Script tcp = pressed(100, 100, 100);
        final int before =
                PieceStore.CHUNK_BYTES - MSS / 2; // so that half of the segment that closes the gap has room anyway
        arrive(tcp, before / MSS);
        tcp.inject(data(before % MSS)).takeAll();
        final int gap = before + 1;
        tcp.inject(data(MSS).seq(gap + MSS)).takeAll();
        tcp.shard().memoryLimit(tcp.shard().memoryInUseBytes()); // what is left of the first block is all there is
        for (int i = 2; i < SEGMENTS_IN_BLOCK + 2; i++) {
            tcp.inject(data(MSS).seq(gap + i * MSS)).takeAll();
        }
        assertTrue(tcp.shard().counters().get(StackCounter.TcpExtTCPOFODrop) > 0, "the block is full");
        tcp.inject(data(MSS).seq(gap)).expect(ack().ack(gap + MSS));
        tcp.expectCount(StackCounter.TcpExtPruneCalled, 1).expectCount(StackCounter.TcpExtOfoPruned, 1);
        tcp.expectCount(StackCounter.TcpExtRcvPruned, 0).receive(before + MSS);
    }

    @Test
    void whatLiesFurthestAheadGivesWayFirst() {
        final Script tcp = pressed(100, 100, 100);
        final int before = PieceStore.CHUNK_BYTES - MSS / 2;
        arrive(tcp, before / MSS);
        tcp.inject(data(before % MSS)).takeAll();
        final int gap = before + 1;
        tcp.inject(data(MSS).seq(gap + MSS)).takeAll();
        tcp.shard().memoryLimit(tcp.shard().memoryInUseBytes());
        for (int i = 3; i < SEGMENTS_IN_BLOCK + 3; i += 2) {
            tcp.inject(data(MSS).seq(gap + i * MSS)).takeAll();
        }
        tcp.inject(data(MSS).seq(gap)).expect(ack().ack(gap + 2 * MSS));
        tcp.inject(data(MSS).seq(gap + 2 * MSS)).expect(ack().ack(gap + 4 * MSS));
        tcp.expectCount(StackCounter.TcpExtOfoPruned, 1).receive(before + 4 * MSS);
    }

    @Test
    void whatIsInOrderIsDroppedWhenThereIsNothingToGiveWay() {
        final Script tcp = pressed(100, 100, 100);
        arrive(tcp, 1);
        tcp.shard().memoryLimit(tcp.shard().memoryInUseBytes());
        arrive(tcp, SEGMENTS_IN_BLOCK);
        tcp.expectCount(StackCounter.TcpExtPruneCalled, 1).expectCount(StackCounter.TcpExtOfoPruned, 0);
        tcp.expectCount(StackCounter.TcpExtRcvPruned, 1).expectCount(StackCounter.TcpExtTCPRcvQDrop, 1);
        tcp.expectDrops(DropReason.NOMEM, 1).receive(BLOCK).takeAll();
        tcp.inject(data(MSS).seq(BLOCK + 1)).receive(MSS).takeAll();
    }

    @Test
    void lastOfAllSynsAreRefused() {
        final Script tcp = pressed(1, 1, 1); // SYNs: half of the memory
        arrive(tcp, 1_000);
        tcp.send(1, -Errno.EAGAIN).receive(MSS).takeAll();
        tcp.peerPort(40_001).inject(syn().seq(0)).expect(synAck());
        tcp.shard().memoryLimit(MEMORY / 2);
        tcp.peerPort(40_002).inject(syn().seq(0)).expectNothing();
        tcp.expectCount(StackCounter.TcpExtListenDrops, 1).expectDrops(DropReason.NOMEM, 1);
        tcp.shard().memoryLimit(MEMORY);
        tcp.inject(syn().seq(0)).expect(synAck());
    }
}
