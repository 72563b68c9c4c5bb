package dev.culvert.endpoint.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;

/** The content of one response, given out in pieces as the peer takes them. Stack's thread only. */
interface Body extends AutoCloseable {
    /** Bytes that are still to come. */
    long remaining();

    /**
     * The next piece, which the caller releases.
     *
     * @param atMost largest length in bytes, at least 1
     * @throws IOException when the content cannot be had any more; the response cannot be completed then
     */
    ByteBuf next(ByteBufAllocator allocator, int atMost) throws IOException;

    /** Gives up files. Further calls do nothing. */
    @Override
    void close();
}
