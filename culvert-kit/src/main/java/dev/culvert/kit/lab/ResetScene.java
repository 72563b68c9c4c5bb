package dev.culvert.kit.lab;

import static dev.culvert.kit.lab.Words.CLIENT;
import static dev.culvert.kit.lab.Words.SERVER;

import dev.culvert.counters.DropReason;
import dev.culvert.kit.lab.LabScenario.Ending;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A RST in each state that a connection can be in, from a peer that is played by hand: first a wrong one, then the right one. */
final class ResetScene {
    private static final List<TcpState> STATES = List.of(
            TcpState.SYN_SENT,
            TcpState.ESTABLISHED,
            TcpState.FIN_WAIT_1,
            TcpState.FIN_WAIT_2,
            TcpState.CLOSE_WAIT,
            TcpState.CLOSING,
            TcpState.LAST_ACK,
            TcpState.TIME_WAIT);

    private final Stage stage;
    private final Host local;
    private final Host peer;
    private final Map<String, List<String>> byError = new LinkedHashMap<>();
    private int port = CLIENT;
    private int iss;
    private long id;

    private ResetScene(final Stage stage, final Policy policy) {
        this.stage = stage;
        local = stage.host("host", policy);
        peer = stage.host("peer", policy).byHand();
    }

    static Ending play(final Stage stage, final Policy policy) {
        return new ResetScene(stage, policy).play();
    }

    private Ending play() {
        STATES.forEach(this::reset);
        final List<String> outcomes = new ArrayList<>();
        byError.forEach((error, states) -> outcomes.add(String.join(", ", states) + ": " + error));
        final long wrong = local.shard().counters().get(DropReason.TCP_INVALID_RST);
        return new Ending(
                String.join("; ", outcomes) + "; " + wrong + " wrong ones were dropped as TCP_INVALID_RST",
                "RFC 9293 §3.10.7, second step, in each state; RFC 5961 §3.2: a RST that is not exactly at RCV.NXT earns a"
                        + " challenge ACK; RFC 1337: none counts in TIME-WAIT, if that is on");
    }

    private void reset(final TcpState state) {
        port++;
        final String name = state.name().replace('_', '-');
        stage.unseen(local, "in " + name, () -> reach(state));
        final int next = peerNext(state);
        final boolean opening = state == TcpState.SYN_SENT;
        if (state != TcpState.TIME_WAIT) {
            send(opening ? Segment.RST | Segment.ACK : Segment.RST, opening ? 0 : next + 100, opening ? iss + 100 : 0);
        }
        send(opening ? Segment.RST | Segment.ACK : Segment.RST, opening ? 0 : next, opening ? iss + 1 : 0);
        final String end = local.state(id) == TcpState.CLOSED
                ? local.error(id).equals("OK") ? "ends without an error" : local.error(id)
                : "goes on";
        local.note(end);
        byError.computeIfAbsent(end, e -> new ArrayList<>()).add(name);
    }

    /** The peer's next sequence number: behind its SYN, and behind its FIN where it has sent one. */
    private static int peerNext(final TcpState state) {
        return switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSED -> 1;
        };
    }

    private void reach(final TcpState state) {
        id = local.connect(port, peer, SERVER);
        stage.settle();
        iss = stage.last(local, Words.SYN).segment().seq;
        if (state == TcpState.SYN_SENT) {
            return;
        }
        send(Segment.SYN | Segment.ACK, 0, iss + 1);
        switch (state) {
            case FIN_WAIT_1 -> shutdown();
            case FIN_WAIT_2 -> {
                shutdown();
                send(Segment.ACK, 1, iss + 2);
            }
            case CLOSE_WAIT -> send(Segment.FIN | Segment.ACK, 1, iss + 1);
            case CLOSING -> {
                shutdown();
                send(Segment.FIN | Segment.ACK, 1, iss + 1);
            }
            case LAST_ACK -> {
                send(Segment.FIN | Segment.ACK, 1, iss + 1);
                shutdown();
            }
            case TIME_WAIT -> {
                shutdown();
                send(Segment.FIN | Segment.ACK, 1, iss + 2);
            }
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSED -> {}
        }
    }

    private void shutdown() {
        local.shutdown(id);
        stage.settle();
    }

    private void send(final int flags, final int seq, final int ack) {
        final Segment segment = Segment.of(flags).len(0).seq(seq).win(65_535);
        if ((flags & Segment.ACK) != 0) {
            segment.ack(ack);
        }
        stage.send(peer, new Endpoints(peer.address(), SERVER, local.address(), port), segment);
        stage.settle();
    }
}
