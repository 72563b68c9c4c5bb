package dev.culvert.endpoint.run;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.TransportAddress;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.Locale;

/** Says a line for each change of a connection's state, with the seconds since the start. */
final class StateTrace implements Probe {
    private final Console console;
    private final long startNs;

    StateTrace(final Console console, final long startNs) {
        this.console = console;
        this.startNs = startNs;
    }

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
        if (console.wants(Console.STATES)) {
            final IpAddress local = new IpAddress(flow.localHi(), flow.localLo());
            final IpAddress remote = new IpAddress(flow.remoteHi(), flow.remoteLo());
            console.say(String.format(
                    Locale.ROOT,
                    "%.6f %s %s %s -> %s",
                    (nowNs - startNs) / 1e9,
                    new TransportAddress(local, flow.localPort()),
                    new TransportAddress(remote, flow.remotePort()),
                    from,
                    to));
        }
    }
}
