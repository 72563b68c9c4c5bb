package dev.culvert.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class OutboundPacketTest {
    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1000, Long.BYTES));
    private final OutboundPacket packet = new OutboundPacket().clear();

    private void pieces(final int... lengths) {
        int at = 0;
        for (final int length : lengths) {
            packet.addPiece(memory.addressOffset() + at, length);
            at += length;
        }
    }

    @Test
    void payloadIsCutAtItsEndPieceByPiece() {
        pieces(100, 200, 300);
        packet.trimPayload(600);
        assertEquals(3, packet.pieces());
        packet.trimPayload(350);
        assertEquals(350, packet.payloadLength());
        assertEquals(50, packet.pieceLength(2));
        packet.trimPayload(300);
        assertEquals(2, packet.pieces());
        packet.trimPayload(40);
        assertEquals(1, packet.pieces());
        assertEquals(40, packet.pieceLength(0));
        packet.trimPayload(0);
        assertEquals(0, packet.pieces());
        assertEquals(0, packet.payloadLength());
    }

    @Test
    void itIsAsManyWireSegmentsAsItsSizeSays() {
        assertEquals(1, packet.wireSegments());
        pieces(500, 500);
        assertEquals(1, packet.wireSegments());
        packet.segmentSize = 400;
        assertEquals(3, packet.wireSegments());
        packet.segmentSize = 500;
        assertEquals(2, packet.wireSegments());
    }

    @Test
    void theHeadroomLiesDirectlyInFrontOfTheHeader() {
        assertEquals(packet.headroom.addressOffset() + OutboundPacket.HEADROOM, packet.header.addressOffset());
    }
}
