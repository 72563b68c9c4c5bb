package dev.culvert.kit.script;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Pattern;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TcpState;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/** The application's half of a {@link Script}: its calls, and what it is told. */
public abstract class ScriptApplication {
    final Setup setup;
    final VirtualStack stack;
    final PeerView peer;
    final Transcript transcript;
    final Pattern peerText;
    final Pattern localText;
    Endpoints inbound;
    long listener = -1;
    long conn = -1;
    boolean connIsOpen;

    private long textSent;
    private long textReceived;

    ScriptApplication(final Setup setup, final long startNs) {
        this.setup = setup;
        stack = new VirtualStack(setup.shardConfig(), setup.seed, startNs);
        peer = new PeerView(setup.irs, setup.peerWindow);
        transcript = new Transcript(peer);
        peerText = new Pattern(setup.seed ^ 0x70656572);
        localText = new Pattern(setup.seed ^ 0x6c6f63616cL);
        inbound = setup.inbound();
    }

    abstract Script self();

    abstract ScriptFailure fail(String what, List<String> details);

    Setup setup() {
        return setup;
    }

    void must(final boolean holds, final String otherwise) {
        if (!holds) {
            throw fail(otherwise, List.of());
        }
    }

    // ------------------------------------------------------------------ calls

    /** Passive OPEN on the script's port. */
    public Script listen() {
        listener = stack.batch(() -> shard().listen(
                        inbound.destination(),
                        inbound.destinationPort(),
                        setup.backlog,
                        setup.listenerConfig,
                        "listener"));
        call(
                "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3; bind(3, ..., ...) = 0; listen(3, " + setup.backlog + ")",
                listener);
        must(listener > 0, "listen: " + Errno.name((int) listener));
        return self();
    }

    /** Active OPEN from the script's port to the peer. */
    public Script connect() {
        conn = stack.batch(() -> shard().connect(
                        inbound.destination(),
                        inbound.destinationPort(),
                        inbound.source(),
                        inbound.sourcePort(),
                        null,
                        "connection",
                        stack.nowNs()));
        call("socket(..., SOCK_STREAM, IPPROTO_TCP) = 4; connect(4, ..., ...)", conn);
        must(conn > 0, "connect: " + Errno.name((int) conn));
        connIsOpen = true;
        textSent = 0;
        textReceived = 0;
        return self();
    }

    /** Active OPEN from the script's port to the peer, with the first bytes to send. */
    public Script connectWith(final int bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes]);
        localText.fill(buffer, 0, bytes, 0);
        conn = stack.batch(() -> shard().connectWith(
                        inbound.destination(),
                        inbound.destinationPort(),
                        inbound.source(),
                        inbound.sourcePort(),
                        null,
                        "connection",
                        buffer,
                        0,
                        bytes,
                        stack.nowNs()));
        call("socket(..., SOCK_STREAM, IPPROTO_TCP) = 4; sendto(4, ..., " + bytes + ", MSG_FASTOPEN, ..., ...)", conn);
        must(conn > 0, "sendto: " + Errno.name((int) conn));
        connIsOpen = true;
        textSent = bytes;
        textReceived = 0;
        return self();
    }

    /** Takes the connection that is waiting. */
    public Script accept() {
        conn = stack.batch(() -> shard().accept(listener, "connection"));
        call("accept(3, ..., ...)", conn);
        must(conn > 0, "accept: " + Errno.name((int) conn));
        connIsOpen = true;
        textSent = 0;
        textReceived = 0;
        return self();
    }

    /** No connection is waiting. */
    public Script expectNothingToAccept() {
        final long result = stack.batch(() -> shard().accept(listener, "connection"));
        call("accept(3, ..., ...)", result);
        must(result == -Errno.EAGAIN, "accept returned " + result);
        return self();
    }

    /** Stops listening. */
    public Script closeListener() {
        final long closing = listener;
        listener = -1;
        final int result = stack.batch(() -> shard().closeListener(closing, stack.nowNs()));
        call("close(3)", result);
        must(result == 0, "closeListener: " + Errno.name(result));
        return self();
    }

    /** The application sends; all of it is taken. */
    public Script send(final int bytes) {
        return send(bytes, bytes);
    }

    /** The application sends and gets this result: bytes taken or a negative errno. */
    public Script send(final int bytes, final int result) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes]);
        localText.fill(buffer, 0, bytes, textSent);
        final int taken = stack.batch(() -> shard().send(conn, buffer, 0, bytes));
        call("write(4, ..., " + bytes + ")", taken);
        must(taken == result, "write: expected " + result(result) + ", got " + result(taken));
        textSent += Math.max(0, taken);
        return self();
    }

    /** The application sends urgent data; all of it is taken. */
    public Script sendUrgent(final int bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes]);
        localText.fill(buffer, 0, bytes, textSent);
        final int taken = stack.batch(() -> shard().sendUrgent(conn, buffer, 0, bytes));
        call("send(4, ..., " + bytes + ", MSG_OOB)", taken);
        must(taken == bytes, "send: expected " + bytes + ", got " + result(taken));
        textSent += taken;
        return self();
    }

    /** The byte at this position of what the peer sends, 0 to 255. */
    public int peerByte(final long position) {
        return peerText.at(position) & 0xff;
    }

    /** So many bytes of what the peer has sent are not going to be read: they were urgent, and are not in the stream. */
    public Script skipPeerText(final int bytes) {
        textReceived += bytes;
        return self();
    }

    /** The application asks for so many bytes and gets them all, the right ones. */
    public Script receive(final int bytes) {
        return receive(bytes, bytes);
    }

    /** The application asks for bytes and gets this result: bytes, 0 at the end, or a negative errno. */
    public Script receive(final int bytes, final int result) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes]);
        final int got = stack.batch(() -> shard().receive(conn, buffer, 0, bytes));
        call("read(4, ..., " + bytes + ")", got);
        must(got == result, "read: expected " + result(result) + ", got " + result(got));
        if (got > 0) {
            final int wrong = peerText.mismatch(buffer, 0, got, textReceived);
            must(wrong < 0, "byte " + (textReceived + wrong) + " that was read is not the one that the peer sent");
            textReceived += got;
        }
        return self();
    }

    /** The application takes bytes without looking at them and gets this result: bytes, 0 at the end, or a negative errno. */
    public Script skip(final int bytes, final int result) {
        final int got = stack.batch(() -> shard().skip(conn, bytes));
        call("recv(4, NULL, " + bytes + ", MSG_TRUNC)", got);
        must(got == result, "recv: expected " + result(result) + ", got " + result(got));
        return skipPeerText(Math.max(got, 0));
    }

    /** The text has ended: the peer has closed its side and everything was read. */
    public Script expectEof() {
        return receive(1, 0);
    }

    /** Nothing to read yet. */
    public Script expectNothingToReceive() {
        return receive(1, -Errno.EAGAIN);
    }

    /** CLOSE of RFC 9293 §3.10.4: no more text from us. */
    public Script shutdownWrite() {
        final int result = stack.batch(() -> shard().shutdownWrite(conn, stack.nowNs()));
        call("shutdown(4, SHUT_WR)", result);
        must(result == 0, "shutdown: " + Errno.name(result));
        return self();
    }

    /** The application is done with the connection. */
    public Script close() {
        final int result = stack.batch(() -> shard().close(conn, stack.nowNs()));
        call("close(4)", result);
        must(result == 0, "close: " + Errno.name(result));
        connIsOpen = false;
        return self();
    }

    /** ABORT of RFC 9293 §3.10.5. */
    public Script abort() {
        final int result = stack.batch(() -> shard().abort(conn, stack.nowNs()));
        call("setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0; close(4)", result);
        must(result == 0, "abort: " + Errno.name(result));
        connIsOpen = false;
        return self();
    }

    /** Changes the connection's configuration. */
    public Script configure(final UnaryOperator<TcpConfigBuilder> change) {
        final TcpConfig changed = change.apply(shard().config(conn).with()).build();
        final int result = stack.batch(() -> shard().configure(conn, changed));
        must(result == 0, "configure: " + Errno.name(result));
        return self();
    }

    /** Makes several calls in one batch. */
    public Script together(final Consumer<Script> calls) {
        stack.batch(() -> {
            calls.accept(self());
            return 0;
        });
        return self();
    }

    /** What the application does, from inside the notice, when one of these bits is raised. */
    public Script whenReady(final int bits, final Consumer<Script> calls) {
        stack.onReady((id, raised) -> {
            if ((raised & bits) != 0) {
                calls.accept(self());
            }
        });
        return self();
    }

    // ------------------------------------------------------------------ what the application sees

    /** The connection is in this state, by the stack's answer and by its probe. LISTEN: nothing is left but the listener. */
    public Script expectState(final TcpState expected) {
        if (expected == TcpState.LISTEN) {
            must(
                    shard().connectionCount() == 0 && shard().halfOpenCount() == 0,
                    "a connection is left beside the listener");
            return self();
        }
        final TcpState probed = stack.stateOf(inbound.sourcePort());
        must(probed == expected, "expected state " + expected + ", the probe has reported " + probed);
        if (connIsOpen) {
            final TcpState asked = shard().state(conn);
            must(asked == expected, "expected state " + expected + ", the stack says " + asked);
        }
        return self();
    }

    /** The application was told all of these bits of {@code Readiness} since it was last asked. */
    public Script expectEvent(final int bits) {
        final int raised = stack.readiness(conn);
        must((raised & bits) == bits, "expected event bits " + bits + ", raised are " + raised);
        stack.takeReadiness(conn, bits);
        return self();
    }

    /** The application was told none of these bits of {@code Readiness} since it was last asked. */
    public Script expectNoEvent(final int bits) {
        final int raised = stack.readiness(conn);
        must((raised & bits) == 0, "expected none of the event bits " + bits + ", raised are " + raised);
        return self();
    }

    /** Forgets what the application was told so far. */
    public Script forgetEvents() {
        stack.takeReadiness(conn, -1);
        return self();
    }

    /** The connection has ended, and the application was told why: an {@code Errno}, 0 for a normal end. */
    public Script expectClosed(final int errno) {
        expectEvent(Readiness.CLOSED);
        final int error = shard().error(conn);
        must(error == errno, "expected the end with " + Errno.name(errno) + ", got " + Errno.name(error));
        return self();
    }

    /** The application was told "connection reset". */
    public Script expectReset() {
        return expectClosed(Errno.ECONNRESET);
    }

    /** The connection's error is this {@code Errno}. */
    public Script expectError(final int errno) {
        final int error = shard().error(conn);
        must(error == errno, "expected error " + Errno.name(errno) + ", got " + Errno.name(error));
        return self();
    }

    /** A counter has this value. */
    public Script expectCount(final StackCounter counter, final long value) {
        final long is = shard().counters().get(counter);
        must(is == value, counter + ": expected " + value + ", is " + is);
        return self();
    }

    /** So many packets were dropped for this reason. */
    public Script expectDrops(final DropReason reason, final long value) {
        final long is = shard().counters().get(reason);
        must(is == value, "drops " + reason + ": expected " + value + ", are " + is);
        return self();
    }

    /** The stack itself, for what the script has no word for. */
    public Shard shard() {
        return stack.shard();
    }

    /** The listener's identifier. */
    public long listener() {
        return listener;
    }

    /** The connection's identifier. */
    public long conn() {
        return conn;
    }

    private void call(final String text, final long result) {
        transcript.line(stack.nowNs(), text + " = " + (result < 0 ? "-1 " + Errno.name((int) result) : result));
    }

    private static String result(final int result) {
        return result < 0 ? "-1 " + Errno.name(result) : Integer.toString(result);
    }
}
