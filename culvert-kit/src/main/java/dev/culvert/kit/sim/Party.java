package dev.culvert.kit.sim;

import dev.culvert.env.Errno;
import dev.culvert.kit.Pattern;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import java.util.Locale;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One end of a conversation: an application that follows its {@link Plan} and checks every byte that it gets. */
public final class Party implements SimApplication {
    private static final UnsafeBuffer SCRATCH = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 18, 8));

    private final SimHost host;
    private final Plan plan;
    private final Pattern out;
    private final Pattern in;
    private long id = -1;
    private long sent;
    private long received;
    private boolean eof;
    private boolean writeClosed;
    private boolean over;
    private boolean broke;
    private boolean readPlanned;
    private boolean writePlanned;
    private int error;

    /** An end that sends one stream and expects the other. */
    public Party(final SimHost host, final Plan plan, final Pattern out, final Pattern in) {
        this.host = host;
        this.plan = plan;
        this.out = out;
        this.in = in;
    }

    /** Opens the connection; local port 0 lets the stack choose. */
    public void connect(
            final IpAddress local,
            final int localPort,
            final IpAddress remote,
            final int remotePort,
            final TcpConfig tcp) {
        id = shard().connect(local, localPort, remote, remotePort, tcp, this, now());
        if (id < 0) {
            throw new SimulationFailure(host.name() + " cannot connect: " + Errno.name((int) id));
        }
        host.touched();
        breakOffWhenDue();
    }

    @Override
    public void onAcceptable(final long listener) {
        for (long next = shard().accept(listener, this); next >= 0; next = shard().accept(listener, this)) {
            if (id >= 0) {
                throw new SimulationFailure(host.name() + " got two connections where the peer made one");
            }
            id = next;
            onReady(id, Readiness.CONNECTED | Readiness.READABLE);
        }
    }

    @Override
    public void onReady(final long connection, final int readiness) {
        if (over) {
            throw new SimulationFailure(host.name() + " is told " + readiness + " of a connection that it has closed");
        }
        if ((readiness & (Readiness.CONNECTED | Readiness.WRITABLE)) != 0) {
            write();
        }
        if (!over && (readiness & (Readiness.READABLE | Readiness.PEER_CLOSED)) != 0) {
            read();
        }
        if (!over && (readiness & Readiness.CLOSED) != 0) {
            ended();
        }
    }

    /** The connection has ended under us; what had arrived before can still be read. */
    private void ended() {
        error = shard().error(id);
        int n = receive();
        while (n > 0) {
            n = receive();
        }
        eof |= n == 0;
        finish(Plan.Ending.AFTER_PEER);
    }

    // ------------------------------------------------------------------ sending

    private void write() {
        if (writePlanned || plan.afterEof() && !eof) {
            return;
        }
        while (!over && sent < plan.bytes()) {
            final int n = plan.lend() ? lend() : copy();
            if (n < 0) {
                return; // no room, or the connection has ended: an event follows
            }
            sent += n;
            breakOffWhenDue();
            if (plan.writePauseNs() > 0 && !over && sent < plan.bytes()) {
                writePlanned = true;
                later(plan.writePauseNs(), () -> {
                    writePlanned = false;
                    write();
                });
                return;
            }
        }
        closeWhenDone();
    }

    private int copy() {
        final int length = (int) Math.min(plan.writeChunk(), plan.bytes() - sent);
        out.fill(SCRATCH, 0, length, sent);
        return shard().send(id, SCRATCH, 0, length);
    }

    private int lend() {
        final int most = Math.min(plan.writeChunk(), ReferenceMemory.LARGEST);
        final int length = (int) Math.min(most, plan.bytes() - sent);
        final long token = host.references().lend(out, sent, length);
        final int n = shard().sendReference(id, host.references().address(token), length, token);
        if (n <= 0) {
            host.references().release(token);
        }
        return n;
    }

    // ------------------------------------------------------------------ receiving

    private void read() {
        if (readPlanned) {
            return;
        }
        while (!over && !eof) {
            final int n = receive();
            if (n < 0) {
                return; // nothing yet, or the connection has ended
            }
            eof = n == 0;
            breakOffWhenDue();
            if (plan.readPauseNs() > 0 && !over && !eof) {
                readPlanned = true;
                later(plan.readPauseNs(), () -> {
                    readPlanned = false;
                    read();
                });
                return;
            }
        }
        if (!over && plan.afterEof()) {
            write();
        }
        if (!over) {
            closeWhenDone();
        }
    }

    private int receive() {
        final int n = shard().receive(id, SCRATCH, 0, plan.readChunk());
        if (n > 0) {
            final int wrong = in.mismatch(SCRATCH, 0, n, received);
            if (wrong >= 0) {
                throw new SimulationFailure(
                        host.name() + " received a byte that nobody sent, at position " + (received + wrong));
            }
            received += n;
        }
        return n;
    }

    // ------------------------------------------------------------------ closing

    private void closeWhenDone() {
        if (over || sent < plan.bytes()) {
            return;
        }
        if (!writeClosed && (plan.ending() != Plan.Ending.AFTER_PEER || eof)) {
            writeClosed = true;
            if (!eof) {
                shard().shutdownWrite(id, now());
            }
        }
        if (eof) {
            finish(Plan.Ending.AFTER_PEER);
        }
    }

    private void breakOffWhenDue() {
        if (plan.breaksOff() && !over && sent + received >= plan.breakAt()) {
            broke = true;
            finish(plan.ending());
        }
    }

    private void finish(final Plan.Ending how) {
        over = true;
        if (how == Plan.Ending.ABORT) {
            shard().abort(id, now());
        } else {
            shard().close(id, now());
        }
        host.touched();
    }

    private void later(final long ns, final Runnable what) {
        host.simulation().at(now() + ns, () -> {
            if (!over) {
                what.run();
                host.touched();
            }
        });
    }

    // ------------------------------------------------------------------ answers

    /** Whether the application has closed. */
    public boolean isOver() {
        return over;
    }

    /** Whether it has broken the conversation off before its end. */
    public boolean brokeOff() {
        return broke;
    }

    /** Whether it may break the conversation off. */
    public boolean mayBreakOff() {
        return plan.breaksOff();
    }

    /** Whether it never got a connection. */
    public boolean neverConnected() {
        return id < 0;
    }

    /** What is wrong with a conversation in which nobody broke off, or an empty text. */
    public String complaint(final Party peer) {
        if (error != 0) {
            return host.name() + " was told " + Errno.name(error);
        }
        if (received != peer.plan.bytes()) {
            return host.name() + " received " + received + " of " + peer.plan.bytes() + " bytes";
        }
        return "";
    }

    /** Where it stands, in words. */
    @Override
    public String toString() {
        final TcpState state = id < 0 || over ? TcpState.CLOSED : shard().state(id);
        return String.format(
                Locale.ROOT,
                "%s: %s%s, sent %d of %d, received %d%s%s; %s",
                host.name(),
                over ? "over" : id < 0 ? "no connection" : state,
                error == 0 ? "" : " " + Errno.name(error),
                sent,
                plan.bytes(),
                received,
                eof ? " and the end" : "",
                writeClosed ? ", write side closed" : "",
                plan);
    }

    private Shard shard() {
        return host.shard();
    }

    private long now() {
        return host.simulation().nowNs();
    }
}
