package dev.culvert.kit.proxy;

import java.nio.ByteBuffer;

/** One answer: {@code u32 len | u32 id | i32 result | i32 errno | i64 time_us | body}. */
final class Answer {
    static final byte[] NOTHING = {};
    private static final int FIXED_BYTES = 20;

    private final int id;
    private final int result;
    private final int errno;
    private final long timeUs;
    private final byte[] body;

    /**
     * What goes back.
     *
     * @param id the request's
     * @param result as the call of the same name returns it
     * @param errno Linux's number where the result is negative, else 0
     * @param timeUs when the call ended, or the packet was sent
     * @param body what it brings back; not copied
     */
    Answer(final int id, final int result, final int errno, final long timeUs, final byte[] body) {
        this.id = id;
        this.result = result;
        this.errno = errno;
        this.timeUs = timeUs;
        this.body = body;
    }

    /** All of it, as it goes over the wire. */
    ByteBuffer bytes() {
        final ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + FIXED_BYTES + body.length);
        out.putInt(FIXED_BYTES + body.length).putInt(id).putInt(result).putInt(errno);
        return out.putLong(timeUs).put(body).flip();
    }
}
