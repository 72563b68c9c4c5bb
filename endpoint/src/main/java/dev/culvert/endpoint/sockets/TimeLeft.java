package dev.culvert.endpoint.sockets;

import dev.culvert.tcp.TcpState;
import dev.culvert.tun.SocketInfo;

/** How many connections are in TIME-WAIT, and when the first and the last of them end. */
final class TimeLeft {
    private long count;
    private long earliestMs = Long.MAX_VALUE;
    private long latestMs;

    void add(final SocketInfo socket) {
        if (socket.state() == TcpState.TIME_WAIT) {
            count++;
            earliestMs = Math.min(earliestMs, socket.timerMs());
            latestMs = Math.max(latestMs, socket.timerMs());
        }
    }

    long count() {
        return count;
    }

    String earliest() {
        return count == 0 ? "-" : SocketTable.duration(earliestMs);
    }

    String latest() {
        return count == 0 ? "-" : SocketTable.duration(latestMs);
    }

    String words() {
        return "the first ends in " + earliest() + ", the last in " + latest();
    }

    /** Two more members of an object; none where nothing is in TIME-WAIT. */
    String json() {
        return count == 0 ? "" : ",\"earliestMs\":" + earliestMs + ",\"latestMs\":" + latestMs;
    }
}
