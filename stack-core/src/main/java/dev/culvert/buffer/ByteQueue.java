package dev.culvert.buffer;

import static dev.culvert.buffer.PieceStore.NONE;

import dev.culvert.wire.OutboundPacket;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * A first-in, first-out queue of bytes in the pieces of a {@link PieceStore}: the send buffer and the receive buffer of a
 * connection. Holds memory only while it holds bytes. Shard's thread only.
 */
public final class ByteQueue {
    private final PieceStore store;
    private int head = NONE;
    private int tail = NONE;
    private int bytes;

    /** Where the last {@link #gather} ended, so that sending in order does not walk the queue. */
    private int cursorPiece = NONE;

    private int cursorOffset;

    /** An empty queue. */
    public ByteQueue(final PieceStore store) {
        this.store = store;
    }

    /** A queue that may be filled: this one, or another if this is everybody's empty one. */
    public ByteQueue own() {
        return this == store.empty() ? store.lendQueue() : this;
    }

    /** What to keep after bytes were dropped: this queue, or everybody's empty one if nothing is left. */
    public ByteQueue rest() {
        if (bytes == 0 && this != store.empty()) {
            store.takeBack(this);
        }
        return bytes == 0 ? store.empty() : this;
    }

    /** Bytes in the queue. */
    public int size() {
        return bytes;
    }

    /** Appends a copy; returns the bytes that there was memory for. */
    public int append(final DirectBuffer source, final int offset, final int length) {
        final int done = copyIn(source.byteArray(), source.addressOffset() + offset, length);
        bytes += done;
        return done;
    }

    private int copyIn(final byte[] array, final long at, final int length) {
        int done = 0;
        while (done < length) {
            final int room = tail == NONE ? 0 : store.fill(tail, array, at + done, length - done);
            if (room == 0) {
                final int piece = store.newChunk();
                if (piece == NONE) {
                    break;
                }
                appendPiece(piece);
            }
            done += room;
        }
        return done;
    }

    /** Appends lent memory. */
    public void appendReference(final long address, final int length, final long token) {
        appendPiece(store.lend(address, length, token));
        bytes += length;
    }

    /**
     * Appends memory of a device that stays as it is until {@link PieceStore#settle}, when what is left of it is copied; there is
     * room for the copy from now on. False when there is none, and for so few bytes that a copy costs less.
     */
    public boolean appendInPlace(final long address, final int length) {
        if (length < PieceStore.CHUNK_BYTES) {
            return false;
        }
        final int piece = store.newPieceInPlace(address, length, this);
        if (piece == NONE) {
            return false;
        }
        appendPiece(piece);
        bytes += length;
        return true;
    }

    /** Copies what lies in the memory of a device to memory of our own; the order of the bytes remains. */
    void settle() {
        int piece = head;
        int before = NONE;
        while (piece != NONE && !store.isInPlace(piece)) {
            before = piece;
            piece = store.next(piece);
        }
        cursorPiece = NONE;
        tail = before;
        if (before == NONE) {
            head = NONE;
        } else {
            store.link(before, NONE);
        }
        while (piece != NONE) {
            final int following = store.next(piece);
            if (store.isInPlace(piece)) {
                store.release(store.length(piece)); // for this very copy
                copyIn(null, store.address(piece), store.length(piece));
                store.free(piece);
            } else {
                store.link(piece, NONE);
                appendPiece(piece);
            }
            piece = following;
        }
    }

    private void appendPiece(final int piece) {
        mustBeOwn();
        if (tail == NONE) {
            head = piece;
        } else {
            store.link(tail, piece);
        }
        tail = piece;
    }

    private void mustBeOwn() {
        if (this == store.empty()) {
            throw new IllegalStateException("the queue that all share must stay empty");
        }
    }

    /** Appends a list of pieces that somebody else built; their total length is {@code count}. */
    void appendList(final int first, final int last, final int count) {
        mustBeOwn();
        if (tail == NONE) {
            head = first;
        } else {
            store.link(tail, first);
        }
        tail = last;
        bytes += count;
    }

    /** Drops bytes from the front; there must be that many. */
    public void discard(final int count) {
        int left = count;
        bytes -= count;
        cursorOffset -= count;
        while (left > 0) {
            final int length = store.length(head);
            if (length > left) {
                store.trimFront(head, left);
                if (cursorPiece == head) {
                    cursorOffset = 0;
                }
                return;
            }
            left -= length;
            freeHead();
        }
        if (cursorOffset < 0) {
            cursorPiece = NONE;
        }
    }

    private void freeHead() {
        final int following = store.next(head);
        if (cursorPiece == head) {
            cursorPiece = NONE;
        }
        store.free(head);
        head = following;
        if (head == NONE) {
            tail = NONE;
        }
    }

    /** Copies bytes from the front without dropping them; returns how many there were, at most {@code length}. */
    public int peek(final MutableDirectBuffer target, final int offset, final int length) {
        return peek(0, target, offset, length);
    }

    /**
     * Copies bytes without dropping them, from the one at {@code from} on, which lies within the queue or at its end; returns
     * how many there were, at most {@code length}.
     */
    public int peek(final int from, final MutableDirectBuffer target, final int offset, final int length) {
        final byte[] array = target.byteArray();
        final long at = target.addressOffset() + offset;
        final int total = Math.min(length, bytes - from);
        int skip = from;
        int done = 0;
        for (int piece = head; done < total; piece = store.next(piece)) {
            final int here = store.length(piece) - skip;
            if (here > 0) {
                final int step = Math.min(here, total - done);
                UnsafeApi.copyMemory(null, store.address(piece) + skip, array, at + done, step);
                done += step;
            }
            skip = Math.max(0, -here);
        }
        return total;
    }

    /**
     * Wraps the bytes that lie together from the one at {@code from} on, without dropping them: as long as nothing is dropped and
     * the batch has not ended they stay there.
     *
     * @return how many, at most {@code length}; 0 at the end of the queue
     */
    public int view(final int from, final int length, final DirectBuffer view) {
        int piece = head;
        int skip = from;
        while (piece != NONE && store.length(piece) <= skip) {
            skip -= store.length(piece);
            piece = store.next(piece);
        }
        final int count = piece == NONE ? 0 : Math.min(store.length(piece) - skip, length);
        if (count > 0) {
            view.wrap(store.address(piece) + skip, count);
        }
        return count;
    }

    /** One byte without dropping it, 0 to 255; {@code offset} lies within the queue. */
    public int byteAt(final int offset) {
        int piece = head;
        int start = 0;
        while (start + store.length(piece) <= offset) {
            start += store.length(piece);
            piece = store.next(piece);
        }
        return UnsafeApi.getByte(store.address(piece) + offset - start) & 0xff;
    }

    /**
     * Adds the bytes from {@code offset} on to a packet, by reference; returns how many, fewer than {@code length} when the
     * packet has no room for more pieces.
     */
    public int gather(final int offset, final int length, final OutboundPacket packet) {
        int piece = head;
        int start = 0;
        if (cursorPiece != NONE && cursorOffset <= offset) {
            piece = cursorPiece;
            start = cursorOffset;
        }
        while (start + store.length(piece) <= offset) {
            start += store.length(piece);
            piece = store.next(piece);
        }
        int done = 0;
        while (true) {
            final int skip = offset + done - start;
            final int step = Math.min(store.length(piece) - skip, length - done);
            if (!packet.addPiece(store.address(piece) + skip, step)) {
                break;
            }
            done += step;
            if (done == length) {
                break;
            }
            start += store.length(piece);
            piece = store.next(piece);
        }
        cursorPiece = piece;
        cursorOffset = start;
        return done;
    }

    /** Empties the queue and gives all memory back. */
    public void clear() {
        store.freeAll(head);
        head = NONE;
        tail = NONE;
        bytes = 0;
        cursorPiece = NONE;
        cursorOffset = 0;
    }
}
