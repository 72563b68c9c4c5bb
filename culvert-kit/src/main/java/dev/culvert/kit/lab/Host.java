package dev.culvert.kit.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.lab.Diagram.Kind;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/** A host of a {@link Stage}: its stack and what its applications call, each call a line of the diagram. */
public final class Host implements Probe {
    private static final int ROOM = 1 << 16;
    private static final String OVER = "CLOSED, TIME-WAIT is over";

    private final Stage stage;
    private final int lane;
    private final IpAddress address;
    private final TcpConfig config;
    private final ShardConfig shardConfig;
    private VirtualStack stack;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[ROOM]);
    private final Set<Integer> waiting = new TreeSet<>();
    private boolean ports;
    private boolean down;
    private boolean byHand;
    private CloseWaitWatch closeWait;

    Host(final Stage stage, final int lane, final ShardConfig shardConfig, final VirtualStack stack) {
        this.stage = stage;
        this.shardConfig = shardConfig;
        config = shardConfig.tcp();
        this.lane = lane;
        address = shardConfig.addresses().get(0);
        this.stack = stack;
        stack.watch(this);
    }

    int lane() {
        return lane;
    }

    IpAddress address() {
        return address;
    }

    VirtualStack stack() {
        return stack;
    }

    Shard shard() {
        return stack.shard();
    }

    void showPorts() {
        ports = true;
    }

    void end() {
        shard().close();
    }

    // ------------------------------------------------------------------ what it notices

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long atNs) {
        if (closeWait != null) {
            closeWait.onStateChange(flow, to, atNs);
        }
        if (to == TcpState.TIME_WAIT) {
            waiting.add(flow.remotePort());
        } else {
            waiting.remove(flow.remotePort());
        }
        final String ends = ports ? " " + flow.localPort() + "-" + flow.remotePort() : "";
        if (to == TcpState.SYN_SENT || to == TcpState.SYN_RECEIVED) {
            stage.correct(lane, atNs, OVER + ends, "TIME-WAIT becomes a shadow" + ends);
        }
        stage.tell(Kind.STATE, lane, atNs, name(from, to) + ends);
    }

    private static String name(final TcpState from, final TcpState to) {
        if (from == TcpState.TIME_WAIT && to == TcpState.CLOSED) {
            return OVER;
        }
        return to.name().replace('_', '-') + (from == TcpState.CLOSED && to == TcpState.TIME_WAIT ? " again" : "");
    }

    void arrive(final byte[] packet) {
        if (!byHand) {
            stack.inject(packet);
            stage.collect(this);
        }
    }

    boolean isUp() {
        return !down;
    }

    /** From now on nothing gets in or out. */
    Host vanish(final String why) {
        note(why);
        down = true;
        return this;
    }

    /** Somebody watches for connections that nobody closes. */
    Host watch(final CloseWaitWatch finder) {
        closeWait = finder;
        return this;
    }

    /** Its segments are made by hand from now on: whatever arrives is ignored. */
    Host byHand() {
        byHand = true;
        return this;
    }

    /** It crashes and is there again at once, without a memory. */
    Host restart() {
        note("crashes and starts again");
        stack.shard().close();
        stack = new VirtualStack(shardConfig, stage.nowNs(), stage.nowNs());
        stack.watch(this);
        return this;
    }

    /** Something to know, in this host's lane. */
    Host note(final String text) {
        stage.tell(Kind.NOTE, lane, stage.nowNs(), text);
        return this;
    }

    private void call(final String text) {
        stage.tell(Kind.CALL, lane, stage.nowNs(), text);
    }

    // ------------------------------------------------------------------ what it calls

    /** Passive OPEN of a port of all addresses; the listener, or a negative errno. */
    long listen(final int port) {
        return listen(port, null);
    }

    /** The same for connections with a configuration of their own. */
    long listen(final int port, final TcpConfig changed) {
        final long listener = shard().listen(address, port, 1_024, changed, null);
        call("listen on " + port + outcome(listener));
        return listener;
    }

    /** Whether a bind to this port would do; 0 or a negative errno. */
    int bind(final int port, final boolean reuseAddress) {
        final int result = shard().mayListen(
                        address, port, config.with().reuseAddress(reuseAddress).build());
        call("bind " + port + (reuseAddress ? " with SO_REUSEADDR" : "") + outcome(result));
        return result;
    }

    /** Active OPEN; the connection, or a negative errno. Port 0: the stack chooses. */
    long connect(final int localPort, final Host to, final int port) {
        final int line = stage.diagram().size();
        final long connection =
                stack.batch(() -> shard().connect(address, localPort, to.address, port, null, null, stage.nowNs()));
        stage.tell(
                line,
                Kind.CALL,
                lane,
                "connect" + (localPort == 0 ? "" : " from " + localPort) + " to " + port + outcome(connection));
        stage.collect(this);
        return connection;
    }

    /** The same with the first text, which may go on the SYN (TCP Fast Open). */
    long connectWith(final int localPort, final Host to, final int port, final String text) {
        buffer.putBytes(0, text.getBytes(US_ASCII));
        final int line = stage.diagram().size();
        final long connection = stack.batch(() -> shard().connectWith(
                        address, localPort, to.address, port, null, null, buffer, 0, text.length(), stage.nowNs()));
        stage.tell(line, Kind.CALL, lane, "connect to " + port + " with \"" + text + "\"" + outcome(connection));
        stage.collect(this);
        return connection;
    }

    /** The next connection of a listener, or a negative errno. */
    long accept(final long listener) {
        return stack.batch(() -> shard().accept(listener, null));
    }

    /** Sends text; how much was taken, or a negative errno. */
    int send(final long connection, final String text) {
        buffer.putBytes(0, text.getBytes(US_ASCII));
        final int taken = stack.batch(() -> shard().send(connection, buffer, 0, text.length()));
        call("send \"" + abridged(text) + "\"" + outcome(taken));
        stage.collect(this);
        return taken;
    }

    /** All text that has come, or how the connection ended. */
    String receive(final long connection) {
        final int taken = stack.batch(() -> shard().receive(connection, buffer, 0, ROOM));
        final byte[] text = new byte[Math.max(0, taken)];
        buffer.getBytes(0, text);
        final String what = taken < 0 ? Errno.name(taken) : taken == 0 ? "end" : new String(text, US_ASCII);
        call("receive = " + (taken <= 0 ? what : "\"" + abridged(what) + "\""));
        stage.collect(this);
        return what;
    }

    /** No more text from here. */
    Host shutdown(final long connection) {
        call("shutdown(SHUT_WR)");
        return after(connection, () -> shard().shutdownWrite(connection, stage.nowNs()));
    }

    /** Stops listening. */
    Host closeListener(final long listener) {
        call("close the listener");
        return after(listener, () -> shard().closeListener(listener, stage.nowNs()));
    }

    /** Done with it. */
    Host close(final long connection) {
        call("close");
        return after(connection, () -> shard().close(connection, stage.nowNs()));
    }

    /** Ends it by a RST. */
    Host abort(final long connection) {
        call("abort");
        return after(connection, () -> shard().abort(connection, stage.nowNs()));
    }

    /** Sets something of a connection. */
    Host configure(final long connection, final String words, final UnaryOperator<TcpConfigBuilder> change) {
        call(words);
        final TcpConfig changed =
                change.apply(shard().config(connection).with()).build();
        return after(connection, () -> shard().configure(connection, changed));
    }

    private Host after(final long connection, final Supplier<Integer> what) {
        final int result = stack.batch(what);
        if (result < 0) {
            throw new IllegalStateException("connection " + connection + ": " + Errno.name(result));
        }
        stage.collect(this);
        return this;
    }

    // ------------------------------------------------------------------ what it asks

    TcpState state(final long connection) {
        return shard().state(connection);
    }

    /** Name of the error with which the connection ended, or OK. */
    String error(final long connection) {
        return Errno.name(shard().error(connection));
    }

    /** Ports of the peers whose connections are in TIME-WAIT here. */
    Set<Integer> waiting() {
        return waiting;
    }

    long count(final StackCounter counter) {
        return shard().counters().get(counter);
    }

    private String outcome(final long result) {
        if (result >= 0) {
            return "";
        }
        final String holder = shard().portHolder();
        return " = " + Errno.name((int) -result) + (holder.isEmpty() ? "" : ": " + holder);
    }

    private static String abridged(final String text) {
        return text.length() <= 24 ? text : text.substring(0, 20) + "..." + text.length() + " bytes";
    }
}
