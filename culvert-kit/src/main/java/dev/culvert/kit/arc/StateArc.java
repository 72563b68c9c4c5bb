package dev.culvert.kit.arc;

import dev.culvert.tcp.TcpState;

/**
 * One arc of the state diagram. State and cause tell all arcs apart.
 *
 * @param from the state before
 * @param cause the kind of event
 * @param to the state after
 * @param family which part of the diagram it belongs to
 * @param event the event in the words of figure 5
 * @param action what is sent, in the words of figure 5; empty: nothing
 */
public record StateArc(TcpState from, ArcCause cause, TcpState to, Family family, String event, String action) {
    /** Where an arc is drawn or told of. */
    public enum Family {
        /** Figure 5 draws it. */
        FIGURE_5,
        /** The peer's reset (§3.10.7.3, §3.10.7.4), or what SYN and text do where they cannot be accepted. */
        RESET,
        /** The application aborts (§3.10.5) or closes in SYN-SENT. */
        ABORT,
        /** A timer gives up (§3.10.8), or ICMP says that it is no use (§3.9.2.2). */
        GIVE_UP
    }

    /** Whether this arc is the one that leads from here to there for that cause. */
    public boolean matches(final TcpState before, final ArcCause why, final TcpState after) {
        return from == before && cause == why && to == after;
    }
}
