package dev.culvert.kit.arc;

import static dev.culvert.kit.arc.ArcCause.CALL;
import static dev.culvert.kit.arc.ArcCause.ICMP;
import static dev.culvert.kit.arc.ArcCause.RST;
import static dev.culvert.kit.arc.ArcCause.SEGMENT;
import static dev.culvert.kit.arc.ArcCause.SYN;
import static dev.culvert.kit.arc.ArcCause.TIMEOUT;
import static dev.culvert.kit.arc.StateArc.Family.ABORT;
import static dev.culvert.kit.arc.StateArc.Family.FIGURE_5;
import static dev.culvert.kit.arc.StateArc.Family.GIVE_UP;
import static dev.culvert.kit.arc.StateArc.Family.RESET;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.CLOSING;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static dev.culvert.tcp.TcpState.LAST_ACK;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static dev.culvert.tcp.TcpState.TIME_WAIT;

import dev.culvert.tcp.TcpState;
import java.util.List;

/** All arcs that a connection may take: figure 5 of RFC 9293, and those that its notes, §3.10 and TIME-WAIT's next
 * incarnations add. */
public final class StateArcs {
    /** In the order of the documentation. */
    public static final List<StateArc> ALL = List.of(
            new StateArc(CLOSED, CALL, LISTEN, FIGURE_5, "passive OPEN", "create TCB"),
            new StateArc(CLOSED, CALL, SYN_SENT, FIGURE_5, "active OPEN", "create TCB, snd SYN"),
            new StateArc(LISTEN, CALL, CLOSED, FIGURE_5, "CLOSE", "delete TCB"),
            new StateArc(LISTEN, CALL, SYN_SENT, FIGURE_5, "active OPEN or SEND", "snd SYN"),
            new StateArc(LISTEN, SYN, SYN_RECEIVED, FIGURE_5, "rcv SYN", "snd SYN,ACK"),
            new StateArc(SYN_SENT, CALL, CLOSED, FIGURE_5, "CLOSE", "delete TCB"),
            new StateArc(SYN_SENT, SYN, SYN_RECEIVED, FIGURE_5, "rcv SYN", "snd SYN,ACK"),
            new StateArc(SYN_SENT, SYN, ESTABLISHED, FIGURE_5, "rcv SYN,ACK", "snd ACK"),
            new StateArc(SYN_RECEIVED, SEGMENT, ESTABLISHED, FIGURE_5, "rcv ACK of SYN", ""),
            new StateArc(SYN_RECEIVED, SEGMENT, FIN_WAIT_1, FIGURE_5, "CLOSE, then rcv ACK of SYN", "snd FIN"),
            new StateArc(SYN_RECEIVED, RST, LISTEN, FIGURE_5, "rcv RST (note 1)", ""),
            new StateArc(ESTABLISHED, CALL, FIN_WAIT_1, FIGURE_5, "CLOSE", "snd FIN"),
            new StateArc(ESTABLISHED, SEGMENT, CLOSE_WAIT, FIGURE_5, "rcv FIN", "snd ACK"),
            new StateArc(FIN_WAIT_1, SEGMENT, FIN_WAIT_2, FIGURE_5, "rcv ACK of FIN", ""),
            new StateArc(FIN_WAIT_1, SEGMENT, CLOSING, FIGURE_5, "rcv FIN", "snd ACK"),
            new StateArc(FIN_WAIT_1, SEGMENT, TIME_WAIT, FIGURE_5, "rcv FIN and ACK of FIN (note 2)", "snd ACK"),
            new StateArc(FIN_WAIT_2, SEGMENT, TIME_WAIT, FIGURE_5, "rcv FIN", "snd ACK"),
            new StateArc(CLOSING, SEGMENT, TIME_WAIT, FIGURE_5, "rcv ACK of FIN", ""),
            new StateArc(CLOSE_WAIT, CALL, LAST_ACK, FIGURE_5, "CLOSE", "snd FIN"),
            new StateArc(LAST_ACK, SEGMENT, CLOSED, FIGURE_5, "rcv ACK of FIN", "delete TCB"),
            new StateArc(TIME_WAIT, TIMEOUT, CLOSED, FIGURE_5, "timeout 2 MSL", "delete TCB"),
            //
            new StateArc(SYN_SENT, RST, CLOSED, RESET, "rcv RST,ACK", ""),
            new StateArc(SYN_SENT, SYN, CLOSED, RESET, "rcv SYN,ACK not newer than TIME-WAIT", "snd RST"),
            new StateArc(SYN_RECEIVED, RST, CLOSED, RESET, "rcv RST after an active OPEN", ""),
            new StateArc(SYN_RECEIVED, SYN, LISTEN, RESET, "rcv SYN after a passive OPEN", ""),
            new StateArc(SYN_RECEIVED, SEGMENT, LISTEN, RESET, "rcv ACK of SYN, no room to accept", "snd RST"),
            new StateArc(ESTABLISHED, RST, CLOSED, RESET, "rcv RST", ""),
            new StateArc(FIN_WAIT_1, RST, CLOSED, RESET, "rcv RST", ""),
            new StateArc(FIN_WAIT_2, RST, CLOSED, RESET, "rcv RST", ""),
            new StateArc(CLOSE_WAIT, RST, CLOSED, RESET, "rcv RST", ""),
            new StateArc(CLOSING, RST, CLOSED, RESET, "rcv RST", ""),
            new StateArc(LAST_ACK, RST, CLOSED, RESET, "rcv RST", ""),
            new StateArc(TIME_WAIT, RST, CLOSED, RESET, "rcv RST, RFC 1337 off", ""),
            new StateArc(TIME_WAIT, SYN, SYN_RECEIVED, RESET, "rcv SYN of the next incarnation (MAY-2)", "snd SYN,ACK"),
            new StateArc(TIME_WAIT, CALL, SYN_SENT, RESET, "active OPEN of the next incarnation", "snd SYN"),
            new StateArc(TIME_WAIT, SEGMENT, CLOSED, RESET, "another connection takes the room of the oldest", ""),
            new StateArc(FIN_WAIT_1, SEGMENT, CLOSED, RESET, "rcv text after close (SHLD-3)", "snd RST"),
            new StateArc(FIN_WAIT_2, SEGMENT, CLOSED, RESET, "rcv text after close (SHLD-3)", "snd RST"),
            //
            new StateArc(SYN_RECEIVED, CALL, CLOSED, ABORT, "ABORT", "snd RST"),
            new StateArc(ESTABLISHED, CALL, CLOSED, ABORT, "ABORT", "snd RST"),
            new StateArc(FIN_WAIT_1, CALL, CLOSED, ABORT, "ABORT", "snd RST"),
            new StateArc(FIN_WAIT_2, CALL, CLOSED, ABORT, "ABORT", "snd RST"),
            new StateArc(CLOSE_WAIT, CALL, CLOSED, ABORT, "ABORT", "snd RST"),
            new StateArc(CLOSING, CALL, CLOSED, ABORT, "ABORT", ""),
            new StateArc(LAST_ACK, CALL, CLOSED, ABORT, "ABORT", ""),
            //
            new StateArc(SYN_SENT, TIMEOUT, CLOSED, GIVE_UP, "R2 of the SYN", ""),
            new StateArc(SYN_SENT, ICMP, CLOSED, GIVE_UP, "rcv hard ICMP error", ""),
            new StateArc(SYN_RECEIVED, TIMEOUT, CLOSED, GIVE_UP, "R2 of the SYN,ACK", ""),
            new StateArc(SYN_RECEIVED, ICMP, CLOSED, GIVE_UP, "rcv hard ICMP error", ""),
            new StateArc(ESTABLISHED, TIMEOUT, CLOSED, GIVE_UP, "R2, user timeout or keepalive", ""),
            new StateArc(FIN_WAIT_1, TIMEOUT, CLOSED, GIVE_UP, "R2 or linger time", ""),
            new StateArc(FIN_WAIT_2, TIMEOUT, CLOSED, GIVE_UP, "FIN-WAIT-2 without application", ""),
            new StateArc(CLOSE_WAIT, TIMEOUT, CLOSED, GIVE_UP, "R2, user timeout or keepalive", ""),
            new StateArc(CLOSING, TIMEOUT, CLOSED, GIVE_UP, "R2", ""),
            new StateArc(LAST_ACK, TIMEOUT, CLOSED, GIVE_UP, "R2", ""));

    private StateArcs() {}

    /** The index in {@link #ALL} of the arc that leads from here to there for that cause, or −1. */
    public static int indexOf(final TcpState from, final ArcCause cause, final TcpState to) {
        for (int i = 0; i < ALL.size(); i++) {
            if (ALL.get(i).matches(from, cause, to)) {
                return i;
            }
        }
        return -1;
    }
}
