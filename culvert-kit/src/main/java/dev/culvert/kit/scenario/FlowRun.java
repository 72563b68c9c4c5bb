package dev.culvert.kit.scenario;

import dev.culvert.env.Errno;
import dev.culvert.kit.Pattern;
import dev.culvert.kit.sim.SimApplication;
import dev.culvert.kit.sim.SimHost;
import dev.culvert.kit.sim.Simulation;
import dev.culvert.kit.sim.SimulationFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One application of a scenario while it runs: its listener, its clients, and what they have come to. */
final class FlowRun implements SimApplication {
    private static final int BACKLOG = 4_096;

    private final Scenario.Flow plan;
    private final SimHost client;
    private final SimHost server;
    private final Simulation simulation;
    private final long seed;
    /** What its talkers write from and read into; a run's own, since runs may go on beside each other on threads of their own. */
    private final UnsafeBuffer scratch =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Talker.LARGEST_CALL, Long.BYTES));

    private final Map<Integer, Talker> clients = new HashMap<>();
    private final Map<String, Integer> errors = new TreeMap<>();
    private int started;
    private int over;
    private int complete;
    private long nextStartNs;
    private long firstNs = -1;
    private long lastByteNs;
    private long lastEndNs;
    private long bytesUp;
    private long bytesDown;
    private long connectionNs;

    FlowRun(final Scenario.Flow plan, final SimHost client, final SimHost server) {
        this.plan = plan;
        this.client = client;
        this.server = server;
        simulation = client.simulation();
        seed = simulation.random().nextLong();
        nextStartNs = plan.startNs();
        server.listen(plan.destination(), plan.port(), BACKLOG, null, this);
        for (int i = 0; i < Math.min(plan.atOnce(), plan.connections()); i++) {
            planStart();
        }
    }

    private void planStart() {
        if (started < plan.connections()) {
            started++;
            final long atNs = Math.max(nextStartNs, simulation.nowNs());
            nextStartNs = atNs + plan.everyNs();
            simulation.at(atNs, this::start);
        }
    }

    private void start() {
        final Talker talker = new Talker(this, client, true);
        if (firstNs < 0) {
            firstNs = simulation.nowNs();
        }
        final int port = talker.connect();
        if (port > 0) {
            clients.put(port, talker);
        } else {
            ended(talker);
        }
    }

    @Override
    public void onAcceptable(final long listener) {
        while (accept(listener)) {
            // until nobody waits
        }
    }

    private boolean accept(final long listener) {
        final Talker talker = new Talker(this, server, false);
        final long connection = server.shard().accept(listener, talker);
        if (connection < 0) {
            return false;
        }
        final int port = server.shard().flow(connection).remotePort();
        final Talker from = clients.get(port);
        if (from == null) {
            throw new SimulationFailure(server.name() + " got a connection that nobody opened");
        }
        talker.accepted(connection, from, port);
        return true;
    }

    @Override
    public void onReady(final long connection, final int readiness) {
        throw new SimulationFailure(server.name() + ": a listener is told what belongs to a connection");
    }

    // ------------------------------------------------------------------ what talkers report

    void delivered(final boolean toClient, final int bytes, final long nowNs) {
        lastByteNs = nowNs;
        if (toClient) {
            bytesDown += bytes;
        } else {
            bytesUp += bytes;
        }
    }

    /** One end of a client's conversation has ended. */
    void ended(final Talker of) {
        if (of == null || !of.conversationIsOver() || of.isCounted()) {
            return;
        }
        of.count();
        over++;
        lastEndNs = simulation.nowNs();
        connectionNs += lastEndNs - of.startNs();
        if (of.isComplete()) {
            complete++;
        } else {
            final int error = of.firstError();
            errors.merge(error == Errno.OK ? "CLOSED_EARLY" : Errno.name(error), 1, Integer::sum);
        }
        simulation.at(simulation.nowNs(), this::planStart);
    }

    Pattern upward(final int port) {
        return new Pattern(seed ^ port);
    }

    Pattern downward(final int port) {
        return new Pattern(~seed ^ port);
    }

    // ------------------------------------------------------------------ answers

    UnsafeBuffer scratch() {
        return scratch;
    }

    Scenario.Flow plan() {
        return plan;
    }

    boolean isDone() {
        return over == plan.connections();
    }

    Summary.FlowResult result(final WireMeter.FlowCounts wire) {
        final long nowNs = simulation.nowNs();
        final long began = firstNs < 0 ? nowNs : firstNs;
        return new Summary.FlowResult(
                plan.name(),
                plan.from(),
                plan.to(),
                plan.connections(),
                complete,
                started - over,
                errors,
                bytesUp,
                bytesDown,
                (isDone() ? lastEndNs : nowNs) - began,
                Math.max(0, lastByteNs - began),
                over == 0 ? 0 : connectionNs / over,
                wire.segments,
                wire.retransmitted);
    }
}
