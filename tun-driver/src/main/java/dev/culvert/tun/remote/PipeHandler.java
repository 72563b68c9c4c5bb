package dev.culvert.tun.remote;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.StackLane;
import dev.culvert.tun.ring.CommandRing;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;

/** The stack's end of a {@link Pipe}: moves buffers between a connection and the pipe's rings, on the stack's thread. */
public final class PipeHandler implements ConnectionHandler {
    private final StackLane lane;
    private final CommandRing commands;
    private final long id;
    private final AtomicBoolean bellRung = new AtomicBoolean();
    private final Pipe pipe;
    private Connection connection;
    private boolean shutdownDone;

    /** Of a connection of this lane; {@code ringApplication} is run on its thread whenever the application should look at the pipe. */
    public PipeHandler(final StackLane lane, final Runnable ringApplication) {
        this.lane = lane;
        commands = lane.commands();
        id = commands.newId();
        pipe = new Pipe(this::ringStack, ringApplication);
    }

    /** What the application gets. */
    public Pipe pipe() {
        return pipe;
    }

    /** The connection that this handler was given to; on the stack's thread, before anything else. */
    public PipeHandler attachTo(final Connection opened) {
        connection = opened;
        pipe.between(opened.localAddress(), opened.remoteAddress());
        commands.register(id, this::onBell);
        onBell(); // what was asked for before rang unheard
        return this;
    }

    /** Any thread. One bell at a time is enough: whoever answers looks at everything. */
    private void ringStack() {
        if (!bellRung.getAndSet(true)) {
            while (!commands.ring(id) && !pipe.has(Pipe.CLOSED)) {
                Thread.onSpinWait(); // the stack empties the ring in every round
            }
        }
    }

    private void onBell() {
        bellRung.set(false);
        if (pipe.mayReceive()) {
            connection.resumeReading();
        }
        send();
    }

    /** Moves what fits into the send buffer, then does what was asked for after it; a wanted reset waits for nothing. */
    private void send() {
        final boolean closeWanted =
                pipe.has(Pipe.CLOSE_WANTED); // asked before the look at the ring: nothing follows it
        final boolean shutdownWanted = pipe.has(Pipe.SHUTDOWN_WANTED);
        final boolean stackClosing = pipe.has(Pipe.STACK_CLOSING);
        if (pipe.has(Pipe.ABORT_WANTED)) { // raised together with CLOSE_WANTED, so this look must come second
            connection.abort();
            return;
        }
        ByteBuf next;
        while (connection.isWritable() && (next = pipe.nextToSend()) != null) {
            pipe.takeToSend(next.readableBytes());
            connection.write(next);
        }
        if (pipe.nextToSend() != null) {
            return;
        }
        if (closeWanted && pipe.hasInbound()) {
            connection.abort(); // unread text: RFC 9293 §3.6.1, SHLD-3
        } else if (closeWanted || stackClosing) {
            connection.close();
        } else if (shutdownWanted && !shutdownDone) {
            shutdownDone = true;
            connection.shutdownWrite();
            observe();
        }
    }

    /** Changes the connection's configuration. Any thread. */
    void configure(final TcpConfig config) {
        lane.executeNow(() -> {
            connection.configure(config);
            observe();
        });
    }

    private void observe() {
        pipe.observed(connection.state(), connection.config());
    }

    @Override
    public void onConnected(final Connection opened) {
        observe();
        pipe.between(opened.localAddress(), opened.remoteAddress());
        pipe.raise(Pipe.CONNECTED);
        send();
    }

    @Override
    public void onReadable(final Connection readable) {
        while (pipe.mayReceive()) {
            final ByteBuf text = readable.read();
            if (text == null) {
                break;
            }
            pipe.received(text);
        }
        if (!pipe.mayReceive()) {
            readable.pauseReading();
        }
        pipe.ring();
    }

    @Override
    public void onWritable(final Connection writable) {
        send();
    }

    @Override
    public void onPeerClosed(final Connection closed) {
        observe();
        pipe.raise(Pipe.PEER_CLOSED);
    }

    @Override
    public void onClosed(final Connection closed, final int error) {
        commands.unregister(id);
        pipe.closed(error, closed.obstacle());
    }

    @Override
    public void onSoftError(final Connection troubled, final int error) {
        pipe.softError(error);
    }

    /** What was written before the stack's end is still sent. */
    @Override
    public void onStackClosing(final Connection closing) {
        pipe.raise(Pipe.STACK_CLOSING);
        send();
    }
}
