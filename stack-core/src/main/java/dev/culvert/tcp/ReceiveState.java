package dev.culvert.tcp;

import dev.culvert.buffer.ByteQueue;
import dev.culvert.buffer.PieceStore;
import dev.culvert.buffer.Reassembly;
import org.agrona.DirectBuffer;

/** The receive sequence variables of RFC 9293 §3.3.1 and what belongs to them. */
public final class ReceiveState {
    /** Next sequence number expected. */
    public int nxt;
    /** Receive window in bytes, counted from {@link #nxt}: what the peer has been told, and not yet used. */
    public int wnd;
    /** Initial receive sequence number. */
    public int irs;
    /** What our windows are shifted by (RFC 7323 §2). */
    public int shift;
    /** Largest receive window in bytes; the buffer's size. Grows by {@link BufferTuning}. */
    public int limit;
    /** Round trip as the receiver sees it, in ns; 0: not known yet. */
    long rttNs;
    /** With timestamps: the last echo that has given a round trip; without: where the window ends whose arrival is timed. */
    int rttMark;
    /** Since when that window is timed, in ns; −1: not yet. */
    long rttSinceNs;
    /** Where the application stood when the round trip began in which its reading is measured. */
    int takenMark;
    /** When that was, in ns. */
    long takenSinceNs;
    /** The most that it has taken in one round trip, in bytes; 0: nothing is measured yet. */
    int takenBytes;
    /** Text that the application has not yet taken. */
    public ByteQueue buffer;
    /** Text ahead of RCV.NXT; null when nothing is missing. */
    public Reassembly reassembly;
    /** The peer's FIN has been seen, perhaps ahead of missing text. */
    public boolean finSeen;
    /** Sequence number of that FIN. */
    public int finSeq;
    /** The peer's FIN has been processed: everything before it was received. */
    public boolean finReceived;
    /** The application has been given the end of the text. */
    public boolean endRead;
    /** The application does not want any more text. */
    public boolean shutdown;

    /** Largest segment that the peer has sent, in bytes: its MSS as we see it (RFC 9293 §3.8.6.3). */
    public int mss;
    /** Bytes of text received since the last ACK that we sent. */
    public int unackedBytes;
    /** Segments that may still be acknowledged without delay. */
    public int quickAcks;
    /** An ACK must leave at the end of this batch. */
    public boolean ackNow;
    /** Duplicate ACKs owed for out-of-order segments of this batch, for a peer that counts them. */
    public int duplicateAcks;
    /** Last.ACK.sent of RFC 7323 §4.3. */
    public int lastAckSent;

    /** Timestamps were agreed on. */
    public boolean timestamps;
    /** Segments without them are not taken, whatever the configuration says. */
    public boolean timestampsRequired;
    /** SACK was agreed on. */
    public boolean sack;
    /** Both ends use ECN: marks of congestion on what the peer sends are echoed (RFC 3168 §6.1.3). */
    public boolean ecn;
    /** The peer has sent text as ECN-capable. */
    public boolean ectSeen;
    /** A mark has come and the peer has not answered it by CWR: every segment carries ECE. */
    public boolean echo;
    /** The next segment reports that {@link #dsackLeft} up to {@link #dsackRight} came twice (RFC 2883 §4). */
    public boolean dsack;
    /** First sequence number that came twice. */
    public int dsackLeft;
    /** Behind the last one of these. */
    public int dsackRight;
    /** TS.Recent (RFC 7323 §4.3). */
    public int tsRecent;
    /** When TS.Recent was set, in ns; it is not trusted after 24 days (RFC 7323 §5.5). */
    public long tsRecentNs;
    /** Offset of our own timestamps; the same for every incarnation of the 4-tuple. */
    public int tsOffset;

    /** Sequence number behind the peer's urgent data (RFC 9293 §3.8.5), when {@link #urgent}. */
    public int up;
    /** The peer has announced urgent data that lies ahead of what was read. */
    public boolean urgent;

    /** The last urgent byte was asked for on its own; its place in the stream is skipped. */
    public boolean urgentTaken;

    ReceiveState(final PieceStore store) {
        buffer = store.empty();
    }

    /** A connection begins; the peer's initial sequence number follows when it is known. */
    void open() {
        nxt = 0;
        wnd = 0;
        irs = 0;
        shift = 0;
        rttNs = 0;
        rttMark = 0;
        rttSinceNs = -1;
        takenMark = 0;
        takenSinceNs = 0;
        takenBytes = 0;
        finSeen = false;
        finReceived = false;
        endRead = false;
        shutdown = false;
        mss = 536;
        unackedBytes = 0;
        ackNow = false;
        duplicateAcks = 0;
        lastAckSent = 0;
        timestamps = false;
        timestampsRequired = false;
        sack = false;
        ecn = false;
        ectSeen = false;
        echo = false;
        dsack = false;
        tsRecent = 0;
        tsRecentNs = 0;
        urgent = false;
        urgentTaken = false;
    }

    /** Puts a copy of bytes behind what is in the buffer; how many there was memory for. */
    public int append(final DirectBuffer source, final int offset, final int length) {
        buffer = buffer.own();
        final int taken = buffer.append(source, offset, length);
        buffer = buffer.rest();
        return taken;
    }

    /** As {@link #append}, without a copy where there would be room for one: the bytes stay in place until the batch ends. */
    public int appendInPlace(final DirectBuffer source, final int offset, final int length) {
        buffer = buffer.own();
        final int taken = buffer.appendInPlace(source.addressOffset() + offset, length)
                ? length
                : buffer.append(source, offset, length);
        buffer = buffer.rest();
        return taken;
    }

    /** Moves to the buffer what has become contiguous in {@link #reassembly}; RCV.NXT after that. */
    public int deliver() {
        buffer = buffer.own();
        final int next = reassembly.deliver(nxt, buffer);
        buffer = buffer.rest();
        return next;
    }

    /** Drops bytes from the front of the buffer. */
    public void discard(final int count) {
        buffer.discard(count);
        buffer = buffer.rest();
    }

    /** Empties the buffer. */
    void clearBuffer() {
        buffer.clear();
        buffer = buffer.rest();
    }

    /** Sequence number of the byte that the application reads next. */
    public int readNxt() {
        return nxt - (finReceived ? 1 : 0) - buffer.size();
    }

    /** The right edge of the window that the peer has been told. */
    public int edge() {
        return nxt + wnd;
    }
}
