package dev.culvert.buffer;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * All payload of one shard: a slab of pieces, each a run of off-heap bytes with an owner, linked into queues by number. A
 * piece is either a chunk of our own memory (small things are copied into those), or memory that the application lent us, to
 * be given back by token, or, for the length of a batch, memory of a device ({@link #settle}). Shard's thread only; allocates
 * Java objects only while it grows.
 */
public final class PieceStore {
    /** No piece. */
    public static final int NONE = -1;
    /** Bytes in a chunk of our own. */
    public static final int CHUNK_BYTES = 4_096;

    /** The token of memory of a device; no chunk has it, and no application. */
    private static final long IN_PLACE = Long.MIN_VALUE;

    private static final int BLOCK_CHUNKS = 64;
    private static final long BLOCK_BYTES = (long) BLOCK_CHUNKS * CHUNK_BYTES;

    private final Memory memory;
    private final PayloadOwner owner;
    private final Pool<ByteQueue> queues = new Pool<>();
    private final ByteQueue empty = new ByteQueue(this);

    private long[] address = new long[64];
    private int[] length = new int[64];
    private long[] token = new long[64];
    private int[] next = new int[64];
    private int freePiece = NONE;
    private int used;
    private int live;

    private long[] freeChunks = new long[BLOCK_CHUNKS];
    private int freeChunkCount;
    private int chunksInUse;

    /** Free chunks that are kept for what is {@link #IN_PLACE}. */
    private int keptChunks;

    private ByteQueue[] unsettled = new ByteQueue[16];
    private int unsettledCount;

    /** Takes chunks out of {@code memory} and returns lent memory to {@code owner}. */
    public PieceStore(final Memory memory, final PayloadOwner owner) {
        this.memory = memory;
        this.owner = owner;
    }

    /** The queue of all connections that have nothing in theirs; {@link ByteQueue#own} makes it one's own. */
    public ByteQueue empty() {
        return empty;
    }

    ByteQueue lendQueue() {
        final ByteQueue pooled = queues.take();
        return pooled == null ? new ByteQueue(this) : pooled;
    }

    void takeBack(final ByteQueue queue) {
        queues.give(queue);
    }

    /** Address of the first byte. */
    long address(final int piece) {
        return address[piece];
    }

    /** Bytes in the piece. */
    int length(final int piece) {
        return length[piece];
    }

    /** The piece behind this one, or {@link #NONE}. */
    int next(final int piece) {
        return next[piece];
    }

    /** Links {@code second} behind {@code first}. */
    void link(final int first, final int second) {
        next[first] = second;
    }

    /** A piece of lent memory; the token, not negative, goes back to the owner when the piece is freed. */
    int lend(final long bytes, final int count, final long lentToken) {
        return create(bytes, count, lentToken);
    }

    /** An empty piece with a chunk behind it, or {@link #NONE} when memory has run out. */
    int newChunk() {
        if (freeChunkCount == keptChunks && !moreChunks()) {
            return NONE;
        }
        final long chunk = freeChunks[--freeChunkCount];
        chunksInUse++;
        return create(chunk, 0, ~chunk);
    }

    /** A piece that is memory of a device, with chunks kept for a copy of it; {@link #NONE} when there are none. */
    int newPieceInPlace(final long at, final int count, final ByteQueue queue) {
        final int chunks = chunksFor(count);
        while (freeChunkCount - keptChunks < chunks) {
            if (!moreChunks()) {
                return NONE;
            }
        }
        keptChunks += chunks;
        if (unsettledCount == 0 || unsettled[unsettledCount - 1] != queue) {
            if (unsettledCount == unsettled.length) {
                unsettled = Arrays.copyOf(unsettled, 2 * unsettledCount);
            }
            unsettled[unsettledCount++] = queue;
        }
        return create(at, count, IN_PLACE);
    }

    private static int chunksFor(final int bytes) {
        return (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    boolean isInPlace(final int piece) {
        return token[piece] == IN_PLACE;
    }

    /** Chunks that were kept for so many bytes are free for the copy. */
    void release(final int bytes) {
        keptChunks -= chunksFor(bytes);
    }

    /** The batch has ended: what still lies in the memory of a device is copied, since the device will use that again. */
    public void settle() {
        for (int i = 0; i < unsettledCount; i++) {
            unsettled[i].settle();
        }
        unsettledCount = 0;
        keptChunks = 0;
    }

    private boolean moreChunks() {
        final long block = memory.allocate(BLOCK_BYTES);
        if (block == 0) {
            return false;
        }
        final int chunks = chunksInUse + freeChunkCount + BLOCK_CHUNKS;
        if (freeChunks.length < chunks) {
            freeChunks = Arrays.copyOf(freeChunks, Math.max(2 * freeChunks.length, chunks));
        }
        for (int i = BLOCK_CHUNKS - 1; i >= 0; i--) {
            freeChunks[freeChunkCount++] = block + (long) i * CHUNK_BYTES;
        }
        return true;
    }

    private int create(final long bytes, final int count, final long pieceToken) {
        final int piece;
        if (freePiece != NONE) {
            piece = freePiece;
            freePiece = next[piece];
        } else {
            if (used == address.length) {
                address = Arrays.copyOf(address, 2 * used);
                length = Arrays.copyOf(length, 2 * used);
                token = Arrays.copyOf(token, 2 * used);
                next = Arrays.copyOf(next, 2 * used);
            }
            piece = used++;
        }
        address[piece] = bytes;
        length[piece] = count;
        token[piece] = pieceToken;
        next[piece] = NONE;
        live++;
        return piece;
    }

    /** Frees one piece: its chunk returns to the pool, lent memory to its owner. */
    void free(final int piece) {
        final long pieceToken = token[piece];
        if (pieceToken >= 0) {
            owner.release(pieceToken);
        } else if (pieceToken != IN_PLACE) {
            freeChunks[freeChunkCount++] = ~pieceToken;
            chunksInUse--;
        }
        next[piece] = freePiece;
        freePiece = piece;
        live--;
    }

    /** Frees a whole list. */
    void freeAll(final int head) {
        for (int piece = head; piece != NONE; ) {
            final int following = next[piece];
            free(piece);
            piece = following;
        }
    }

    /** Drops bytes from the front of a piece that has more than so many. */
    void trimFront(final int piece, final int bytes) {
        address[piece] += bytes;
        length[piece] -= bytes;
    }

    /** Copies as much as still fits behind the piece's last byte; 0 when the memory is not ours or the chunk is full. */
    int fill(final int piece, final Object base, final long source, final int count) {
        final long pieceToken = token[piece];
        if (pieceToken >= 0 || pieceToken == IN_PLACE) {
            return 0;
        }
        final long end = address[piece] + length[piece];
        final int taken = (int) Math.min(~pieceToken + CHUNK_BYTES - end, count);
        if (taken > 0) {
            UnsafeApi.copyMemory(base, source, null, end, taken);
            length[piece] += taken;
        }
        return taken;
    }

    /** Pieces in use; 0 when every buffer of the shard is empty. */
    public int livePieces() {
        return live;
    }

    /** Bytes in chunks, whether they hold payload or wait for some. */
    public long arenaBytes() {
        return (long) (chunksInUse + freeChunkCount) * CHUNK_BYTES;
    }

    /** Bytes in chunks that hold payload. */
    public long chunkBytesInUse() {
        return (long) chunksInUse * CHUNK_BYTES;
    }
}
