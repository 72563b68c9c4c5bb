package dev.culvert.kit.proxy;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.kit.script.VirtualStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One script's worth of requests on a stack of its own. Requests are begun in their order; a call that blocks is answered
 * when packets or time let it finish. Under the virtual clock time is what the plug-in says, and moves on by itself only
 * where the plug-in waits: in NETDEV_RECV, timer by timer, and where all it has are calls that block. Single-threaded.
 */
final class ProxySession {
    private static final int VERSION = 1;
    private static final int VIRTUAL = 1;
    private static final long US = 1_000;

    /** The stack's clock begins here, well clear of 0, whatever the plug-in's says. */
    private static final long START_NS = 1_000_000_000L;

    /** Two calls are the most that packetdrill has outstanding: one of its main thread, one of its second one. */
    private static final int ALL_THREADS = 2;

    /** Where answers go. */
    @FunctionalInterface
    interface Answers {
        void send(Answer answer) throws IOException;
    }

    /** Makes the stack of a session, its clock at {@code startNs}. */
    @FunctionalInterface
    interface Stacks {
        Sockets open(long startNs);
    }

    private record Open(int id, CallTable.Started started) {}

    private record Receiving(int id, long limitNs) {}

    private final Stacks stacks;
    private final Answers answers;
    private final Runnable settings;
    private final List<Open> open = new ArrayList<>();
    private Sockets sockets;
    private CallTable calls;
    private Receiving receiving;
    private boolean virtual;
    private long baseUs;
    private boolean ended;
    private long requests;
    private long packetsIn;
    private long packetsOut;

    /**
     * A session that has yet to say HELLO.
     *
     * @param settings brings the settings up to date; runs before every call
     */
    ProxySession(final Stacks stacks, final Answers answers, final Runnable settings) {
        this.stacks = stacks;
        this.answers = answers;
        this.settings = settings;
    }

    /** The stack; null before HELLO. */
    Sockets sockets() {
        return sockets;
    }

    /** BYE was said. */
    boolean hasEnded() {
        return ended;
    }

    /** One line of what happened in it. */
    String summary() {
        return requests + " requests, " + packetsIn + " packets in, " + packetsOut + " out";
    }

    // ------------------------------------------------------------------ requests

    /**
     * Does what is asked for.
     *
     * @throws ProtocolException it is not understood; it has been answered with EPROTO where it can be
     */
    void handle(final Request request) throws IOException, ProtocolException {
        requests++;
        try {
            final Operation operation = Operation.of(request.operation());
            final Arguments arguments = new Arguments(request.body());
            if (sockets == null) {
                hello(operation, request, arguments);
            } else {
                advanceTo(request.nowUs());
                act(operation, request.id(), arguments);
            }
        } catch (final ProtocolException malformed) {
            send(request.id(), -1, LinuxConstants.EPROTO, request.nowUs(), Answer.NOTHING);
            throw new ProtocolException("request " + Integer.toUnsignedString(request.id()) + " ("
                    + name(request.operation()) + "): " + malformed.getMessage());
        }
    }

    private static String name(final int operation) {
        for (final Operation known : Operation.values()) {
            if (known.number() == operation) {
                return known.name();
            }
        }
        return "unknown";
    }

    private void hello(final Operation operation, final Request request, final Arguments in)
            throws IOException, ProtocolException {
        if (operation != Operation.HELLO) {
            throw new ProtocolException("the first request must be HELLO");
        }
        final int version = in.number();
        final int clock = in.unsignedByte();
        in.blob();
        in.end();
        if (version != VERSION || clock > VIRTUAL) {
            throw new ProtocolException("version " + version + " and clock " + clock + "; known are version " + VERSION
                    + " and the clocks 0 (real) and 1 (virtual)");
        }
        virtual = clock == VIRTUAL;
        baseUs = request.nowUs();
        sockets = stacks.open(START_NS);
        calls = new CallTable(sockets);
        settings.run();
        send(request.id(), 0, 0, request.nowUs(), Answer.NOTHING);
    }

    private void act(final Operation operation, final int id, final Arguments in)
            throws IOException, ProtocolException {
        switch (operation) {
            case HELLO -> throw new ProtocolException("HELLO has been said already");
            case NETDEV_SEND -> {
                packetsIn++;
                sockets.inject(packet(in.rest()));
                answerNow(id);
            }
            case NETDEV_RECV -> {
                final long timeoutUs = in.longNumber();
                in.end();
                receive(id, sockets.nowNs() + Math.max(0, timeoutUs) * US);
            }
            case USLEEP -> {
                in.number(); // the request's own time is already behind it
                in.end();
                answerNow(id);
            }
            case BYE -> {
                ended = true;
                sockets.reset();
                open.clear();
                answerNow(id);
            }
            default -> call(operation, id, in);
        }
        finishOpen();
    }

    private static byte[] packet(final byte[] bytes) throws ProtocolException {
        if (bytes.length == 0) {
            throw new ProtocolException("a packet without a byte");
        }
        return bytes;
    }

    private void call(final Operation operation, final int id, final Arguments in)
            throws IOException, ProtocolException {
        settings.run();
        final CallTable.Started started = calls.start(operation, in);
        if (started.call().isFinished()) {
            answer(new Open(id, started));
            return;
        }
        open.add(new Open(id, started));
        if (virtual && open.size() >= ALL_THREADS) {
            waitForOne();
        }
    }

    // ------------------------------------------------------------------ time

    private void advanceTo(final long nowUs) throws IOException {
        final long nowNs = START_NS + (nowUs - baseUs) * US;
        if (nowNs > sockets.nowNs()) {
            sockets.advanceTo(nowNs);
        }
        finishOpen();
    }

    /** Real clock: the time is now this; what is due happens. */
    void tick(final long nowUs) throws IOException {
        advanceTo(nowUs);
        serveReceiver();
    }

    /** Whether time is the plug-in's. */
    boolean isVirtual() {
        return virtual;
    }

    /** Whether it waits for calls that have blocked. */
    boolean hasOpenCalls() {
        return !open.isEmpty();
    }

    /** Real clock: when {@link #tick} must be called next, in the plug-in's microseconds. */
    long nextTickUs() {
        if (sockets == null) {
            return Long.MAX_VALUE;
        }
        final long next = Math.min(sockets.nextDeadlineNs(), receiving == null ? Long.MAX_VALUE : receiving.limitNs);
        return next == Long.MAX_VALUE ? Long.MAX_VALUE : toUs(next + US - 1);
    }

    /**
     * Virtual clock: nobody can move it any more but us, because everybody waits for a call that has blocked. Goes from timer
     * to timer until one of them returns, if ever.
     */
    void waitForOne() throws IOException {
        final int before = open.size();
        while (open.size() == before && sockets.nextDeadlineNs() != Long.MAX_VALUE) {
            sockets.advanceTo(sockets.nextDeadlineNs());
            finishOpen();
        }
    }

    private long toUs(final long ns) {
        return baseUs + (ns - START_NS) / US;
    }

    // ------------------------------------------------------------------ packets out

    private void receive(final int id, final long limitNs) throws IOException, ProtocolException {
        if (receiving != null) {
            throw new ProtocolException("NETDEV_RECV while another one waits");
        }
        receiving = new Receiving(id, limitNs);
        serveReceiver();
        while (virtual && receiving != null) {
            sockets.runUntilSomething(limitNs);
            finishOpen();
            serveReceiver();
        }
    }

    private void serveReceiver() throws IOException {
        if (receiving == null) {
            return;
        }
        final VirtualStack.Sent sent = sockets.takeSent();
        if (sent != null) {
            packetsOut++;
            final int id = receiving.id;
            receiving = null;
            send(id, sent.bytes().length, 0, toUs(sent.timeNs()), sent.bytes());
        } else if (sockets.nowNs() >= receiving.limitNs) {
            final int id = receiving.id;
            receiving = null;
            answerNow(id);
        }
    }

    // ------------------------------------------------------------------ answers

    private void finishOpen() throws IOException {
        final Iterator<Open> each = open.iterator();
        while (each.hasNext()) {
            final Open one = each.next();
            if (one.started.call().isFinished()) {
                each.remove();
                answer(one);
            }
        }
    }

    private void answer(final Open done) throws IOException {
        final SystemCall call = done.started.call();
        send(done.id, (int) call.result(), call.errno(), toUs(call.finishedNs()), done.started.body());
    }

    private void answerNow(final int id) throws IOException {
        send(id, 0, 0, toUs(sockets.nowNs()), Answer.NOTHING);
    }

    private void send(final int id, final int result, final int errno, final long timeUs, final byte[] body)
            throws IOException {
        answers.send(new Answer(id, result, errno, timeUs, body));
    }
}
