package dev.culvert.kit.explore;

import dev.culvert.env.Errno;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Readiness;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The application of a host: takes its steps when the explorer says so, reads at once, and checks every byte. */
final class Application implements ApplicationEvents {
    static final int PORT = 80;

    private final UnsafeBuffer scratch =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(4 * Model.SEGMENT, Long.BYTES));
    private final int host;
    private final String name;
    private final boolean breaksOff;
    private final List<List<Step>> programs;
    private final int[] at;
    private final List<Conversation> conversations = new ArrayList<>();
    private Shard shard;
    private Conversation current;
    private boolean hasAborted;
    private boolean listening;
    private long nowNs;

    Application(final int host, final String name, final Model model) {
        this.host = host;
        this.name = name;
        breaksOff = model.breaksOff();
        programs = host == 0 ? model.a() : model.b();
        at = new int[programs.size()];
    }

    void begin(final Shard stack, final IpAddress local, final boolean listens) {
        shard = stack;
        listening = listens;
        if (listens && shard.listen(local, PORT, 4, null, this) < 0) {
            throw new SimulationFailure(name + " cannot listen");
        }
    }

    // ------------------------------------------------------------------ steps

    /** How many programs there are; their steps are taken by number. */
    int programs() {
        return programs.size();
    }

    /** The next step of a program when it can be taken now; else null. */
    Step next(final int program, final boolean quiet) {
        final List<Step> steps = programs.get(program);
        while (at[program] < steps.size() && isMoot(steps.get(at[program]))) {
            at[program]++;
        }
        if (at[program] == steps.size()) {
            return null;
        }
        final Step step = steps.get(at[program]);
        return mayTake(step, quiet) ? step : null;
    }

    /** Nothing but another connection can follow when the one that there was has been broken off. */
    private boolean isMoot(final Step step) {
        return breaksOff && current != null && current.over && step.what() != Step.What.CONNECT;
    }

    private boolean mayTake(final Step step, final boolean quiet) {
        final boolean open = current != null && !current.over;
        return switch (step.what()) {
            case CONNECT -> quiet && !open;
            case SEND -> open && current.connected && !current.writeClosed;
            case AWAIT_END, CLOSE -> open && current.eof;
            case SHUTDOWN -> open && current.connected && !current.writeClosed;
            case ABORT -> open;
        };
    }

    /** Takes the next step of a program. */
    void take(final int program, final IpAddress local, final IpAddress remote) {
        final Step step = programs.get(program).get(at[program]++);
        switch (step.what()) {
            case CONNECT -> connect(local, remote);
            case SEND -> send(step.bytes());
            case SHUTDOWN -> {
                must(shard.shutdownWrite(current.id, nowNs), "close its side");
                current.writeClosed = true;
                releaseWhenDone(current);
            }
            case CLOSE -> release(current);
            case ABORT -> {
                hasAborted = true;
                current.over = true;
                must(shard.abort(current.id, nowNs), "abort");
            }
            case AWAIT_END -> {}
        }
    }

    private void connect(final IpAddress local, final IpAddress remote) {
        current = new Conversation(conversations.size(), host);
        conversations.add(current);
        current.id = shard.connect(local, port(host), remote, port(1 - host), null, current, nowNs);
        must((int) Math.min(0, current.id), "connect");
    }

    private static int port(final int host) {
        return host == 0 ? PORT + 1 : PORT;
    }

    private void send(final int bytes) {
        current.out.fill(scratch, 0, bytes, current.sent);
        if (must(shard.send(current.id, scratch, 0, bytes), "send") != bytes) {
            throw new SimulationFailure(name + " could send only a part");
        }
        current.sent += bytes;
    }

    private int must(final int result, final String what) {
        if (result < 0) {
            throw new SimulationFailure(name + " cannot " + what + ": " + Errno.name(result));
        }
        return result;
    }

    private void releaseWhenDone(final Conversation conversation) {
        if (conversation.writeClosed && conversation.eof) {
            release(conversation);
        }
    }

    private void release(final Conversation conversation) {
        conversation.over = true;
        must(shard.close(conversation.id, nowNs), "close");
    }

    // ------------------------------------------------------------------ events

    /** The time for what happens next. */
    void now(final long timeNs) {
        nowNs = timeNs;
    }

    @Override
    public void onListener(final long listener, final Object attachment) {
        while (true) {
            final Conversation next = new Conversation(conversations.size(), host);
            next.id = shard.accept(listener, next);
            if (next.id < 0) {
                return;
            }
            conversations.add(next);
            current = next;
            current.connected = true;
            read(current);
        }
    }

    @Override
    public void onConnection(final long connection, final Object attachment, final int readiness) {
        final Conversation conversation = (Conversation) attachment;
        if (conversation.over) {
            throw new SimulationFailure(name + " is told of a connection that it has closed");
        }
        conversation.connected |= (readiness & Readiness.CONNECTED) != 0;
        read(conversation);
        if ((readiness & Readiness.CLOSED) != 0 && !conversation.over) {
            conversation.error = shard.error(conversation.id);
            release(conversation);
        }
    }

    private void read(final Conversation conversation) {
        while (!conversation.eof) {
            final int n = shard.receive(conversation.id, scratch, 0, scratch.capacity());
            if (n < 0) {
                return;
            }
            if (conversation.in.mismatch(scratch, 0, n, conversation.received) >= 0) {
                throw new SimulationFailure(name + " received a byte that was not sent there, after "
                        + conversation.received + " right ones");
            }
            conversation.received += n;
            conversation.eof = n == 0;
        }
        if (!conversation.over) {
            releaseWhenDone(conversation);
        }
    }

    // ------------------------------------------------------------------ answers

    boolean isListening() {
        return listening;
    }

    boolean isOrphan() {
        return current != null && current.over;
    }

    boolean hasAborted() {
        return hasAborted;
    }

    /** What is wrong with how far it has come with its peer, whoever reset; an empty text: nothing. */
    String complaintMidway(final Application peer) {
        if (conversations.size() > peer.conversations.size() && listening) {
            return name + " was given a connection that nobody opened";
        }
        for (int i = 0; i < conversations.size(); i++) {
            final Conversation mine = conversations.get(i);
            final int sent = i < peer.conversations.size() ? peer.conversations.get(i).sent : 0;
            if (mine.received > sent) {
                return name + " received " + mine.received + " bytes of " + sent;
            }
            final boolean closed = i < peer.conversations.size()
                    && (peer.conversations.get(i).writeClosed || peer.conversations.get(i).over);
            if (mine.eof && (!closed || mine.received != sent)) {
                return name + " was told of an end after " + mine.received + " bytes of " + sent;
            }
            if (mine.error != Errno.OK && !breaksOff) {
                return name + " was told " + Errno.name(mine.error);
            }
        }
        return "";
    }

    /** What is missing at the end; an empty text: nothing. */
    String complaintAtEnd() {
        for (int i = 0; i < programs.size() && !breaksOff; i++) {
            if (at[i] < programs.get(i).size()) {
                return name + " waits for ever to " + programs.get(i).get(at[i]);
            }
        }
        for (final Conversation conversation : conversations) {
            if (!conversation.over || !breaksOff && !conversation.eof) {
                return name + " waits for ever for the peer's end";
            }
        }
        return "";
    }
}
