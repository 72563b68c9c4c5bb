package dev.culvert.endpoint.sockets;

import dev.culvert.tcp.TcpState;
import dev.culvert.tun.SocketInfo;
import java.util.EnumMap;
import java.util.Map;

/** How many sockets there are in each state, and how long those in TIME-WAIT have left. */
public final class Totals implements Listing {
    private final Output output;
    private final boolean json;
    private final Map<TcpState, Long> counts = new EnumMap<>(TcpState.class);
    private final TimeLeft timeWait = new TimeLeft();

    /** Nothing counted yet. */
    public Totals(final Output output, final boolean json) {
        this.output = output;
        this.json = json;
    }

    @Override
    public boolean add(final SocketInfo socket) {
        counts.merge(socket.state(), 1L, Long::sum);
        timeWait.add(socket);
        return true;
    }

    @Override
    public void end() {
        final long total = counts.values().stream().mapToLong(Long::longValue).sum();
        if (json) {
            counts.forEach((state, count) -> output.line("{\"state\":\"" + StateFilter.name(state) + "\",\"count\":"
                    + count + (state == TcpState.TIME_WAIT ? timeWait.json() : "") + "}"));
        } else {
            output.line("Total: " + total);
            counts.forEach((state, count) -> output.line(StateFilter.name(state) + ": " + count
                    + (state == TcpState.TIME_WAIT ? " (" + timeWait.words() + ")" : "")));
        }
        output.flush();
    }
}
