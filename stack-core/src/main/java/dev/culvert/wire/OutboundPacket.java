package dev.culvert.wire;

import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One packet on its way out: headers in a buffer of its own and payload by reference, as a vectored write wants it. One
 * object per shard, reused for every packet.
 */
public final class OutboundPacket {
    /** Room for the largest IP and TCP headers together. */
    public static final int MAX_HEADER_LENGTH = 128;
    /** Payload pieces that one packet may have; a segment that would need more ends earlier. */
    public static final int MAX_PIECES = 64;
    /** Largest IP packet, headers included. */
    public static final int MAX_LENGTH = 65_535;

    /** Bytes in front of the headers. */
    public static final int HEADROOM = 16;

    private final UnsafeBuffer memory =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(HEADROOM + MAX_HEADER_LENGTH, Long.BYTES));

    /** The memory directly in front of {@link #header}: the device's, for a header of its own. */
    public final UnsafeBuffer headroom = new UnsafeBuffer(memory, 0, HEADROOM);

    /** IP and transport header, from offset 0. Off-heap: {@code header.addressOffset()} is its address. */
    public final UnsafeBuffer header = new UnsafeBuffer(memory, HEADROOM, MAX_HEADER_LENGTH);

    private final UnsafeBuffer pieceView = new UnsafeBuffer(0, 0);
    private final long[] pieceAddress = new long[MAX_PIECES];
    private final int[] pieceLength = new int[MAX_PIECES];
    private int pieces;
    private int payloadLength;

    /** Bytes of {@link #header} in use. */
    public int headerLength;

    /** Where the transport header begins. */
    public int transportOffset;

    /** Payload bytes per wire segment when this is a super-segment; 0: one wire segment. */
    public int segmentSize;

    /**
     * True: the transport checksum field holds the folded pseudo-header sum and the device completes it. False: it is
     * complete.
     */
    public boolean checksumPartial;

    /** Forgets the previous packet. */
    public OutboundPacket clear() {
        pieces = 0;
        payloadLength = 0;
        headerLength = 0;
        transportOffset = 0;
        segmentSize = 0;
        checksumPartial = false;
        return this;
    }

    /** Appends payload that lies at an off-heap address. False when there is no room for another piece. */
    public boolean addPiece(final long address, final int length) {
        if (pieces == MAX_PIECES) {
            return false;
        }
        pieceAddress[pieces] = address;
        pieceLength[pieces++] = length;
        payloadLength += length;
        return true;
    }

    /** Forgets what the payload has beyond so many bytes. */
    public void trimPayload(final int bytes) {
        while (payloadLength > bytes) {
            final int cut = Math.min(pieceLength[pieces - 1], payloadLength - bytes);
            pieceLength[pieces - 1] -= cut;
            payloadLength -= cut;
            if (pieceLength[pieces - 1] == 0) {
                pieces--;
            }
        }
    }

    /** Number of payload pieces. */
    public int pieces() {
        return pieces;
    }

    /** Off-heap address of a piece. */
    public long pieceAddress(final int index) {
        return pieceAddress[index];
    }

    /** Length of a piece in bytes. */
    public int pieceLength(final int index) {
        return pieceLength[index];
    }

    /** Payload bytes in all pieces. */
    public int payloadLength() {
        return payloadLength;
    }

    /** How many packets this is on a wire. */
    public int wireSegments() {
        return segmentSize == 0 ? 1 : (payloadLength + segmentSize - 1) / segmentSize;
    }

    /** Length of the whole packet in bytes. */
    public int length() {
        return headerLength + payloadLength;
    }

    /** Copies headers and payload, one after the other, into a buffer; returns the length of the packet. */
    public int copyTo(final MutableDirectBuffer target, final int offset) {
        target.putBytes(offset, header, 0, headerLength);
        int at = offset + headerLength;
        for (int i = 0; i < pieces; i++) {
            pieceView.wrap(pieceAddress[i], pieceLength[i]);
            target.putBytes(at, pieceView, 0, pieceLength[i]);
            at += pieceLength[i];
        }
        return at - offset;
    }
}
