package dev.culvert.kit.scenario;

import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.io.PrintWriter;

/** Writes every change of a state as one line of JSON; times in s of virtual time, exact to the ns. */
public final class StateLines implements StateListener {
    private final PrintWriter out;

    /** Writes there; the caller closes it. */
    public StateLines(final PrintWriter out) {
        this.out = out;
    }

    @Override
    public void onStateChange(
            final String stack, final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
        final Json line = new Json().open('{');
        line.key("time").raw(Json.seconds(nowNs)).key("stack").text(stack);
        line.key("local").text(IpAddress.withPort(flow.localHi(), flow.localLo(), flow.localPort()));
        line.key("remote").text(IpAddress.withPort(flow.remoteHi(), flow.remoteLo(), flow.remotePort()));
        line.key("from").text(from.name()).key("to").text(to.name());
        out.print(line.close('}') + "\n");
    }
}
