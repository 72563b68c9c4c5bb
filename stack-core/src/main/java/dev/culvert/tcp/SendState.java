package dev.culvert.tcp;

import dev.culvert.buffer.ByteQueue;
import dev.culvert.buffer.PieceStore;
import dev.culvert.timer.TimerNode;
import org.agrona.DirectBuffer;

/** The send sequence variables of RFC 9293 §3.3.1 and what belongs to them. */
public final class SendState {
    /** Oldest unacknowledged sequence number. */
    public int una;
    /** Next sequence number to send; retransmission never moves it back. */
    public int nxt;
    /** Send window in bytes, scaled. */
    public int wnd;
    /** Largest send window that the peer ever offered, in bytes (RFC 5961 §5.2, RFC 9293 §3.8.6.2.1). */
    public int maxWnd;
    /** Segment sequence number of the last window update. */
    public int wl1;
    /** Segment acknowledgement number of the last window update. */
    public int wl2;
    /** Initial send sequence number. */
    public int iss;
    /** What the peer's windows are shifted by (RFC 7323 §2). */
    public byte shift;
    /** Effective send MSS in bytes: text per segment, options already subtracted (RFC 9293 §3.7.1). */
    public int mss;
    /** The peer's MSS option, or the default of RFC 9293 §3.7.1. */
    public int peerMss;
    /** Largest packet on the path, in bytes. */
    public int pathMtu;
    /** What is being learnt about that; {@link PathSize#NOTHING} on most paths. */
    PathSize size = PathSize.NOTHING;
    /** Everything from SND.UNA on that is unacknowledged or unsent; the FIN is not in it. */
    public ByteQueue buffer;
    /** Bytes that may wait in the buffer; grows by {@link BufferTuning}. */
    public int limit;
    /** Sequence number behind the last byte that the application has handed over; a FIN takes this number. */
    public int textEnd;
    /** The application wants no more data sent: a FIN follows the buffer. */
    public boolean finQueued;
    /** The FIN has been sent at least once. */
    public boolean finSent;
    /** End of the last segment that was smaller than an MSS (Minshall's form of Nagle's rule). */
    public int smallEnd;
    /** SND.UP: sequence number behind the last urgent byte, when {@link #urgent} (RFC 9293 §3.8.5). */
    public int up;
    /** Urgent data is not yet acknowledged: segments before its end announce it. */
    public boolean urgent;
    /** When our SYN or SYN-ACK was first sent, in ns: what the handshake's round trip is measured from. */
    public long openedNs;
    /** When the last segment with sequence space was sent, in ns. */
    public long lastSentNs;
    /** Consecutive expiries of the retransmission or persist timer without progress. */
    public int retries;
    /** Expiries since anything at all came from the peer: a peer that keeps its window shut but answers is alive. */
    public int unanswered;
    /** When the oldest unacknowledged data was first sent, or the window closed, in ns: for the user timeout. */
    public long stalledSinceNs;
    /** When the retransmission timeout is due, in ns, whichever timer runs before it; {@link TimerNode#NEVER}: nothing is in flight. */
    public long timeoutNs = TimerNode.NEVER;
    /** When a loss probe is due if one may be sent, in ns; meaningful while something is in flight. */
    public long probeNs;
    /** Output has stopped because of the congestion window, in the window of data that ends at {@link #usageEnd}. */
    public boolean cwndLimited;
    /** Most bytes in flight in that window of data. */
    public int mostInFlight;
    /** SND.NXT when the use of the congestion window was noted last: when it is acknowledged, a new observation begins. */
    public int usageEnd;
    /** When at least half of the congestion window was last in use, in ns (RFC 7661 §4.3). */
    public long validatedNs;
    /** When everything would have left that was sent, had it left at the pace, in ns. */
    public long pacedUntilNs;
    /** The next segment announces our user timeout (RFC 5482 §3.2). */
    public boolean userTimeoutDue;
    /** The override timer has fired: a segment that silly-window avoidance holds back may go. */
    public boolean overrideSws;
    /** A send call was cut short: tell the application when there is room. */
    public boolean spaceWanted;
    /** The application holds short segments back until it says otherwise (TCP_CORK). */
    public boolean corked;
    /** Both ends use ECN, and every SYN of ours has said so: new text is sent as ECN-capable (RFC 3168 §6.1.1). */
    public boolean ect;
    /** Reductions of the congestion window that the peer has been told of by CWR. */
    public int announcedReductions;
    /** The application has said that more follows at once (MSG_MORE): a short segment waits for this batch. */
    public boolean moreFollows;
    /** The last bytes of the buffer came with that word, and so carry no PSH when they go. */
    public boolean tailUnpushed;
    /** Where records of unsent text end; null: the application has never ended one. */
    public RecordEnds recordEnds;

    SendState(final PieceStore store) {
        buffer = store.empty();
    }

    /** A connection begins with this initial sequence number. */
    void open(final int initial) {
        iss = initial;
        una = initial;
        nxt = initial;
        wnd = 0;
        maxWnd = 0;
        wl1 = 0;
        wl2 = 0;
        shift = 0;
        pathMtu = 0;
        size = size.forgotten();
        textEnd = initial + 1;
        finQueued = false;
        finSent = false;
        smallEnd = initial;
        urgent = false;
        openedNs = 0;
        lastSentNs = 0;
        retries = 0;
        unanswered = 0;
        stalledSinceNs = 0;
        timeoutNs = TimerNode.NEVER;
        probeNs = 0;
        cwndLimited = false;
        mostInFlight = 0;
        usageEnd = initial;
        validatedNs = 0;
        pacedUntilNs = Long.MIN_VALUE / 2;
        userTimeoutDue = false;
        overrideSws = false;
        spaceWanted = false;
        corked = false;
        moreFollows = false;
        ect = false;
        announcedReductions = 0;
        tailUnpushed = false;
        recordEnds = null;
    }

    /** Begins with another initial sequence number; nothing but a SYN has been sent. */
    void beginAt(final int initial) {
        if (recordEnds != null) {
            recordEnds.move(initial - iss);
        }
        textEnd += initial - iss;
        up += initial - iss;
        iss = initial;
        una = initial;
        nxt = initial + 1;
        smallEnd = initial;
        usageEnd = initial;
        retries = 0;
    }

    /** Puts a copy of bytes behind what is in the buffer; how many there was memory for. */
    public int append(final DirectBuffer source, final int offset, final int length) {
        buffer = buffer.own();
        final int taken = buffer.append(source, offset, length);
        buffer = buffer.rest();
        return taken;
    }

    /** Puts lent memory behind what is in the buffer. */
    public void appendReference(final long address, final int length, final long token) {
        buffer = buffer.own();
        buffer.appendReference(address, length, token);
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

    /** Sequence number of the first byte in the buffer. */
    public int bufferStart() {
        return textEnd - buffer.size();
    }

    /** The same as {@link #unsentBytes}, but not beyond the end of the record that is sent next. */
    public int unsentOfRecord() {
        return recordEnds == null ? unsentBytes() : Math.max(0, recordEnds.next(nxt, textEnd) - nxt);
    }

    /** Bytes in the buffer that were never sent. */
    public int unsentBytes() {
        return Math.max(0, textEnd - nxt);
    }

    /** Whether the FIN must still be sent for the first time. */
    public boolean finPending() {
        return finQueued && !finSent;
    }

    /** Whether the peer has acknowledged our FIN. */
    public boolean finAcked() {
        return finSent && una == textEnd + 1;
    }
}
