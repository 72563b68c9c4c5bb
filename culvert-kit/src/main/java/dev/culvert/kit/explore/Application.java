package dev.culvert.kit.explore;

import dev.culvert.env.Errno;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Readiness;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** The application of a host: takes its steps when the explorer says so, reads at once, and checks every byte. */
final class Application implements ApplicationEvents {
    static final int PORT = 80;
    private static final int BACKLOG = 4;

    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[4 * Model.SEGMENT]);
    private final int host;
    private final String name;
    private final boolean breaksOff;
    private final Handshake handshake;
    private final List<List<Step>> programs;
    private final int[] at;
    private final List<Conversation> conversations = new ArrayList<>();
    private Shard shard;
    private Conversation current;
    private boolean listening;
    private long nowNs;

    /** The application of the host with this number, which tells it of its handshakes. */
    Application(final int host, final String name, final Model model, final Handshake handshake) {
        this.host = host;
        this.name = name;
        this.handshake = handshake;
        breaksOff = model.breaksOff();
        programs = host == 0 ? model.a() : model.b();
        at = new int[programs.size()];
    }

    /** From now on this is the stack; of another one nothing is left. */
    void runsOn(final Shard stack) {
        shard = stack;
    }

    // ------------------------------------------------------------------ steps

    /** The next step of each program; null when it cannot be taken now. */
    List<Step> next(final boolean quiet) {
        final Step[] next = new Step[programs.size()];
        Arrays.setAll(next, program -> next(program, quiet));
        return Arrays.asList(next);
    }

    /** The next step of a program when it can be taken now; else null. */
    Step next(final int program, final boolean quiet) {
        final List<Step> steps = programs.get(program);
        if (at[program] == steps.size()) {
            return null;
        }
        final Step step = steps.get(at[program]);
        return mayTake(step, quiet) ? step : null;
    }

    /** Something has happened: leaves out the steps that it has made pointless. */
    void settle() {
        for (int i = 0; i < at.length; i++) {
            final List<Step> steps = programs.get(i);
            while (at[i] < steps.size() && isMoot(steps.get(at[i]))) {
                at[i]++;
            }
        }
    }

    /** Nothing but something new can follow when the connection that there was has been broken off. */
    private boolean isMoot(final Step step) {
        return breaksOff
                && current != null
                && current.over
                && step.what() != Step.What.CONNECT
                && step.what() != Step.What.LISTEN;
    }

    private boolean mayTake(final Step step, final boolean quiet) {
        final boolean open = current != null && !current.over;
        return switch (step.what()) {
            case CONNECT, LISTEN -> quiet && !open;
            case SEND, SHUTDOWN -> open && current.connected && !current.writeClosed;
            case AWAIT_END, CLOSE -> open && current.eof;
            case ABORT, CRASH -> open;
        };
    }

    /** Takes the next step of a program. */
    void take(final int program, final IpAddress local, final IpAddress remote) {
        final Step step = programs.get(program).get(at[program]++);
        switch (step.what()) {
            case CONNECT -> connect(local, remote);
            case LISTEN -> listen(local);
            case SEND -> send(step.bytes());
            case SHUTDOWN -> {
                must(shard.shutdownWrite(current.id, nowNs), "close its side");
                current.writeClosed = true;
                releaseWhenDone(current);
            }
            case CLOSE -> release(current);
            case ABORT -> {
                current.over = true;
                must(shard.abort(current.id, nowNs), "abort");
            }
            case CRASH -> {
                current.over = true;
                listening = false;
            }
            case AWAIT_END -> {}
        }
    }

    /** Passive OPEN of the host's port. */
    void listen(final IpAddress local) {
        must((int) Math.min(0, shard.listen(local, port(host), BACKLOG, null, this)), "listen");
        listening = true;
    }

    private void connect(final IpAddress local, final IpAddress remote) {
        current = new Conversation();
        conversations.add(current);
        current.id = shard.connect(local, port(host), remote, port(1 - host), null, current, nowNs);
        must((int) Math.min(0, current.id), "connect");
    }

    private static int port(final int host) {
        return host == 0 ? PORT + 1 : PORT;
    }

    private void send(final int bytes) {
        current.out().fill(scratch, 0, bytes, current.sent);
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

    /** The host has sent a SYN or a SYN-ACK. */
    void begins() {
        if (current != null && !current.begun) {
            current.begun = true;
            current.iss = handshake.iss();
        }
    }

    @Override
    public void onListener(final long listener, final Object attachment) {
        while (true) {
            final Conversation next = new Conversation();
            next.id = shard.accept(listener, next);
            if (next.id < 0) {
                return;
            }
            Arrays.fill(at, 0); // the programs of a server are for each of its connections
            conversations.add(next);
            current = next;
            next.passive = true;
            begins();
            connects(next);
            read(next);
        }
    }

    private void connects(final Conversation conversation) {
        conversation.connected = true;
        conversation.irs = handshake.irs();
    }

    @Override
    public void onConnection(final long connection, final Object attachment, final int readiness) {
        final Conversation conversation = (Conversation) attachment;
        if (conversation.over) {
            throw new SimulationFailure(name + " is told of a connection that it has closed");
        }
        if ((readiness & Readiness.CONNECTED) != 0) {
            connects(conversation);
        }
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
            if (conversation.in().mismatch(scratch, 0, n, conversation.received) >= 0) {
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

    /** How far it has come. */
    Progress progress() {
        Step unfinished = null;
        for (int i = programs.size() - 1; i >= 0; i--) {
            if (at[i] < programs.get(i).size()) {
                unfinished = programs.get(i).get(at[i]);
            }
        }
        return new Progress(
                name,
                breaksOff,
                conversations.stream().map(Conversation::facts).toList(),
                unfinished);
    }

    /** A hash of that. */
    long key() {
        long key = Mix.of(conversations.indexOf(current), listening ? 1 : 0);
        for (final int step : at) {
            key = Mix.of(key, step);
        }
        for (final Conversation conversation : conversations) {
            key = Mix.of(key, conversation.facts().key());
        }
        return key;
    }
}
