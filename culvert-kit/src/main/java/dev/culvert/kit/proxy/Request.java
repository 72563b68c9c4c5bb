package dev.culvert.kit.proxy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;

/** One request: {@code u32 len | u32 id | u16 op | u16 0 | i64 now_us | body}, where {@code len} counts what follows it. */
final class Request {
    private static final int FIXED_BYTES = 16;
    private static final int MOST_BYTES = 1 << 22;

    private final int id;
    private final int operation;
    private final long nowUs;
    private final byte[] body;

    private Request(final int id, final int operation, final long nowUs, final byte[] body) {
        this.id = id;
        this.operation = operation;
        this.nowUs = nowUs;
        this.body = body;
    }

    /** Comes back with the answer. */
    int id() {
        return id;
    }

    /** The number of what is asked for. */
    int operation() {
        return operation;
    }

    /** The plug-in's clock. */
    long nowUs() {
        return nowUs;
    }

    /** The arguments. */
    byte[] body() {
        return body;
    }

    /** The next one; null at the end of the stream. */
    static Request read(final DataInputStream in) throws IOException, ProtocolException {
        final int first = in.read();
        if (first < 0) {
            return null;
        }
        try {
            final int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            if (length < FIXED_BYTES || length > MOST_BYTES) {
                throw new ProtocolException("a request of " + Integer.toUnsignedString(length) + " bytes; "
                        + FIXED_BYTES + " to " + MOST_BYTES + " are possible");
            }
            final int id = in.readInt();
            final int operation = in.readUnsignedShort();
            in.readUnsignedShort();
            final long nowUs = in.readLong();
            final byte[] body = new byte[length - FIXED_BYTES];
            in.readFully(body);
            return new Request(id, operation, nowUs, body);
        } catch (final EOFException end) {
            throw new ProtocolException("the stream ends inside a request");
        }
    }
}
