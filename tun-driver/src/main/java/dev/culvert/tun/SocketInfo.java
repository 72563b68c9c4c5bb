package dev.culvert.tun;

import dev.culvert.shard.SocketRow;
import dev.culvert.shard.SocketTimer;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;

/**
 * One line of a listing of a stack's sockets.
 *
 * @param state RFC 9293 §3.3.2
 * @param receiveQueue bytes that nobody has read; of a listener, connections that nobody has accepted
 * @param sendQueue bytes that the peer has not acknowledged; of a listener, its backlog
 * @param local our end
 * @param remote the peer's end; a listener has the unspecified address and port 0
 * @param timer what it waits for
 * @param timerMs how long that may still take, in ms
 * @param retries retransmissions, or probes, without an answer
 */
public record SocketInfo(
        TcpState state,
        int receiveQueue,
        int sendQueue,
        TransportAddress local,
        TransportAddress remote,
        SocketTimer timer,
        long timerMs,
        int retries) {

    static SocketInfo of(final SocketRow row) {
        return new SocketInfo(
                row.state,
                row.receiveQueue,
                row.sendQueue,
                new TransportAddress(new IpAddress(row.localHi, row.localLo), row.localPort),
                new TransportAddress(new IpAddress(row.remoteHi, row.remoteLo), row.remotePort),
                row.timer,
                row.timerMs,
                row.retries);
    }
}
