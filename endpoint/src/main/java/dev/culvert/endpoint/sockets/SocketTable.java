package dev.culvert.endpoint.sockets;

import dev.culvert.shard.SocketTimer;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.SocketInfo;
import dev.culvert.tun.TransportAddress;
import java.util.Locale;

/** A line for each socket, with the columns of ss(8) or as a JSON object. */
public final class SocketTable implements Listing {

    private final Output output;
    private final boolean json;
    private final boolean timers;
    private final long limit;
    private long count;

    /**
     * Nothing written yet but the heading.
     *
     * @param timers whether timers other than that of TIME-WAIT are shown
     * @param limit lines at most
     */
    public SocketTable(final Output output, final boolean json, final boolean timers, final long limit) {
        this.output = output;
        this.json = json;
        this.timers = timers;
        this.limit = limit;
        if (!json) {
            line("State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "");
        }
    }

    @Override
    public boolean add(final SocketInfo socket) {
        return count++ < limit && (json ? output.line(object(socket)) : row(socket));
    }

    private boolean row(final SocketInfo socket) {
        return line(
                StateFilter.name(socket.state()),
                socket.receiveQueue(),
                socket.sendQueue(),
                socket.local(),
                socket.state() == TcpState.LISTEN ? anybody(socket.remote()) : socket.remote(),
                timers || socket.state() == TcpState.TIME_WAIT ? timer(socket) : "");
    }

    private boolean line(final Object... columns) {
        return output.line(String.format(Locale.ROOT, "%-10s %-6s %-6s %-24s %-24s %s", columns)
                .stripTrailing());
    }

    private static String anybody(final TransportAddress unspecified) {
        return unspecified.toString().replaceFirst(":0$", ":*");
    }

    private static String timer(final SocketInfo socket) {
        return socket.timer() == SocketTimer.NONE
                ? ""
                : "timer:(" + socket.timer().word() + "," + duration(socket.timerMs()) + "," + socket.retries() + ")";
    }

    /** A time as ss has it, the coarser the longer: {@code 40ms}, {@code 2.500ms}, {@code 59sec}, {@code 1min5sec}, {@code 10min}. */
    static String duration(final long ms) {
        final long minutes = ms / 60_000;
        final long seconds = ms / 1_000 % 60;
        final long rest = ms % 1_000;
        if (minutes > 0) {
            return minutes + "min" + (minutes > 9 || seconds == 0 ? "" : seconds + "sec");
        }
        if (seconds == 0) {
            return rest + "ms";
        }
        return seconds > 9 || rest == 0 ? seconds + "sec" : String.format(Locale.ROOT, "%d.%03dms", seconds, rest);
    }

    private static String object(final SocketInfo socket) {
        return "{\"state\":\"" + StateFilter.name(socket.state())
                + "\",\"recvQ\":" + socket.receiveQueue()
                + ",\"sendQ\":" + socket.sendQueue()
                + ",\"localAddress\":\"" + socket.local().address()
                + "\",\"localPort\":" + socket.local().port()
                + ",\"peerAddress\":\"" + socket.remote().address()
                + "\",\"peerPort\":" + socket.remote().port()
                + ",\"timer\":\"" + socket.timer().word()
                + "\",\"timerMs\":" + socket.timerMs()
                + ",\"retries\":" + socket.retries() + "}";
    }

    @Override
    public void end() {
        output.flush();
    }
}
