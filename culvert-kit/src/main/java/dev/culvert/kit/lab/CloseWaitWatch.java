package dev.culvert.kit.lab;

import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds applications that forget to close: which connections are in CLOSE-WAIT, since when, and who accepted them.
 * Single-threaded.
 */
final class CloseWaitWatch {
    private record Waiting(long sinceNs, String opener) {}

    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
    private final Map<Integer, String> openers = new LinkedHashMap<>();

    /** The connection with this remote port was taken by that part of the application. */
    void opened(final int remotePort, final String opener) {
        openers.put(remotePort, opener);
    }

    /** A connection's state changed. */
    void onStateChange(final Flow flow, final TcpState to, final long atNs) {
        if (to == TcpState.CLOSE_WAIT) {
            waiting.put(flow.remotePort(), new Waiting(atNs, openers.getOrDefault(flow.remotePort(), "somebody")));
        } else {
            waiting.remove(flow.remotePort());
        }
    }

    /** How many are older than that. */
    int leaked(final long ageNs, final long nowNs) {
        return (int) waiting.values().stream()
                .filter(one -> nowNs - one.sinceNs >= ageNs)
                .count();
    }

    /** A warning: how many, how old the oldest is and who opened it; empty when there is none. */
    String warning(final long ageNs, final long nowNs) {
        final int count = leaked(ageNs, nowNs);
        if (count == 0) {
            return "";
        }
        final Waiting oldest = waiting.values().iterator().next();
        return count + " connections in CLOSE-WAIT for " + Words.seconds(ageNs) + " or more, the oldest for "
                + Words.seconds(nowNs - oldest.sinceNs) + ", opened by " + oldest.opener;
    }
}
