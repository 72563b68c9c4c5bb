package dev.culvert.kit.coverage;

import dev.culvert.kit.arc.StateArc;
import dev.culvert.kit.arc.StateArcs;
import dev.culvert.tcp.TcpState;
import java.util.Map;

/** Writes {@code docs/state-arcs.md}; the same run gives the same text. */
final class ArcDocument {
    private ArcDocument() {}

    static String of(final ArcRun run, final Map<String, String> witnesses) {
        final StringBuilder text = new StringBuilder();
        text.append("# Which arcs of the state diagram the tests take\n\n")
                .append(
                        "Generated from the run of `culvert-kit`'s tests: a probe in every virtual stack and simulated host notes\n")
                .append(
                        "which way a connection went from state to state, and why. Rows count as what they stand for: half-open\n")
                .append(
                        "ones as SYN-RECEIVED, TIME-WAIT ones as TIME-WAIT. A build fails when an arc is never taken, when a\n")
                .append(
                        "move is none of these arcs, or when this file is out of date; `tools/update-docs` writes it anew.\n\n")
                .append("Taken: ")
                .append(run.taken().size())
                .append(" of ")
                .append(StateArcs.ALL.size())
                .append(".\n\n")
                .append("![The state diagram of RFC 9293 figure 5 with the arcs that were taken](state-arcs.svg)\n");
        for (final StateArc.Family family : StateArc.Family.values()) {
            family(text, run, family, witnesses);
        }
        return text.toString();
    }

    private static void family(
            final StringBuilder text,
            final ArcRun run,
            final StateArc.Family family,
            final Map<String, String> witnesses) {
        text.append("\n## ")
                .append(title(family))
                .append("\n\n| from | event | sent | to | taken in, among others |\n|---|---|---|---|---|\n");
        for (int i = 0; i < StateArcs.ALL.size(); i++) {
            final StateArc arc = StateArcs.ALL.get(i);
            if (arc.family() == family) {
                text.append("| ").append(name(arc.from()));
                text.append(" | ").append(arc.event());
                text.append(" | ").append(arc.action());
                text.append(" | ").append(name(arc.to()));
                text.append(" | ")
                        .append(run.taken().containsKey(i) ? witnesses.get(ArcRun.key(arc)) : "**never taken**")
                        .append(" |\n");
            }
        }
    }

    private static String title(final StateArc.Family family) {
        return switch (family) {
            case FIGURE_5 -> "Figure 5";
            case RESET -> "What the peer breaks off, and what cannot be accepted";
            case ABORT -> "What the application breaks off";
            case GIVE_UP -> "Timeouts and errors";
        };
    }

    /** The RFC's way to write a state. */
    static String name(final TcpState state) {
        return state.name().replace('_', '-');
    }
}
