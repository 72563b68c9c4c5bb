package dev.culvert.kit.scenario;

import dev.culvert.env.Errno;
import dev.culvert.kit.Pattern;
import dev.culvert.kit.scenario.Scenario.Closing;
import dev.culvert.kit.scenario.Scenario.Manners;
import dev.culvert.kit.sim.SimApplication;
import dev.culvert.kit.sim.SimHost;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.Readiness;

/** One end of one connection: an application that says its part of a {@link Scenario.Flow} and checks every byte it gets. */
final class Talker implements SimApplication {
    /** Bytes in one call at most. */
    static final int LARGEST_CALL = 1 << 18;

    private final FlowRun run;
    private final Scenario.Flow plan;
    private final SimHost host;
    private final Manners manners;
    private final boolean client;
    private final long toSend;
    private final long toReceive;
    private final long startNs;

    private Talker peer;
    private Pattern out;
    private Pattern in;
    private long id = -1;
    private int turn = 1;
    private long sent;
    private long received;
    private boolean thinking;
    private boolean writePlanned;
    private boolean readPlanned;
    private boolean hasStopped;
    private boolean eof;
    private boolean writeClosed;
    private boolean over;
    private boolean counted;
    private int error;

    Talker(final FlowRun run, final SimHost host, final boolean client) {
        this.run = run;
        this.host = host;
        this.client = client;
        plan = run.plan();
        manners = client ? plan.client() : plan.server();
        toSend = plan.rounds() * (client ? plan.request() : plan.response());
        toReceive = plan.rounds() * (client ? plan.response() : plan.request());
        startNs = host.simulation().nowNs();
    }

    /** Opens the connection; the client's port, or a negative errno. */
    int connect() {
        id = shard().connect(plan.source(), 0, plan.destination(), plan.port(), null, this, now());
        host.touched();
        if (id < 0) {
            error = (int) -id;
            over = true;
            return (int) id;
        }
        final int port = shard().flow(id).localPort();
        out = run.upward(port);
        in = run.downward(port);
        return port;
    }

    /** Takes a connection that the listener has accepted. */
    void accepted(final long connection, final Talker from, final int port) {
        id = connection;
        peer = from;
        from.peer = this;
        out = run.downward(port);
        in = run.upward(port);
        onReady(id, Readiness.CONNECTED | Readiness.READABLE);
    }

    @Override
    public void onAcceptable(final long listener) {
        throw new SimulationFailure(host.name() + ": a connection is told what belongs to its listener");
    }

    @Override
    public void onReady(final long connection, final int readiness) {
        if (over) {
            throw new SimulationFailure(host.name() + " is told " + readiness + " of a connection that it has closed");
        }
        if ((readiness & (Readiness.READABLE | Readiness.PEER_CLOSED)) != 0) {
            read();
        }
        if (!over && (readiness & (Readiness.CONNECTED | Readiness.WRITABLE)) != 0) {
            write();
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
        finish(false);
    }

    // ------------------------------------------------------------------ sending

    /** How much may have been sent by now: a request per turn, a response per request. */
    private long allowed() {
        if (plan.duplex()) {
            return toSend;
        }
        if (client) {
            return plan.response() == 0 ? toSend : plan.request() * turn;
        }
        return plan.request() == 0 ? toSend : plan.response() * (received / plan.request());
    }

    private void write() {
        if (writePlanned) {
            return;
        }
        while (!over && sent < allowed()) {
            final int length = (int) Math.min(manners.writeChunk(), allowed() - sent);
            out.fill(run.scratch(), 0, length, sent);
            final int n = shard().send(id, run.scratch(), 0, length);
            if (n < 0) {
                return; // no room, or the connection has ended: an event follows
            }
            sent += n;
            if (manners.writePauseNs() > 0 && sent < allowed()) {
                writePlanned = true;
                later(manners.writePauseNs(), () -> {
                    writePlanned = false;
                    write();
                });
                return;
            }
        }
        closeWhenDone();
    }

    // ------------------------------------------------------------------ receiving

    private void read() {
        if (readPlanned) {
            return;
        }
        while (!over && !eof) {
            if (stopsNow()) {
                return;
            }
            final int n = receive();
            if (n < 0) {
                break; // nothing yet, or the connection has ended
            }
            eof = n == 0;
            if (manners.readPauseNs() > 0 && !eof) {
                readLater(manners.readPauseNs());
                break;
            }
        }
        nextTurn();
        if (!over) {
            write();
        }
    }

    private boolean stopsNow() {
        if (hasStopped || manners.stopAfter() < 0 || received < manners.stopAfter()) {
            return false;
        }
        hasStopped = true;
        readLater(manners.stopForNs());
        return true;
    }

    private void readLater(final long ns) {
        readPlanned = true;
        later(ns, () -> {
            readPlanned = false;
            read();
        });
    }

    private int receive() {
        final long untilStop =
                hasStopped || manners.stopAfter() < 0 ? Long.MAX_VALUE : Math.max(1, manners.stopAfter() - received);
        final int n = shard().receive(id, run.scratch(), 0, (int) Math.min(manners.readChunk(), untilStop));
        if (n > 0) {
            final int wrong = in.mismatch(run.scratch(), 0, n, received);
            if (wrong >= 0) {
                throw new SimulationFailure(
                        host.name() + " received a byte that nobody sent, at position " + (received + wrong));
            }
            received += n;
            run.delivered(client, n, now());
            if (received > toReceive) {
                throw new SimulationFailure(host.name() + " received " + received + " bytes of " + toReceive);
            }
            if (received == toReceive && peer != null && peer.aborts()) {
                host.simulation().at(now(), peer::abortWhenDone);
            }
        }
        return n;
    }

    private void nextTurn() {
        final boolean answered = client && plan.response() > 0 && received >= plan.response() * turn;
        if (!answered || thinking || turn >= plan.rounds()) {
            return;
        }
        if (plan.thinkNs() == 0) {
            turn++;
            return;
        }
        thinking = true;
        later(plan.thinkNs(), () -> {
            thinking = false;
            turn++;
            write();
        });
    }

    // ------------------------------------------------------------------ closing

    private boolean aborts() {
        return plan.closing() == (client ? Closing.CLIENT_ABORT : Closing.SERVER_ABORT);
    }

    private boolean hasSaidEverything() {
        return sent == toSend && received == toReceive;
    }

    private void abortWhenDone() {
        final boolean arrived = peer == null ? toSend == 0 : peer.received == toSend;
        if (!over && hasSaidEverything() && arrived) {
            finish(true);
        }
    }

    private void closeWhenDone() {
        if (over) {
            return;
        }
        if (aborts()) {
            abortWhenDone();
            return;
        }
        final boolean mayClose = plan.closing() == Closing.BOTH
                ? sent == toSend
                : eof || hasSaidEverything() && plan.closing() == (client ? Closing.CLIENT : Closing.SERVER);
        if (mayClose && !writeClosed) {
            writeClosed = true;
            if (!eof) {
                shard().shutdownWrite(id, now());
                host.touched();
            }
        }
        if (writeClosed && eof) {
            finish(false);
        }
    }

    private void finish(final boolean abort) {
        over = true;
        if (abort) {
            shard().abort(id, now());
        } else {
            shard().close(id, now());
        }
        host.touched();
        run.ended(client ? this : peer);
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

    /** Whether nothing more will happen to the conversation of this client. */
    boolean conversationIsOver() {
        return over && (peer == null || peer.over || error != Errno.OK);
    }

    /** Whether both ends got everything. */
    boolean isComplete() {
        return received == toReceive && (peer == null ? toSend == 0 : peer.received == toSend);
    }

    /** Why the client's, else the server's connection ended early; 0 where none did. */
    int firstError() {
        return error != Errno.OK || peer == null ? error : peer.error;
    }

    /** Whether the end of the conversation has been counted. */
    boolean isCounted() {
        return counted;
    }

    void count() {
        counted = true;
    }

    long startNs() {
        return startNs;
    }

    private Shard shard() {
        return host.shard();
    }

    private long now() {
        return host.simulation().nowNs();
    }
}
