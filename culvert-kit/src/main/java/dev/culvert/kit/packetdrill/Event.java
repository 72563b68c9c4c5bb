package dev.culvert.kit.packetdrill;

import java.util.List;

/** One line of a script: when, and what. */
record Event(int line, When when, Action action) {

    /** What happens. */
    sealed interface Action {}

    /** A TCP packet: arrives when {@code inbound}, else is expected. */
    record Tcp(boolean inbound, IpSpec ip, TcpSpec tcp) implements Action {}

    /** An ICMP message. */
    record Icmp(boolean inbound, IpSpec ip, IcmpSpec icmp) implements Action {}

    /**
     * A system call.
     *
     * @param endUs when a blocking one returns, absolute or relative as the event's own time; −1: it does not block
     * @param errno symbol of the error that it must give; null: not compared
     */
    record Call(String name, List<Expression> arguments, Expression result, String errno, long endUs)
            implements Action {}

    /** A command in back quotes. */
    record Command(String text) implements Action {}

    /** What stands between %{ and }%. */
    record Code(String text) implements Action {}

    boolean isInbound() {
        return action instanceof Tcp tcp && tcp.inbound() || action instanceof Icmp icmp && icmp.inbound();
    }
}
