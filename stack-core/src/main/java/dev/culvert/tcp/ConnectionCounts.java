package dev.culvert.tcp;

/**
 * What one connection has counted since it was opened (RFC 4898 §3.1 has most of it). Segments are counted modulo
 * 2<sup>32</sup> and read as unsigned, as Linux has them in {@code tcp_info}. Shard's thread only.
 */
public final class ConnectionCounts {
    /** Segments sent, retransmissions and bare ACKs included. */
    public int segmentsOut;
    /** Those of them with text. */
    public int dataSegmentsOut;
    /** Segments received. */
    public int segmentsIn;
    /** Those of them with text. */
    public int dataSegmentsIn;
    /** Bytes of text sent, retransmissions included. */
    public long bytesSent;
    /** Bytes of text sent again. */
    public long bytesRetransmitted;
    /** Segments sent again. */
    public int retransmissions;
    /** Sequence numbers of ours that the peer has acknowledged, our SYN included after an active OPEN. */
    public long bytesAcknowledged;
    /** Sequence numbers of the peer's that were received in order, its FIN included. */
    public long bytesReceived;
    /** Segments known to have arrived, the SYN as one. */
    public int delivered;
    /** Those of them whose acknowledgement said that a router has marked data (RFC 3168 §6.1.2). */
    public int deliveredMarked;
    /** Segments whose text came ahead of something missing. */
    public int outOfOrder;
    /** Whether text went with a SYN and was taken (RFC 7413): ours that was acknowledged, or the peer's. */
    public boolean textWithSyn;
    /** When text was last sent, in ns; 0: never. */
    public long lastTextSentNs;
    /** When text last came, in ns; 0: never. */
    public long lastTextReceivedNs;

    void reset() {
        segmentsOut = 0;
        dataSegmentsOut = 0;
        segmentsIn = 0;
        dataSegmentsIn = 0;
        bytesSent = 0;
        bytesRetransmitted = 0;
        retransmissions = 0;
        bytesAcknowledged = 0;
        bytesReceived = 0;
        delivered = 0;
        deliveredMarked = 0;
        outOfOrder = 0;
        textWithSyn = false;
        lastTextSentNs = 0;
        lastTextReceivedNs = 0;
    }

    /** A segment has come. */
    public void received(final Segment seg, final long nowNs) {
        segmentsIn += Math.max(1, seg.wireSegments());
        if (seg.textLength > 0) {
            dataSegmentsIn += seg.wireSegments();
            lastTextReceivedNs = nowNs;
        }
    }

    /** A packet of so many segments with so many bytes of text has been sent. */
    public void sent(final int textBytes, final int segments, final long nowNs) {
        segmentsOut += segments;
        if (textBytes > 0) {
            dataSegmentsOut += segments;
            bytesSent += textBytes;
            lastTextSentNs = nowNs;
        }
    }
}
