package dev.culvert.endpoint.http;

import dev.culvert.endpoint.service.Reaper;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/1.1 connection: requests one after the other, each answered completely before the next one is looked at, however
 * many the peer has sent ahead. While an answer is on its way nothing is read, so that the peer's window holds it back.
 */
final class HttpConnection implements ConnectionHandler, Reaper.Candidate {
    /** How long a connection may be idle, or take to send a request's head. */
    static final long IDLE_NS = TimeUnit.SECONDS.toNanos(60);

    /** Content of requests that nobody wants is read up to here, so that the peer gets to see the answer. */
    static final long MAX_UNWANTED = 16L << 20;

    private static final int READ_CHUNK = 8 * 1024;

    private final Connection connection;
    private final HttpService service;
    private final HttpHeads heads;
    private final Transfer transfer;
    private boolean last; // no further request is looked at
    private boolean peerClosed;
    private boolean over;
    private long unwanted;
    private long activeNs;

    HttpConnection(final Connection connection, final HttpService service) {
        this.connection = connection;
        this.service = service;
        heads = new HttpHeads(connection.allocator());
        transfer = new Transfer(connection, service.budget());
        activeNs = service.reaper().nowNs();
    }

    @Override
    public void onConnected(final Connection same) {
        service.reaper().enlist(this);
    }

    // ------------------------------------------------------------------ from the stack

    @Override
    public void onReadable(final Connection same) {
        final ByteBuf bytes = connection.allocator().directBuffer(READ_CHUNK, READ_CHUNK);
        connection.read(bytes);
        activeNs = service.reaper().nowNs();
        heads.feed(bytes);
        advance();
    }

    @Override
    public void onWritable(final Connection same) {
        activeNs = service.reaper().nowNs();
        advance();
    }

    /** The peer wants no more than what it has asked for. */
    @Override
    public void onPeerClosed(final Connection same) {
        peerClosed = true;
        advance();
    }

    @Override
    public void onStackClosing(final Connection same) {
        last = true;
        if (!transfer.isUnderWay()) {
            finish();
        }
    }

    @Override
    public void onClosed(final Connection same, final int error) {
        release();
        transfer.account();
    }

    @Override
    public boolean stillAlive(final long nowNs) {
        transfer.account();
        if (!over && !transfer.isUnderWay() && nowNs - activeNs >= IDLE_NS) {
            finish();
        }
        return !over || transfer.holdsMemory();
    }

    // ------------------------------------------------------------------ one request after the other

    private void advance() {
        while (!over && transfer.proceed()) {
            if (last) {
                finish();
                return;
            }
            final HttpObject part = heads.next();
            if (part == null) {
                waitForMore();
                return;
            }
            take(part);
        }
        if (!over) {
            connection.pauseReading();
        }
    }

    private void waitForMore() {
        if (peerClosed) {
            finish();
        } else {
            connection.resumeReading();
        }
    }

    private void take(final HttpObject part) {
        try {
            if (part instanceof HttpRequest request) {
                unwanted = 0;
                answer(request);
            } else if (part instanceof HttpContent content) {
                unwanted += content.content().readableBytes();
                last |= unwanted > MAX_UNWANTED || content.decoderResult().isFailure();
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void answer(final HttpRequest request) {
        final Answer answer = service.answers().to(request);
        last = answer.last() || !HttpUtil.isKeepAlive(request) || expectsToBeAsked(request);
        if (last) {
            answer.with(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE.toString());
        } else if (HttpVersion.HTTP_1_0.equals(request.protocolVersion())) {
            answer.with(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE.toString());
        }
        answer.with(HttpHeaderNames.DATE, service.date()).with(HttpHeaderNames.SERVER, HttpService.NAME);
        service.log(connection, request, answer);
        transfer.begin(heads.render(answer.head()), answer.body());
    }

    /** It waits with its content for our consent and never gets it: nobody can tell whether the content will come. */
    private static boolean expectsToBeAsked(final HttpRequest request) {
        return request.headers().contains(HttpHeaderNames.EXPECT);
    }

    private void finish() {
        release();
        service.reaper().linger(connection);
    }

    private void release() {
        if (!over) {
            over = true;
            transfer.finish();
            heads.close();
        }
    }
}
