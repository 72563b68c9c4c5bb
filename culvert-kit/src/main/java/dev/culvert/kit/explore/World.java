package dev.culvert.kit.explore;

import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;

/** One play of a model: from nothing to both ends being CLOSED, along one path of choices. */
final class World {
    /** Longer than anything that ends; what goes on has to be going round in circles. */
    private static final int MOST_HAPPENINGS = 5_000;

    private static final long MSL_NS = 30_000_000_000L;

    /** What may happen next. */
    private record Move(ExploredHost host, Wire.Packet packet, int program, Step step) {
        static final Move WAIT = new Move(null, null, 0, null);

        boolean isWait() {
            return host == null;
        }
    }

    private final Choices choices;
    private final ExploredHost a;
    private final ExploredHost b;
    private final Wire wire;
    private final Witness witness;
    private final boolean listens;
    private int timeouts;
    private long waitedNs;
    private int happenings;
    private int changes;

    World(
            final Model model,
            final Budget budget,
            final Choices choices,
            final UnaryOperator<byte[]> device,
            final Witness witness) {
        this.choices = choices;
        this.witness = witness;
        listens = model.listens();
        timeouts = budget.timeouts();
        wire = new Wire(choices, budget, device);
        a = new ExploredHost(this, model, 0);
        b = new ExploredHost(this, model, 1);
    }

    /**
     * Plays to the end, or to a state that has been seen.
     *
     * @param isNew asked for every state that this play is the first to reach on its path; false: somebody has been there
     * @throws SimulationFailure when an invariant breaks
     */
    void play(final LongPredicate isNew) {
        if (!listens) { // both open before anything arrives, else there is nobody to open to
            take(new Move(a, null, 0, Step.CONNECT));
            take(new Move(b, null, 0, Step.CONNECT));
        }
        while (true) {
            final List<Move> moves = moves();
            if (moves.isEmpty() && !waits()) {
                checkEnd();
                return;
            }
            if (!moves.isEmpty()) {
                if (choices.isNew() && !isNew.test(key())) {
                    return;
                }
                take(moves.get(choices.pick(moves.size())));
            }
            check();
        }
    }

    void close() {
        a.close();
        b.close();
    }

    /** Happenings so far. */
    int happenings() {
        return happenings;
    }

    private long key() {
        return Mix.of(Mix.of(Mix.of(a.history(), b.history()), wire.key(waitedNs)), timeouts);
    }

    // ------------------------------------------------------------------ moves

    private List<Move> moves() {
        final List<Move> moves = new ArrayList<>();
        for (final Wire.Packet packet : wire.next()) {
            moves.add(new Move(packet.to == 0 ? a : b, packet, 0, null));
        }
        steps(moves, a);
        steps(moves, b);
        if (!moves.isEmpty() && timeouts > 0 && mayWait(untilTimerNs())) {
            moves.add(Move.WAIT);
        }
        return moves;
    }

    private static void steps(final List<Move> moves, final ExploredHost host) {
        for (int program = 0; program < host.application.programs(); program++) {
            final Step step = host.application.next(program, host.isQuiet());
            if (step != null) {
                moves.add(new Move(host, null, program, step));
            }
        }
    }

    private void take(final Move move) {
        happenings++;
        if (move.isWait()) {
            timeouts--;
            final int sent = wire.sent();
            final int changed = changes;
            do {
                waits();
            } while (wire.sent() == sent && changes == changed && mayWait(untilTimerNs()));
        } else if (move.packet != null) {
            wire.arrives(move.packet);
            move.host.arrives(move.packet.bytes, move.packet.hash);
        } else {
            move.host.takes(move.program, move.step);
        }
    }

    private long untilTimerNs() {
        return Math.min(a.untilTimerNs(), b.untilTimerNs());
    }

    /** No packet lives longer than the MSL: that is what the protocol builds on (RFC 9293 §3.4.2). */
    private boolean mayWait(final long ns) {
        return ns != Long.MAX_VALUE && wire.oldestNs(waitedNs) + ns < MSL_NS;
    }

    /** Waits for the next timer; false when there is none. */
    private boolean waits() {
        final long ns = untilTimerNs();
        if (ns == Long.MAX_VALUE) {
            return false;
        }
        happenings++;
        waitedNs += ns;
        witness.waits(ns);
        a.waits(ns);
        b.waits(ns);
        return true;
    }

    // ------------------------------------------------------------------ what hosts do

    void sends(final ExploredHost from, final byte[] packet) {
        final Wire.Fate fate = wire.send(1 - from.number(), packet, waitedNs);
        witness.sends(from, packet, fate);
    }

    void arrives(final ExploredHost host, final byte[] packet) {
        witness.arrives(host, packet);
    }

    void takes(final ExploredHost host, final Step step) {
        witness.takes(host, step);
    }

    void reaches(final ExploredHost host, final TcpState state) {
        changes++;
        witness.reaches(host, state);
    }

    // ------------------------------------------------------------------ invariants

    private void check() {
        complain(a.application.complaintMidway(b.application));
        complain(b.application.complaintMidway(a.application));
        if (happenings > MOST_HAPPENINGS) {
            throw new SimulationFailure("it does not end");
        }
    }

    private void checkEnd() {
        complain(a.leftovers());
        complain(b.leftovers());
        complain(a.application.complaintAtEnd());
        complain(b.application.complaintAtEnd());
    }

    private static void complain(final String complaint) {
        if (!complaint.isEmpty()) {
            throw new SimulationFailure(complaint);
        }
    }
}
