package dev.culvert.endpoint.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Parses requests and renders the heads of responses for one connection by netty's codec, without a netty transport. The
 * content of responses does not come through here: it would be queued without bound.
 */
final class HttpHeads {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 32 * 1024;

    private final EmbeddedChannel channel;

    HttpHeads(final ByteBufAllocator allocator) {
        channel = new EmbeddedChannel(new HttpServerCodec(
                new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS)));
        channel.config().setAllocator(allocator);
    }

    /** Takes bytes from the peer, and releases them. */
    void feed(final ByteBuf bytes) {
        channel.writeInbound(bytes);
    }

    /** The next part of a request; null: it is not complete. */
    HttpObject next() {
        return channel.readInbound();
    }

    /** A response's head as bytes. */
    ByteBuf render(final HttpResponse head) {
        channel.writeOutbound(head, LastHttpContent.EMPTY_LAST_CONTENT);
        final ByteBuf bytes = channel.readOutbound();
        for (ByteBuf more = channel.readOutbound(); more != null; more = channel.readOutbound()) {
            more.release(); // the end of the content that goes another way: empty
        }
        return bytes;
    }

    /** Releases what was not taken. */
    void close() {
        channel.finishAndReleaseAll();
    }
}
